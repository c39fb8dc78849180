using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What authority would say of a call, and why.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The rules and flows that it rests on, by id.</param>
/// <param name="Facts">The facts that the gate would decide on, an object.</param>
/// <param name="Reason">For people.</param>
/// <param name="Trace">Every rule that is about this tool and this agent.</param>
public sealed record AuthorityAnswer(Effect Effect, ImmutableArray<string> Rules, JsonText Facts, string Reason, ImmutableArray<RuleTrace> Trace)
{
    /// <summary>For an ask: who has to agree.</summary>
    public ImmutableArray<Seat> Seats { get; init; } = [];

    /// <summary>What rules would change of the arguments; empty when nothing.</summary>
    public ImmutableArray<ArgumentChange> Changes { get; init; } = [];

    /// <summary>The arguments as they would be sent, where rules change them; null when they do not.</summary>
    public JsonText? Args { get; init; }

    /// <summary>For a defer: how long until it would be decided again; null otherwise.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Flows, by id, that could be about the call and were not looked at, or not for every argument, because nobody said what the arguments are made of; empty when it is
    /// known of all.
    /// </summary>
    public ImmutableArray<string> OpenFlows { get; init; } = [];

    /// <summary>What would be done about the call.</summary>
    public Obligations Obligations { get; init; } = Obligations.None;

    /// <summary>What the agent could read beside the reason; null for nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>What would be said if the rules in shadow counted; null when none matched.</summary>
    public ShadowVerdict? Shadow { get; init; }

    /// <summary>Digest of the policy that was asked.</summary>
    public string PolicyHash { get; init; } = string.Empty;

    /// <summary>Digest of everything that it was asked with: equal requests get equal answers. Null when it was not asked.</summary>
    public string? Request { get; init; }
}
