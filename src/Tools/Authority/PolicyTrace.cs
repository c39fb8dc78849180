using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What became of every rule in one decision. Worked out when somebody looks: deciding is pure, so that it comes out as it did, and of a thousand decisions hardly one is
/// ever looked at.
/// </summary>
internal sealed class PolicyTrace
{
    private readonly Lazy<ImmutableArray<RuleTrace>> _rules;

    private PolicyTrace(Func<ImmutableArray<RuleTrace>> look) => _rules = new Lazy<ImmutableArray<RuleTrace>>(look);

    /// <summary>Every rule that is about the tool and the agent, in the file's order.</summary>
    public ImmutableArray<RuleTrace> Rules => _rules.Value;

    public static PolicyTrace Of(ImmutableArray<PolicyRule> rules, WhenFacts facts, AuthorityRequest request) =>
        new(() => [.. rules.Where(r => r.Concerns(request)).Select(r => r.Trace(facts, request))]);

    /// <summary>This one, and behind it another.</summary>
    public PolicyTrace And(PolicyTrace other) => new(() => [.. Rules, .. other.Rules]);
}
