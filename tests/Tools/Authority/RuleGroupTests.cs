using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Tools.Tests;

/// <summary>The index of rules from the inside: each part finds those that can match, all of them, once, and no other.</summary>
public sealed class RuleGroupTests
{
    private const string Tool = "erp.create_purchase_order";

    private static readonly WhenRecord NoLists = new(new Dictionary<string, WhenValue>());
    private static readonly WhenTerm Total = TermOf("facts.total");
    private static readonly WhenTerm Supplier = TermOf("args.supplier");

    [Fact]
    public void Every_range_that_holds_a_value_is_found_its_ends_included_and_no_other()
    {
        var chance = new Random(20261127);
        foreach (var count in Enumerable.Range(1, 40))
        {
            // In no order, over one another, of a point, of nothing at all.
            var ranges = Enumerable.Range(0, count).Select(_ => (Least: (decimal)chance.Next(0, 20), Most: (decimal)chance.Next(0, 24))).ToList();
            var rules = new RangeRules([.. ranges.Select((r, i) => (i, new WhenNeed.Between(Total, r.Least, r.Most)))]);
            for (var value = -1m; value <= 25; value += 0.5m)
            {
                var found = new List<int>();
                rules.Find(Facts("{}", new WhenNumber(value)), found);
                Assert.Equal(Enumerable.Range(0, count).Where(i => ranges[i].Least <= value && value <= ranges[i].Most), found.Order());
            }
        }
    }

    [Fact]
    public void Ranges_without_an_end_reach_every_number_there_is()
    {
        var rules = new RangeRules([(0, new WhenNeed.Between(Total, decimal.MinValue, 3)), (1, new WhenNeed.Between(Total, 3, decimal.MaxValue)), (2, new WhenNeed.Between(Total, decimal.MinValue, decimal.MaxValue))]);
        foreach (var (value, expected) in new[] { (decimal.MinValue, "0 2"), (3m, "0 1 2"), (decimal.MaxValue, "1 2") })
        {
            var found = new List<int>();
            rules.Find(Facts("{}", new WhenNumber(value)), found);
            Assert.Equal(expected, string.Join(' ', found.Order()));
        }
    }

    [Theory]
    [InlineData("\"a\"", "0 3")]
    [InlineData("\"A\"", "")]
    [InlineData("7", "1 3")]
    [InlineData("7.0", "1 3")]
    [InlineData("8", "")]
    [InlineData("true", "2 3")]
    [InlineData("false", "")]
    [InlineData("null", "4")]
    [InlineData("[\"a\"]", "0 1 2 3 4 5")]
    [InlineData("{\"a\":1}", "0 1 2 3 4 5")]
    public void A_value_finds_the_rules_that_name_it_once_and_one_that_is_no_value_finds_all(string value, string expected)
    {
        ImmutableArray<ImmutableArray<WhenValue>> named =
        [
            [new WhenText("a"), new WhenText("a"), new WhenText("b")], [new WhenNumber(7)], [WhenBoolean.True], [new WhenText("a"), new WhenNumber(7), WhenBoolean.True], [WhenValue.FromJson(JsonText.Null.ToElement())], [],
        ];
        var rules = new EqualRules([.. named.Select((values, i) => (i, new WhenNeed.OneOf(Supplier, values)))]);
        var found = new List<int>();
        rules.Find(Facts($"{{\"supplier\":{value}}}", null), found);
        Assert.Equal(expected, string.Join(' ', found.Order()));
    }

    [Fact]
    public void Fewer_than_eight_are_not_worth_it_and_eight_are()
    {
        var facts = Facts("""{"supplier":"s3","lines":[]}""", null);
        Assert.Equal(7, Near(Enumerable.Range(0, 7).Select(Of), facts).Split(' ').Length);
        Assert.Equal("r3", Near(Enumerable.Range(0, 8).Select(Of), facts));
        Assert.Equal(8, Near([.. Enumerable.Range(0, 7).Select(Of), ""], facts).Split(' ').Length);   // eight, of which no eight need something of one term

        static string Of(int i) => $"args.supplier == 's{i}'";
    }

    [Fact]
    public void They_come_in_the_order_of_the_file_those_that_need_nothing_among_them()
    {
        string[] conditions = ["", .. Enumerable.Range(1, 9).Select(i => $"args.supplier == 's{i % 3}'"), "facts.approved", .. Enumerable.Range(11, 9).Select(i => $"facts.total >= {i} && facts.total <= {i}.5"), ""];

        Assert.Equal("r0 r2 r5 r8 r10 r14 r20", Near(conditions, Facts("""{"supplier":"s2","lines":[]}""", new WhenNumber(14))));
        Assert.Equal("r0 r10 r14 r20", Near(conditions, Facts("""{"supplier":"none","lines":[]}""", new WhenNumber(14))));
        Assert.Equal("r0 r10 r20", Near(conditions, Facts("""{"supplier":"none","lines":[]}""", new WhenNumber(1))));
        Assert.Equal("", Near(conditions[1..10], Facts("""{"supplier":"none","lines":[]}""", null)));
    }

