using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Reads off the decisions of a policy's tests what they show. A rule is shown by a test in which it decides, and by one of its tools in which it does not;
/// a rule that is about every call of its tools, by one of any other tool.
/// </summary>
internal static class CoverageReader
{
    private const string ModelPrefix = "model:";

    /// <param name="policy">Whose rules.</param>
    /// <param name="decisions">What came of each of its tests.</param>
    public static PolicyCoverage Read(Policy policy, IReadOnlyList<(PolicyTest Test, PolicyDecision Decision)> decisions)
    {
        var missing = ImmutableArray.CreateBuilder<PolicyFinding>();
        var exempt = ImmutableArray.CreateBuilder<PolicyFinding>();
        var branches = ImmutableArray.CreateBuilder<ConditionCoverage>();
        foreach (var rule in policy.Rules)
        {
            if (WhyNot(rule) is { } why)
            {
                exempt.Add(new PolicyFinding(rule.Id, why, rule.Place));
                continue;
            }

            if (!decisions.Any(d => Decides(rule, d.Decision)))
            {
                missing.Add(new PolicyFinding(rule.Id, $"The rule '{rule.Id}' has no example: there is no test of a call that it {Verb(rule.Effect)}.", rule.Place));
            }

            if (!decisions.Any(d => IsNear(policy, rule, d.Test) && !Decides(rule, d.Decision)))
            {
                missing.Add(new PolicyFinding(rule.Id, $"The rule '{rule.Id}' has no counter-example: there is no test {Near(rule)} that comes out without it.", rule.Place));
            }

            branches.AddRange(Branches(rule, decisions));
        }

        return new PolicyCoverage(missing.ToImmutable(), exempt.ToImmutable(), branches.ToImmutable());
    }

    private static IEnumerable<ConditionCoverage> Branches(PolicyRule rule, IReadOnlyList<(PolicyTest Test, PolicyDecision Decision)> decisions)
    {
        if (rule.When is not { } when)
        {
            return [];
        }

        var seen = decisions
            .SelectMany(d => d.Decision.Trace)
            .Where(t => t.Rule == rule.Id)
            .SelectMany(t => t.Conditions?.Observations ?? [])
            .ToLookup(o => o.Condition, o => o.Outcome, StringComparer.Ordinal);
        return when.Comparisons().Select(c => new ConditionCoverage(
            rule.Id, c, seen[c].Any(o => o is WhenOutcome.True), seen[c].Any(o => o is WhenOutcome.False), rule.Place));
    }

    /// <summary>Tests call tools of the catalogue on behalf of nobody's goal, so that some rules are out of their reach.</summary>
    private static string? WhyNot(PolicyRule rule)
    {
        if (!rule.Tools.IsEmpty && rule.Tools.All(p => p.Text.StartsWith(ModelPrefix, StringComparison.Ordinal)))
        {
            return $"The rule '{rule.Id}' is about models, and tests call tools.";
        }

        if (rule.Place.File == Policy.StandingFile)
        {
            return $"The rule '{rule.Id}' was drafted from an approval: the call that was approved is its example.";
        }

        // Tests have no task and no goal, so that such a condition only errs in them.
        return rule.When?.RootsRead().Where(r => r is WhenRoot.Task or WhenRoot.Goal).Select(r => r.ToString().ToLowerInvariant()).ToList() is { Count: > 0 } roots
            ? $"The rule '{rule.Id}' reads {string.Join(" and ", roots)}, which tests do not have."
            : null;
    }

    /// <summary>A rule in shadow never decides: that it matches is all that it can show. A change is decided anew, and what changed it stands in the trace.</summary>
    private static bool Decides(PolicyRule rule, PolicyDecision decision) =>
        decision.Rules.Contains(rule.Id) || ((rule.IsShadow || rule.Effect == Effect.Transform) && decision.Trace.Any(t => t.Rule == rule.Id && t.IsMatch));

    private static bool IsAboutAll(PolicyRule rule) => rule.When is null && rule.History is null && rule.Agents.IsEmpty;

    private static bool IsNear(Policy policy, PolicyRule rule, PolicyTest test) => IsAboutAll(rule) || policy.RulesOf(test.Tool).Contains(rule);

    private static string Near(PolicyRule rule) => IsAboutAll(rule) ? "of another tool" : "of its tools";

    private static string Verb(Effect effect) => effect switch
    {
        Effect.Allow => "allows",
        Effect.Ask => "asks about",
        Effect.Deny => "denies",
        _ => "decides about",
    };
}
