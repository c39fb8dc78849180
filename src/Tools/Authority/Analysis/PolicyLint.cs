using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A fault of a policy, or something to think about.</summary>
/// <param name="Id">The rule, budget or tool.</param>
/// <param name="Kind"><c>unreachable</c>, <c>shadowed</c>, <c>contradictory</c>, <c>over-broad</c>, <c>unmentioned</c>, <c>ended</c>, <c>idle-budget</c> or <c>unlabelled</c>.</param>
/// <param name="IsError">False for a warning.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Place">Where it stands; null for a tool.</param>
/// <param name="Example">A call that shows it; null when there is none.</param>
public sealed record LintFinding(string Id, string Kind, bool IsError, string Message, ConfigPlace? Place, CallExample? Example);

/// <summary>Finds rules that cannot mean what their author thought, by reasoning over all calls. What cannot be decided is not reported.</summary>
internal sealed class PolicyLint(PolicySide side, DateTimeOffset now)
{
    /// <summary>The kind of what no rule is about.</summary>
    public const string Unmentioned = "unmentioned";

    private readonly ImmutableArray<string> _agents = AgentSet.Of(side.Agents, side.Policy.Rules);

    public ImmutableArray<LintFinding> Run() =>
    [
        .. side.Policy.Rules.SelectMany(OfRule),
        .. side.Policy.Rules.Where(r => r.HasEnded(now)).Select(r => new LintFinding(r.Id, "ended", false, $"The rule '{r.Id}' has ended ({r.ValidUntil:yyyy-MM-dd HH:mm} UTC) and matches nothing any more.", r.Place, null)),
        .. side.Tools.Where(t => side.RulesOf(t).IsEmpty).Select(t => new LintFinding(t.Name, Unmentioned, false, $"No rule mentions {t.Name}: every call of it is denied.", null, null)),
        .. side.Policy.Budgets.Where(IsIdle).Select(b => new LintFinding(b.Id, "idle-budget", false, $"The budget '{b.Id}' caps money, and no tool that it is about spends any.", null, null)),
    ];

    /// <summary>The calls that a rule is about.</summary>
    private readonly record struct Corner(PolicyView View, WhenGround Ground, string Agent, GovernedTool Tool);

    private IEnumerable<LintFinding> OfRule(PolicyRule rule)
    {
        var corners = CornersOf(rule).ToList();
        if (rule.IsShadow || rule.HasEnded(now))
        {
            yield break; // it does not count, so that there is nothing to say of what it beats
        }

        if (corners.Count == 0 && Reached(rule) is { Count: > 0 } sources)
        {
            yield return new LintFinding(
                rule.Id, "unreachable", false, $"The rule '{rule.Id}' is about no tool that the files name. What {string.Join(", ", sources)} has is found out by asking, and here nobody has: look at the page Authority of the running service.", rule.Place, null);
            yield break;
        }

        if (IsNever(corners, c => c.View.Matches(rule)))
        {
            yield return Error(rule, "unreachable", corners.Count == 0
                ? $"The rule '{rule.Id}' can never match: {(rule.When is null && rule.History is null && rule.Changes.IsEmpty ? "there is no tool that it is about" : "no tool that it names has what its condition reads")}."
                : $"The rule '{rule.Id}' can never match: no call fulfils its condition.");
            yield break;
        }

        if (rule.Effect != Effect.Deny && IsNever(corners, c => PolicyView.And([c.View.Matches(rule), .. Others(c.View, Effect.Deny)])))
        {
            yield return Shadowed(rule, corners);
        }
        else if (rule.Effect == Effect.Allow && IsNever(corners, c => PolicyView.And([c.View.Matches(rule), .. Others(c.View, Effect.Deny), .. Others(c.View, Effect.Ask)])))
        {
            yield return new LintFinding(
                rule.Id, "shadowed", false, $"The rule '{rule.Id}' never allows anything by itself: all that it allows is asked about{By(Beaters(rule, corners, Effect.Ask))} or denied.", rule.Place, Example(rule, corners));
        }

        if (rule is { Effect: Effect.Allow, When: null, History: null } && Broad(rule) is { } tool)
        {
            yield return new LintFinding(
                rule.Id,
                "over-broad",
                rule.Agents.IsEmpty,
                $"The rule '{rule.Id}' allows {(rule.Agents.IsEmpty ? "everybody" : string.Join(", ", rule.Agents.Select(a => a.Text)))} every call of tools that it does not name, {tool.Name} ({(tool.EffectName.Length == 0 ? "unclassified" : tool.EffectName)}) too. Name the tools, or give it a condition such as tool.readOnly.",
                rule.Place,
                Example(rule, corners.Where(c => c.Tool.Name == tool.Name)));
        }
    }

