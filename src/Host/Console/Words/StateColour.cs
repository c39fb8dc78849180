namespace AiManager.Host;

/// <summary>Which of the five colours a state has: the only place that says so. The word always stands beside it.</summary>
internal static class StateColour
{
    /// <summary>The state to show of a goal that a person took as it is.</summary>
    public const string AsItIs = "accepted as it is";

    /// <summary>The state to show of what somebody has stopped until it is lifted.</summary>
    public const string Suspended = "suspended";

    /// <summary>A class of the style: <c>run</c>, <c>wait</c>, <c>good</c>, <c>bad</c> or <c>idle</c>.</summary>
    public static string Of(string state) => state switch
    {
        "running" or "planning" or "ready" or "in_review" or "started" or "alive" => "run",
        "waiting" or "waiting_approval" or "waiting_person" or "paused" or "ask" or "asked" or "queued" or "pending approval" or "overdue" or "draining"
            or "resting" or "disabled" or "not yet" or "deferred" or "defer" or "transform" or "open" or Suspended or "unclassified" or "responded" or "edited" or "missed" or "skipped" or AsItIs => "wait",
        "completed" or "done" or "approved" or "delivered" or "succeeded" or "allow" or "used" or "submitted" or "joined" or "sound" or "reachable" or "passed" or "answered" or "well" or "good" or "confirmed" or "holds" => "good",
        "failed" or "blocked" or "dead" or "deny" or "rejected" or "refused" or "unknown" or "expired" or "lost" or "gone" or "broken" or "unreachable" or "failing" or "missing" or "unusable" => "bad",
        _ => "idle",
    };
}
