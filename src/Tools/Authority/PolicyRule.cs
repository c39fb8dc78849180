using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One rule of <c>authority.yaml</c>.</summary>
/// <param name="Id">Unique among rules and budgets.</param>
/// <param name="Effect">What it says when it matches.</param>
/// <param name="Agents">Whom it is about; empty for everybody, <c>system</c> too.</param>
/// <param name="Tools">What it is about; at least one.</param>
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
    public string Words => Reason ?? Effect switch
    {
        Effect.Allow => $"Rule '{Id}' allows it.",
        Effect.Ask => $"Rule '{Id}' asks {Approvers}.",
        _ => $"Rule '{Id}' denies it.",
    };

    public bool IsAbout(string tool)
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

    /// <summary>A condition that errs counts against the call: it does not allow, and it does deny and ask.</summary>
    public RuleTrace Judge(WhenFacts facts) => When?.Evaluate(facts) switch
    {
        null => new RuleTrace(Id, Effect, true, "It has no condition.", null, facts),
        WhenOutcome.True => new RuleTrace(Id, Effect, true, "Its condition holds.", When, facts),
        WhenOutcome.Error error when Effect == Effect.Allow => new RuleTrace(Id, Effect, false, $"Its condition cannot be judged, and so does not allow: {error.Message}.", When, facts, isDoubtful: true),
        WhenOutcome.Error error => new RuleTrace(Id, Effect, true, $"Its condition cannot be judged, and so counts against the call: {error.Message}.", When, facts, isDoubtful: true),
        _ => new RuleTrace(Id, Effect, false, "Its condition does not hold.", When, facts),
    };
}
