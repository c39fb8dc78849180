using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Rules, found by what they need of a request: one that is certain not to match is passed by without being evaluated. Only what its condition says for certain passes a
/// rule by; whatever it could match, or err on, is asked. Immutable.
/// </summary>
internal sealed class RuleIndex
{
    /// <summary>A group of fewer costs more than it saves.</summary>
    private const int FewestOfGroup = 8;

    /// <summary>Who calls, as a condition names it: a rule that is for certain agents needs one of them.</summary>
    private static readonly WhenTerm Caller = When.Parse("agent.name", WhenPosition.Start) is WhenParsed.Sound { Expression: var name }
        ? name.AsTerm()
        : throw new InvalidOperationException("That is a condition's own word for it.");

    private readonly ImmutableArray<PolicyRule> _rules;
    private readonly ImmutableArray<int> _always;
    private readonly ImmutableArray<PolicyRule> _alwaysRules;
    private readonly ImmutableArray<RuleGroup> _groups;

    /// <param name="rules">In the file's order.</param>
    /// <param name="lists">What <c>lists</c> is to their conditions.</param>
    public RuleIndex(ImmutableArray<PolicyRule> rules, WhenRecord lists)
    {
        _rules = rules;
        var chosen = rules.Length < FewestOfGroup ? [] : Chosen(rules, new WhenFacts { Lists = lists });
        _groups = [.. chosen.Select(Group)];
        var grouped = chosen.SelectMany(g => g.Select(r => r.Place)).ToHashSet();
        _always = [.. Enumerable.Range(0, rules.Length).Where(place => !grouped.Contains(place))];
        _alwaysRules = [.. _always.Select(place => rules[place])];
    }

    /// <summary>The rules that may match, in the file's order: all that do, and few that do not.</summary>
    /// <param name="facts">What conditions read of the request.</param>
    public ImmutableArray<PolicyRule> Near(WhenFacts facts)
    {
        if (_groups.IsEmpty)
        {
            return _rules;
        }

        var found = new List<int>();
        foreach (var group in _groups)
        {
            group.Find(facts, found);
        }

        if (found.Count == 0)
        {
            return _alwaysRules;
        }

        found.AddRange(_always.AsSpan());
        found.Sort();
        var near = ImmutableArray.CreateBuilder<PolicyRule>(found.Count);
        foreach (var place in found)
        {
            near.Add(_rules[place]);
        }

        return near.MoveToImmutable();
    }

    private static RuleGroup Group(IReadOnlyList<(int Place, WhenNeed Need)> rules) => rules[0].Need is WhenNeed.OneOf
        ? new EqualRules([.. rules.Select(r => (r.Place, (WhenNeed.OneOf)r.Need))])
        : new RangeRules([.. rules.Select(r => (r.Place, (WhenNeed.Between)r.Need))]);

    /// <summary>For each rule the need that passes it by most often, as far as can be told from what its neighbours need; those together that need something of one term.</summary>
    private static List<List<(int Place, WhenNeed Need)>> Chosen(ImmutableArray<PolicyRule> rules, WhenFacts known)
    {
        var needs = rules.Select(r => NeedsOf(r, known)).ToList();
        var crowds = needs.SelectMany(n => n).GroupBy(KeyOf).ToDictionary(g => g.Key, g => Crowd([.. g]));
        return
        [
            .. needs
                .SelectMany((n, place) => n.OrderBy(one => crowds[KeyOf(one)]).ThenBy(one => one.Term.Text, StringComparer.Ordinal).Take(1).Select(one => (Place: place, Need: one)))
                .GroupBy(r => KeyOf(r.Need))
                .Select(g => g.ToList())
                .Where(g => g.Count >= FewestOfGroup),
        ];
    }

    /// <summary>How many of the rules with such a need a value finds, roughly.</summary>
    private static double Crowd(List<WhenNeed> needs)
    {
        var values = needs.OfType<WhenNeed.OneOf>().SelectMany(n => n.Values).ToList();
        return values.Count == 0 ? needs.Count / 2.0 : values.Count / (double)values.Distinct().Count();
    }

    private static (bool IsRange, string Term) KeyOf(WhenNeed need) => (need is WhenNeed.Between, need.Term.Text);

    private static List<WhenNeed> NeedsOf(PolicyRule rule, WhenFacts known)
    {
        var needs = rule.When?.Needs(known) ?? [];
        List<WhenNeed> all =
        [
            .. needs.OfType<WhenNeed.OneOf>(),

            // Both ends of a range are said apart: x > 1 && x < 5.
            .. needs.OfType<WhenNeed.Between>()
                .GroupBy(n => n.Term.Text, StringComparer.Ordinal)
                .Select(g => new WhenNeed.Between(g.First().Term, g.Max(n => n.Least), g.Min(n => n.Most))),
        ];
        if (!rule.Agents.IsEmpty && rule.Agents.All(a => a.IsName))
        {
            all.Add(new WhenNeed.OneOf(Caller, [.. rule.Agents.Select(a => new WhenText(a.Text))]));
        }

        return all;
    }
}
