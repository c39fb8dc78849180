using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One rule of <c>authority.yaml</c>.</summary>
/// <param name="Id">Unique among rules and budgets.</param>
/// <param name="Effect">What it says when it matches.</param>
/// <param name="Agents">Whom it is about; empty for everybody, <c>system</c> too.</param>
/// <param name="Tools">What it is about; empty when its classes alone say so.</param>
/// <param name="When">Its condition; null for always.</param>
/// <param name="Reason">The author's words; null for none.</param>
/// <param name="Approvers">For an ask: who has to agree.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record PolicyRule(
    string Id,
    Effect Effect,
    ImmutableArray<NamePattern> Agents,
    ImmutableArray<NamePattern> Tools,
    WhenExpression? When,
    string? Reason,
    Approvers Approvers,
    ConfigPlace Place)
{
    /// <summary>Which classes of effects it is about; empty when its tools alone say so. With both, both must match.</summary>
    public ImmutableArray<EffectClass> Effects { get; init; } = [];

    /// <summary>What must have happened before in the workflow; null for nothing. With a condition, both must hold.</summary>
    public HistoryCondition? History { get; init; }

    /// <summary>True when it does not count: what it would have said is only written down.</summary>
    public bool IsShadow { get; init; }

    /// <summary>For a transform: what it makes of the arguments; at least one.</summary>
    public ImmutableArray<RuleChange> Changes { get; init; } = [];

    /// <summary>For a defer: how long until the call is decided again.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>For a defer: how often it is put off before that becomes a no.</summary>
    public int Tries { get; init; }

    /// <summary>What the agent may read when this rule decides; null for nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>What is to be done about the calls that it matches.</summary>
    public Obligations Obligations { get; init; } = Obligations.None;

    /// <summary>When it ends; null for never. From then on it matches nothing, whatever it says.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>For an allow: rules whose asks it answers in advance, by id.</summary>
    public ImmutableArray<string> Answers { get; init; } = [];

    /// <summary>For an allow that answers asks: how often it does; null for any number.</summary>
    public long? Uses { get; init; }

    /// <summary>For an allow: what its call's arguments may be; all must hold.</summary>
    public ImmutableArray<ArgumentLimit> Limits { get; init; } = [];

    public string Words => Reason ?? Effect switch
    {
        Effect.Allow => $"Rule '{Id}' allows it.",
        Effect.Transform => $"Rule '{Id}' changes it.",
        Effect.Ask => $"Rule '{Id}' asks {Approvers}.",
        Effect.Defer => $"Rule '{Id}' puts it off.",
        _ => $"Rule '{Id}' denies it.",
    };

    /// <summary>Whether it is about a tool of that name and class; a tool whose class nobody knows is in none.</summary>
    public bool IsAbout(string tool, EffectClass? effect) =>
        (Effects.IsEmpty || (effect is { } known && Effects.Contains(known))) && (Tools.IsEmpty || IsAbout(tool));

    private bool IsAbout(string tool)
    {
        foreach (var pattern in Tools)
        {
            if (pattern.Matches(tool))
            {
                return true;
            }
        }

        return false;
    }

    public bool IsFor(string agent)
    {
        foreach (var pattern in Agents)
        {
            if (pattern.Matches(agent))
            {
                return true;
            }
        }

        return Agents.IsEmpty;
    }

    /// <summary>Whether it is about the call at all, of the rules that can match its tool. A rule of models names some or all of them.</summary>
    public bool Concerns(AuthorityRequest request) =>
        IsFor(request.Agent) && (!request.ToolName.StartsWith(Policy.ModelPrefix, StringComparison.Ordinal) || IsAbout(request.ToolName, EffectClass.Compute));

    /// <summary>What became of it; null when it does not match, which needs no words.</summary>
    public RuleTrace? Matching(WhenFacts facts, AuthorityRequest request)
    {
        if (Barred(request) is not null)
        {
            return null;
        }

        var outcome = Outcome(facts, request);
        return outcome is WhenOutcome.False || (outcome is WhenOutcome.Error && Effect == Effect.Allow) ? null : Trace(outcome, facts);
    }

    /// <summary>What became of it, whether it matches or not.</summary>
    public RuleTrace Trace(WhenFacts facts, AuthorityRequest request) =>
        Barred(request) is { } why ? new RuleTrace(this, false, why, facts) : Trace(Outcome(facts, request), facts);

    /// <summary>Whether it has ended at a moment.</summary>
    public bool HasEnded(DateTimeOffset? now) => now >= ValidUntil;

    /// <summary>Why it matches nothing, whatever its condition says; null when that decides.</summary>
    private string? Barred(AuthorityRequest request) =>
        HasEnded(request.Now) ? "It has ended (validUntil)."
        : !Limits.IsEmpty && IsBeyond(request.ArgsJson) ? "An argument is beyond its limits."
        : null;

    /// <summary>Apart from <see cref="Barred"/>, which is asked of every rule, so that only a rule with limits pays for looking at them.</summary>
    private bool IsBeyond(JsonText? args) => Limits.Any(l => args is not { } known || l.WhyNot(known) is not null);

    private WhenOutcome? Outcome(WhenFacts facts, AuthorityRequest request) =>
        History is null ? When?.Evaluate(facts) : Both(When?.Evaluate(facts), History.Judge(request.History, facts, request.Agent, request.Now));

    /// <summary>A condition that errs counts against the call: it does not allow, and it does deny, put off, ask and change.</summary>
    private RuleTrace Trace(WhenOutcome? outcome, WhenFacts facts) => outcome switch
    {
        null => new RuleTrace(this, true, "It has no condition.", facts),
        WhenOutcome.True => new RuleTrace(this, true, "Its condition holds.", facts),
        WhenOutcome.Error error when Effect == Effect.Allow => new RuleTrace(this, false, $"Its condition cannot be judged, and so does not allow: {error.Message}.", facts, isDoubtful: true),
        WhenOutcome.Error error => new RuleTrace(this, true, $"Its condition cannot be judged, and so counts against the call: {error.Message}.", facts, isDoubtful: true),
        _ => new RuleTrace(this, false, "Its condition does not hold.", facts),
    };

    /// <summary>As <c>&amp;&amp;</c> has it: false wins over what cannot be said.</summary>
    private static WhenOutcome? Both(WhenOutcome? first, WhenOutcome? second) => (first, second) switch
    {
        (null, _) => second,
        (_, null) => first,
        (WhenOutcome.False, _) or (_, WhenOutcome.True) => first,
        (_, WhenOutcome.False) or (WhenOutcome.True, _) => second,
        _ => first,
    };
}
