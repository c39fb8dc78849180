using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

/// <summary>That rules are found by what they need, and that it shows in nothing but the time it takes.</summary>
public sealed class RuleIndexTests
{
    private const string Tool = "erp.create_purchase_order";
    private const int RequestsPerPolicy = 50;

    private static readonly WhenRecord NoLists = new(new Dictionary<string, WhenValue>());

    private static readonly Gen<string> Name = Gen.Elements("acme", "globex", "initech", "umbra");
    private static readonly Gen<int> Amount = Gen.Choose(0, 12);

    private static readonly Gen<string> Conditions = Gen.OneOf(
        from name in Name select $"args.supplier == '{name}'",
        from name in Name from other in Name select $"args.supplier in ['{name}', '{other}']",
        Gen.Constant("args.supplier in lists.known"),
        from name in Name from other in Name select $"(args.supplier == '{name}' || args.supplier == '{other}') && facts.approved",
        from name in Name from least in Amount select $"args.supplier == '{name}' || facts.total > {least}",
        from name in Name select $"args.supplier == '{name}' && task.risk == 'high'",
        from name in Name select $"args.supplier != '{name}'",
        from name in Name select $"args.supplier.startsWith('{name[..1]}')",
        from least in Amount select $"facts.total > {least}",
        from most in Amount select $"{most}.5 >= facts.total",
        from least in Amount from most in Amount select $"facts.total >= {least} && facts.total < {most}",
        from total in Amount select $"facts.total == {total}",
        from total in Amount select $"!(facts.total < {total})",
        from count in Gen.Choose(0, 3) select $"size(args.lines) == {count}",
        Gen.Elements("facts.approved", "facts.best && facts.total > 3", "agent.name == 'analyst'", "now > facts.due", "task.risk == 'high'", "tool.readOnly"));

    private static readonly Gen<string> Rules =
        from effect in Gen.Elements("allow", "allow", "ask", "deny", "deny", "defer")
        from mode in Gen.Elements("", "", "", "", "mode: shadow, ")
        from agents in Gen.Elements("", "", "agents: [purchaser], ", "agents: [analyst, purchaser-backup], ", "agents: ['purch*'], ")
        from condition in Gen.OneOf(Conditions, Conditions, Conditions, Gen.Constant(""))
        from rest in Gen.Elements("", "", ", advice: Ask first", ", reason: So it is")
        let when = condition.Length == 0 ? "" : $", when: \"{condition}\""
        let approvers = effect == "ask" ? ", approvers: { role: cfo, expiresAfter: 4h }" : ""
        select $"effect: {effect}, {mode}{agents}tools: ['erp.*']{when}{approvers}{rest} }}";

    private static readonly Gen<AuthorityRequest> Requests =
        from agent in Gen.Elements("purchaser", "purchaser-backup", "analyst", "receiving-clerk")
        from supplier in Gen.Elements("\"supplier\":\"acme\",", "\"supplier\":\"globex\",", "\"supplier\":\"other\",", "\"supplier\":7,", "\"supplier\":null,", "\"supplier\":[\"acme\"],", "")
        from lines in Gen.Elements("[]", "[{}]", "[{},{}]", "\"no list\"")
        from total in Gen.OneOf(Amount.Select(a => (WhenValue?)new WhenNumber(a)), Gen.Elements<WhenValue?>(null, new WhenText("5"), new WhenError("it cannot be read"), new WhenNumber(5.5m)))
        from approved in Gen.Elements<WhenValue?>(null, WhenBoolean.True, WhenBoolean.False)
        from due in Gen.Elements<WhenValue?>(null, new WhenTimestamp(Policies.Noon.AddDays(-1)))
        select Request(agent, $"{{{supplier}\"lines\":{lines}}}", new Dictionary<string, WhenValue?> { ["total"] = total, ["approved"] = approved, ["best"] = approved, ["due"] = due });

    [Fact]
    public void Found_by_their_needs_the_same_rules_decide_as_when_each_is_asked() => Prop.ForAll(Arb.From(Rules.ArrayOf(40)), Arb.From(Requests.ArrayOf(RequestsPerPolicy)), (rules, requests) =>
    {
        var policy = Policies.Sound("version: 1\nlists: { known: [acme, umbra] }\nrules:\n" + string.Concat(rules.Select((r, i) => $"  - {{ id: r{i}, {r}\n")));
        Assert.All(requests, request => Assert.Equal(Plain(policy, request), Written(policy.Decide(request))));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData("args.supplier == 's{0}'")]
    [InlineData("args.supplier in ['s{0}', 't{0}']")]
    [InlineData("facts.total == {0}")]
    [InlineData("facts.total >= {0} && facts.total <= {0}.5")]
    public void Of_a_thousand_rules_those_that_can_match_are_asked(string condition)
    {
        var rules = RulesOf(Enumerable.Range(0, 1000).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, condition, i)));
        var request = Request("purchaser", """{"supplier":"s700","lines":[]}""", new Dictionary<string, WhenValue?> { ["total"] = new WhenNumber(700) });