    /// <summary>Covered by denies; if one of them matches exactly when it does, the two contradict one another.</summary>
    private LintFinding Shadowed(PolicyRule rule, List<Corner> corners)
    {
        var denies = Beaters(rule, corners, Effect.Deny);
        var twin = denies.FirstOrDefault(d => corners.All(c => !c.View.Rules.Contains(d) || IsNever([c], x => PolicyView.And([x.View.Matches(d), x.View.Misses(rule)])))
            && corners.All(c => c.View.Rules.Contains(d) && IsNever([c], x => PolicyView.And([x.View.Matches(rule), x.View.Misses(d)]))));
        var verb = rule.Effect == Effect.Allow ? "allow" : "ask about";
        return twin is null
            ? new LintFinding(rule.Id, "shadowed", true, $"The rule '{rule.Id}' never decides: all that it would {verb} is denied{By(denies)}.", rule.Place, Example(rule, corners))
            : new LintFinding(rule.Id, "contradictory", true, $"The rules '{rule.Id}' and '{twin.Id}' ({twin.Place}) say the opposite of the same calls; the deny wins.", rule.Place, Example(rule, corners));
    }

    private IEnumerable<Corner> CornersOf(PolicyRule rule)
    {
        var tools = side.Tools.Concat(AgentSet.Models([rule])).Where(t => side.RulesOf(t).Contains(rule) && PolicyView.IsAbout(rule, t));
        return from tool in tools
               from agent in AgentSet.Callers(tool, _agents)
               where rule.IsFor(agent)
               select new Corner(side.ViewOf(tool, agent, now), CallGround.Of(tool, agent, now), agent, tool);
    }

    private static bool IsNever(IEnumerable<Corner> corners, Func<Corner, WhenDemand> demand) =>
        corners.All(c => WhenSolver.Solve(demand(c), c.Ground) is WhenAnswer.No);

    private static IEnumerable<WhenDemand> Others(PolicyView view, Effect effect) => view.Rules.Where(r => r.Effect == effect).Select(view.Misses);

    private static List<PolicyRule> Beaters(PolicyRule rule, IEnumerable<Corner> corners, Effect effect) =>
        [.. corners.SelectMany(c => c.View.Rules.Where(r => r.Effect == effect && WhenSolver.Solve(PolicyView.And([c.View.Matches(rule), c.View.Matches(r)]), c.Ground) is WhenAnswer.Yes)).DistinctBy(r => r.Id)];

    private static string By(List<PolicyRule> rules) => rules.Count == 0 ? string.Empty : " by " + string.Join(", ", rules.Select(r => $"'{r.Id}' ({r.Place})"));

    private static CallExample? Example(PolicyRule rule, IEnumerable<Corner> corners) => corners
        .Select(c => WhenSolver.Solve(c.View.Matches(rule), c.Ground) is WhenAnswer.Yes yes ? CallExample.Of(c.Agent, c.Tool.Name, yes.Example) : null)
        .FirstOrDefault(e => e is not null);

    private static LintFinding Error(PolicyRule rule, string kind, string message) => new(rule.Id, kind, true, message, rule.Place, null);

    /// <summary>A tool that a pattern of the rule covers and that does more than read; null when there is none.</summary>
    private GovernedTool? Broad(PolicyRule rule) => side.Tools.FirstOrDefault(t => !t.IsReadOnly && PolicyView.IsAbout(rule, t) && !rule.Tools.Any(p => p.IsName && p.Matches(t.Name)));

    /// <summary>Sources that nobody has asked here, and of whose tools a pattern or a class of the rule can be about some.</summary>
    private List<string> Reached(PolicyRule rule) =>
        [.. side.Unasked.Where(s => rule.Tools.IsEmpty || rule.Tools.Any(p => !p.IsName && p.CanBeIn(s)))];

    private bool IsIdle(Budget budget) =>
        budget.Cap.Money is not null && budget.Cap == new Amounts(budget.Cap.Money) && !side.Tools.Any(t => t.Money is not null && budget.IsAbout(t.Name));
}
