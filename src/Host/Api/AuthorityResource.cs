using System.Collections.Immutable;
using System.Diagnostics;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A call that authority is asked about.</summary>
/// <param name="Agent">Who would call.</param>
/// <param name="Tool">What.</param>
/// <param name="Arguments">With which arguments.</param>
/// <param name="Labels">What they are made of, by path: <c>{ "to": ["third-party"] }</c>; null when nobody says.</param>
internal sealed record CheckBody(string Agent, string Tool, JsonText Arguments, JsonText? Labels);

/// <summary>What authority would say.</summary>
/// <param name="Effect"><c>allow</c>, <c>transform</c>, <c>ask</c>, <c>defer</c> or <c>deny</c>.</param>
/// <param name="Rules">The rules that it rests on.</param>
/// <param name="Facts">What the gate found out itself.</param>
/// <param name="Reason">For people.</param>
/// <param name="Seats">For an ask: who has to agree.</param>
/// <param name="Trace">Every rule that is about this tool and this agent.</param>
internal sealed record AuthorityResource(
    Effect Effect, ImmutableArray<string> Rules, JsonText Facts, string Reason, ImmutableArray<Seat> Seats, ImmutableArray<RuleTraceResource> Trace)
{
    /// <summary>As the desk answers.</summary>
    public static AuthorityResource Of(AuthorityAnswer answer) => new(
        answer.Effect, answer.Rules, answer.Facts, answer.Reason, answer.Seats, [.. answer.Trace.Select(RuleTraceResource.Of)])
    {
        Changes = answer.Changes,
        Arguments = answer.Args,
        RetryAfterSeconds = (long?)answer.RetryAfter?.TotalSeconds,
        OpenFlows = answer.OpenFlows,
        Obligations = answer.Obligations,
        Advice = answer.Advice,
        Shadow = answer.Shadow,
        PolicyHash = answer.PolicyHash,
        Request = answer.Request,
    };

    /// <summary>What rules would change of the arguments; empty when nothing.</summary>
    public ImmutableArray<ArgumentChange> Changes { get; init; } = [];

    /// <summary>The arguments as they would be sent, where rules change them; null when they do not.</summary>
    public JsonText? Arguments { get; init; }

    /// <summary>For a defer: how long until it would be decided again; null otherwise.</summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>Flows that can be about it, and were not looked at for every argument, because <c>labels</c> does not say what it is.</summary>
    public ImmutableArray<string> OpenFlows { get; init; } = [];

    /// <summary>What would be done about the call.</summary>
    public Obligations Obligations { get; init; } = Obligations.None;

    /// <summary>What the agent could read beside the reason; null for nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>What would be said if the rules in shadow counted; null when none matched.</summary>
    public ShadowVerdict? Shadow { get; init; }

    /// <summary>Digest of the policy.</summary>
    public string PolicyHash { get; init; } = string.Empty;

    /// <summary>Digest of everything that was asked; null when the policy was not.</summary>
    public string? Request { get; init; }
}

/// <summary>What became of one rule.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Effect">What it says when it matches.</param>
/// <param name="Shadow">Whether it is in shadow, and so does not count.</param>
/// <param name="Matched">Whether it did.</param>
/// <param name="Why">A sentence.</param>
/// <param name="Conditions">What its condition saw, part by part; empty when it has none.</param>
internal sealed record RuleTraceResource(string Rule, Effect Effect, bool Shadow, bool Matched, string Why, ImmutableArray<ConditionResource> Conditions)
{
    /// <summary>As the policy tells.</summary>
    public static RuleTraceResource Of(RuleTrace trace) => new(
        trace.Rule, trace.Effect, trace.IsShadow, trace.IsMatch, trace.Why, [.. (trace.Conditions?.Observations ?? []).Select(ConditionResource.Of)]);
}

/// <summary>A part of a condition.</summary>
/// <param name="Condition">As its author wrote it.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Seen">What it read, such as <c>facts.total = 420</c>.</param>
/// <param name="Deciding">Whether the whole rests on it.</param>
internal sealed record ConditionResource(string Condition, string Outcome, ImmutableArray<string> Seen, bool Deciding)
{
    /// <summary>As the evaluation saw it.</summary>
    public static ConditionResource Of(WhenObservation seen) =>
        new(seen.Condition, Write(seen.Outcome), [.. seen.Seen.Select(s => $"{s.Expression} = {s.Value}")], seen.IsDeciding);

    private static string Write(WhenOutcome outcome) => outcome switch
    {
        WhenOutcome.True => "true",
        WhenOutcome.False => "false",
        WhenOutcome.Error error => $"error: {error.Message}",
        _ => throw new UnreachableException(),
    };
}