        Assert.Equal(["r700"], new RuleIndex(rules, NoLists).Near(PolicyScope.Values(request, NoLists)).Select(r => r.Id));
    }

    [Fact]
    public void Where_the_value_says_nothing_every_rule_is_asked()
    {
        var rules = RulesOf(Enumerable.Range(0, 100).Select(i => $"facts.total > {i}"));

        foreach (var total in (WhenValue?[])[null, new WhenText("700"), new WhenError("no row")])
        {
            var request = Request("purchaser", """{"supplier":"acme","lines":[]}""", new Dictionary<string, WhenValue?> { ["total"] = total });
            Assert.Equal(100, new RuleIndex(rules, NoLists).Near(PolicyScope.Values(request, NoLists)).Length);
        }
    }

    [Fact]
    public void Rules_for_other_agents_are_passed_by()
    {
        var agents = new[] { "analyst", "purchaser", "purchaser-backup", "receiving-clerk", "expediter" };
        var policy = Policies.OfRules([.. Enumerable.Range(0, 100).Select(i => $"{{ id: r{i}, effect: allow, agents: [{agents[i % 5]}], tools: [{Tool}] }}"), $"{{ id: all, effect: allow, tools: [{Tool}] }}"]);
        var request = Request("purchaser", """{"supplier":"acme","lines":[]}""", []);

        var near = new RuleIndex(policy.RulesOf(Tool), NoLists).Near(PolicyScope.Values(request, NoLists));

        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"r{(i * 5) + 1}"), "all"], near.Select(r => r.Id));
    }

    /// <summary>Each rule asked, as the language defines it.</summary>
    private static string Plain(Policy policy, AuthorityRequest request)
    {
        var facts = PolicyScope.Values(request, policy.Lists);
        var traced = policy.RulesOf(request.ToolName).Where(r => r.Concerns(request)).Select(r => (Rule: r, Trace: r.Trace(facts, request))).ToList();
        var matching = traced.Where(t => t.Trace.IsMatch).ToList();
        var counting = matching.Where(m => m.Rule is { IsShadow: false, Effect: Effect.Deny }).ToList();
        counting = counting.Count > 0 ? counting : [.. matching.Where(m => !m.Rule.IsShadow)];
        var shadow = matching.Where(m => m.Rule.IsShadow).ToList();
        var trace = PolicyTrace.Of([.. traced.Select(t => t.Rule)], facts, request);
        var decision = RuleCombiner.Combine(counting, [], request, isModel: false, trace);
        return Written(shadow.Count == 0 ? decision : decision with
        {
            Shadow = new ShadowVerdict(
                RuleCombiner.Combine([.. counting, .. shadow], [], request, isModel: false, trace).Effect, [.. shadow.Select(s => s.Rule.Id).Order(StringComparer.Ordinal)]),
        });
    }

    private static string Written(PolicyDecision decision) => string.Join(
        '\n',
        [
            $"{decision.Effect} {string.Join(',', decision.Rules)} {decision.Reason} {decision.Advice} {string.Join(',', decision.Seats)} {decision.Ladder.ExpiresAfter} {decision.RetryAfter} {decision.Tries}",
            $"{decision.Shadow?.Effect} {string.Join(',', decision.Shadow?.Rules ?? [])}",
            .. decision.Trace.Select(t => $"{t.Rule} {t.IsMatch} {t.Why}"),
        ]);

    private static ImmutableArray<PolicyRule> RulesOf(IEnumerable<string> conditions) =>
        Policies.OfRules([.. conditions.Select((c, i) => $"{{ id: r{i}, effect: deny, tools: [{Tool}], when: \"{c}\" }}")]).RulesOf(Tool);

    private static AuthorityRequest Request(string agent, string args, Dictionary<string, WhenValue?> facts) => Policies.Request(Tool, agent, args, "{}") with
    {
        Facts = new WhenRecord(facts.Where(f => f.Value is not null).ToDictionary(f => f.Key, f => f.Value!, StringComparer.Ordinal)),
    };
}
