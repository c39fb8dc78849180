using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What one policy says of the calls of one tool by one agent, as demands: the same combining as <see cref="Policy.Decide"/>, turned round.</summary>
internal sealed class PolicyView
{
    private const string ModelPrefix = "model:";

    private readonly WhenFacts _known;
    private readonly bool _isModel;
    private readonly ImmutableArray<PolicyRule> _limits;

    /// <param name="policy">Whose rules.</param>
    /// <param name="tool">The tool as the policy's company has it.</param>
    /// <param name="agent">Who calls.</param>
    /// <param name="limits">Budgets as rules. They are looked at behind the rules: what those deny no budget can ask about.</param>
    /// <param name="now">Rules that have ended by then are left out; null leaves none out.</param>
    public PolicyView(Policy policy, GovernedTool tool, string agent, IEnumerable<PolicyRule>? limits = null, DateTimeOffset? now = null)
        : this(policy, policy.RulesOf(tool.Name), tool, agent, limits, now)
    {
    }

    private PolicyView(Policy policy, ImmutableArray<PolicyRule> rules, GovernedTool tool, string agent, IEnumerable<PolicyRule>? limits, DateTimeOffset? now)
    {
        _known = new WhenFacts { Tool = tool.Traits, Lists = policy.Lists };
        _isModel = tool.Name.StartsWith(ModelPrefix, StringComparison.Ordinal);
        Rules = [.. rules.Where(r => !r.IsShadow && !r.HasEnded(now) && r.IsFor(agent) && (!_isModel || IsAbout(r, tool)))];
        _limits = [.. limits ?? []];
    }

    /// <summary>Of a tool that was found out after the rules were bound.</summary>
    public static PolicyView OfFoundOut(Policy policy, GovernedTool tool, string agent, DateTimeOffset now) => new(policy, policy.RulesOf(tool), tool, agent, null, now);

    /// <summary>Those that can match, in the file's order.</summary>
    public ImmutableArray<PolicyRule> Rules { get; }

    /// <summary>Nothing stricter, an allow (a model needs none), and no budget passed.</summary>
    public WhenDemand Allowed => And([AllowedByRules, .. _limits.Select(Misses)]);

    /// <summary>Nothing stricter, and an ask or a budget that asks.</summary>
    public WhenDemand Asked => Middle(Effect.Ask, new WhenDemand.Any([ByRules(Effect.Ask), And([AllowedByRules, OfLimits(Effect.Ask)])]));

    /// <summary>A deny, nothing at all, or a budget that denies.</summary>
    public WhenDemand Denied => new WhenDemand.Any(
    [
        Some(Effect.Deny),
        _isModel ? WhenDemand.Never : And(Verdicts.Skip(1).Select(Without)),
        OfLimits(Effect.Deny),
    ]);

    /// <summary>Every verdict, the strictest first.</summary>
    public static ImmutableArray<Effect> Verdicts { get; } = [.. Enum.GetValues<Effect>().Order()];

    public WhenDemand Of(Effect effect) => effect switch
    {
        Effect.Allow => Allowed,
        Effect.Ask => Asked,
        Effect.Deny => Denied,
        _ => Middle(effect, ByRules(effect)),
    };

    /// <summary>It matches, and nothing answers it in advance.</summary>
    public WhenDemand Matches(PolicyRule rule) => And(Parts(rule, rule.Effect == Effect.Allow ? WhenWanted.True : WhenWanted.NotFalse).Concat(Answering(rule).Select(Misses)));

    /// <summary>It does not match, or what it asks is answered in advance.</summary>
    public WhenDemand Misses(PolicyRule rule) =>
        new WhenDemand.Any([.. Parts(rule, rule.Effect == Effect.Allow ? WhenWanted.NotTrue : WhenWanted.False), .. Answering(rule).Select(Matches)]);

    /// <summary>No ask that wants a seat of this role, at least so many of them.</summary>
    public WhenDemand WithoutSeat(string role, int count) => And(
        Rules.Concat(_limits).Where(r => r.Effect == Effect.Ask && r.Approvers.Seats.Any(s => s.Role == role && s.Count >= count)).Select(Misses));

    /// <summary>No ask that wants these two in this order.</summary>
    public WhenDemand WithoutOrder(SeatOrder order) => And(
        Rules.Concat(_limits).Where(r => r.Effect == Effect.Ask && r.Approvers.Ladder.Order.Contains(order)).Select(Misses));

    /// <summary>Whether a rule names a tool, whatever its condition reads.</summary>
    public static bool IsAbout(PolicyRule rule, GovernedTool tool) => rule.IsAbout(tool.Name, tool.Effect);

    public static WhenDemand And(IEnumerable<WhenDemand> parts) => new WhenDemand.All([.. parts]);

    /// <summary>The verdict on one call, by evaluating, with the rules and budgets that it rests on.</summary>
    public (Effect Effect, ImmutableArray<PolicyRule> Rules) Verdict(WhenFacts call)
    {
        var effect = Verdicts.FirstOrDefault(e => Of(e).IsMetBy(call), Effect.Deny);
        return (effect, [.. Rules.Concat(_limits).Where(r => r.Effect == effect && Matches(r).IsMetBy(call))]);
    }

    private WhenDemand AllowedByRules => _isModel ? WithoutStricter(Effect.Allow) : ByRules(Effect.Allow);

    private WhenDemand ByRules(Effect effect) => And([Some(effect), WithoutStricter(effect)]);

    private WhenDemand WithoutStricter(Effect effect) => And(Verdicts.Where(e => e < effect).Select(Without));

    private WhenDemand Middle(Effect effect, WhenDemand demand) => And([demand, .. _limits.Where(l => l.Effect < effect).Select(Misses)]);

    private WhenDemand OfLimits(Effect effect) => new WhenDemand.Any([.. _limits.Where(l => l.Effect == effect).Select(Matches)]);

    private WhenDemand Some(Effect effect) => new WhenDemand.Any([.. Rules.Where(r => r.Effect == effect).Select(Matches)]);

    private WhenDemand Without(Effect effect) => And(Rules.Where(r => r.Effect == effect).Select(Misses));

    private IEnumerable<PolicyRule> Answering(PolicyRule rule) => rule.Effect == Effect.Ask ? Rules.Where(r => r.Answers.Contains(rule.Id)) : [];

    /// <summary>The condition, the history and the limits, as wanted; none when the rule always matches.</summary>
    private IEnumerable<WhenDemand> Parts(PolicyRule rule, WhenWanted wanted)
    {
        if (rule.When is { } when)
        {
            yield return new WhenDemand.Of(when.Settled(_known), wanted);
        }

        if (rule.History is { } history)
        {
            yield return new WhenDemand.Riddle(HistoryWords.Of(history), wanted);
        }

        foreach (var limit in rule.Limits)
        {
            yield return new WhenDemand.Riddle($"{limit.Arg} within {limit.AtLeast}..{limit.AtMost} of [{string.Join(", ", limit.OneOf ?? [])}]", wanted);
        }
    }
}