    [Theory]
    [InlineData("args.supplier == 's{0}' && facts.total > 0", "r7")]                                          // names that differ say more than a number that all reach
    [InlineData("args.supplier == 's7' && facts.total >= {0} && facts.total <= {0}.5", "r9")]                 // and numbers that differ more than one name for all
    [InlineData("agent.name == 'purchaser' && args.supplier == 's{0}'", "r7")]
    [InlineData("args.supplier == 's{0}' && args.note == 'n{0}'", "r3")]                                      // of two that say as much the first by its name
    [InlineData("facts.total >= {0} && facts.total <= 100 && facts.total >= 1 && facts.total <= {0}.5", "r9")] // both ends, from wherever they are said
    public void A_rule_is_found_by_what_passes_it_by_most_often(string condition, string expected)
    {
        var conditions = Enumerable.Range(0, 20).Select(i => string.Format(CultureInfo.InvariantCulture, condition, i)).ToList();
        Assert.Equal(expected, Near(conditions, Facts("""{"supplier":"s7","note":"n3","lines":[]}""", new WhenNumber(9))));
    }

    [Fact]
    public void What_a_list_names_passes_a_rule_by_as_what_its_condition_names()
    {
        var policy = Policies.Sound(
            $"version: 1\nlists: {{ {string.Join(", ", Enumerable.Range(0, 10).Select(i => $"l{i}: [s{i}, t{i}]"))} }}\nrules:\n"
            + string.Concat(Enumerable.Range(0, 10).Select(i => $"  - {{ id: r{i}, effect: deny, tools: [{Tool}], when: args.supplier in lists.l{i} }}\n")));
        Assert.Equal("r7", Assert.Single(new RuleIndex(policy.RulesOf(Tool), policy.Lists).Near(Facts("""{"supplier":"t7","lines":[]}""", null))).Id);
    }

    [Fact]
    public void Rules_whose_agents_are_not_all_named_are_asked_whoever_calls()
    {
        var rules = Enumerable.Range(0, 10).Select(i => $"{{ id: r{i}, effect: allow, agents: [analyst, 'purch*'], tools: [{Tool}] }}");
        var near = new RuleIndex(Policies.OfRules([.. rules]).RulesOf(Tool), NoLists).Near(Facts("{}", null));
        Assert.Equal(10, near.Length);
    }

    [Fact]
    public void Of_the_rules_of_a_tool_each_has_its_say_in_one_place()
    {
        string[] all =
        [
            "{ id: d, effect: deny, tools: [erp.low_stock] }", "{ id: a, effect: allow, tools: [erp.low_stock] }", "{ id: k, effect: ask, tools: [erp.low_stock], approvers: { role: cfo } }",
            "{ id: sd, effect: deny, mode: shadow, tools: [erp.low_stock] }", "{ id: sa, effect: allow, mode: shadow, tools: [erp.low_stock] }",
        ];
        var set = new RuleSet(Policies.OfRules(all).RulesOf("erp.low_stock"), NoLists);
        Assert.Equal(["d"], set.Denies.Near(Facts("{}", null)).Select(r => r.Id));
        Assert.Equal(["a", "k"], set.Others.Near(Facts("{}", null)).Select(r => r.Id));
        Assert.Equal(["sd", "sa"], set.Shadows.Near(Facts("{}", null)).Select(r => r.Id));
        Assert.Equal((5, false), (set.All.Length, set.LooksBack));

        const string Back = "{ id: b, effect: deny, tools: [erp.low_stock], history: { some: { tools: [erp.low_stock] } } }";
        Assert.True(new RuleSet(Policies.OfRules([.. all, Back]).RulesOf("erp.low_stock"), NoLists).LooksBack);
    }

    private static string Near(IEnumerable<string> conditions, WhenFacts facts)
    {
        var rules = conditions.Select((c, i) => $"{{ id: r{i}, effect: deny, tools: ['*']{(c.Length == 0 ? "" : $", when: \"{c}\"")} }}");
        return string.Join(' ', new RuleIndex(Policies.OfRules([.. rules]).Rules, NoLists).Near(facts).Select(r => r.Id));
    }

    private static WhenFacts Facts(string args, WhenValue? total) => PolicyScope.Values(
        Policies.Request(Tool, "purchaser", args, "{}") with { Facts = new WhenRecord(new Dictionary<string, WhenValue>(total is null ? [] : [KeyValuePair.Create("total", total)], StringComparer.Ordinal)) }, NoLists);

    private static WhenTerm TermOf(string text) => When.Parse(text, WhenPosition.Start) is WhenParsed.Sound { Expression: var expression } ? expression.AsTerm() : throw new InvalidOperationException(text);
}
