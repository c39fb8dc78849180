namespace AiManager.Host;

/// <summary>Which of the five colours a state has: the only place that says so. The word always stands beside it.</summary>
internal static class StateColour
{
    /// <summary>A class of the style: <c>run</c>, <c>wait</c>, <c>good</c>, <c>bad</c> or <c>idle</c>.</summary>
    public static string Of(string state) => state switch
    {
        "running" or "planning" or "ready" or "in_review" or "started" or "alive" or "approved" => "run",
        "waiting" or "waiting_approval" or "waiting_person" or "paused" or "blocked" or "ask" or "asked" or "queued" or "pending approval" or "overdue" or "draining"
            or "resting" or "pending" or "disabled" or "not yet" or "deferred" or "defer" or "transform" or "open" or "suspended" or "unclassified" or "responded" or "edited" or "missed" or "skipped" => "wait",
        "completed" or "done" or "delivered" or "succeeded" or "allow" or "used" or "submitted" or "joined" or "sound" or "reachable" or "passed" or "answered" or "well" or "good" or "confirmed" or "holds" => "good",
        "failed" or "dead" or "deny" or "rejected" or "refused" or "unknown" or "expired" or "lost" or "gone" or "broken" or "unreachable" or "failing" or "missing" or "unusable" => "bad",
        _ => "idle",
    };
}
