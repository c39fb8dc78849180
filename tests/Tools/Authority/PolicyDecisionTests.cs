using System.Collections.Immutable;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>What policies say where rules meet: how conditions and the past add up, what a found-out tool is judged by, and what of several rules holds.</summary>
public sealed class PolicyDecisionTests
{
    private const string All = "{ id: all, effect: allow, tools: ['*'] }";

    /// <summary>The condition and the past: + holds, - does not, ? cannot be said, nothing where there is none.</summary>
    [Theory]
    [InlineData("", "+", "+")]
    [InlineData("", "-", "-")]
    [InlineData("", "?", "?")]
    [InlineData("+", "", "+")]
    [InlineData("-", "", "-")]
    [InlineData("?", "", "?")]
    [InlineData("+", "+", "+")]
    [InlineData("+", "-", "-")]
    [InlineData("+", "?", "?")]
    [InlineData("-", "+", "-")]
    [InlineData("-", "-", "-")]
    [InlineData("-", "?", "-")]
    [InlineData("?", "+", "?")]
    [InlineData("?", "-", "-")]
    [InlineData("?", "?", "?")]
    public void A_condition_and_the_past_hold_together_and_what_cannot_be_said_counts_against_the_call(string when, string past, string both)
    {
        var rest = (when.Length > 0 ? ", when: facts.total > 1" : "") + (past.Length > 0 ? ", history: { some: { tools: [erp.low_stock] } }" : "");
        var policy = Policies.OfRules($"{{ id: no, effect: deny, tools: [erp.create_purchase_order]{rest} }}", $"{{ id: yes, effect: allow, tools: [erp.create_purchase_order]{rest} }}");
        var request = Policies.Request("erp.create_purchase_order", "purchaser", "{}", when switch { "+" => """{"total":5}""", "-" => """{"total":0}""", _ => "{}" }) with { History = Past(past) };

        var traces = policy.Decide(request).Trace;
        Assert.Equal((both != "-", both == "?"), (traces[0].IsMatch, traces[0].IsDoubtful));
        Assert.Equal((both == "+", both == "?"), (traces[1].IsMatch, traces[1].IsDoubtful));
        Assert.Equal(both == "?", policy.Decide(request).Reason.Contains("cannot be known whether", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true, false, "It has no condition.")]
    [InlineData(", when: facts.total > 1", true, false, "Its condition holds.")]
    [InlineData(", when: facts.total > 9", false, false, "Its condition does not hold.")]
    [InlineData(", when: facts.approved", false, true, "Its condition cannot be judged, and so does not allow: ")]
    [InlineData(", validUntil: \"2026-11-21T12:00:00Z\"", false, false, "It has ended (validUntil).")]
    [InlineData(", limits: [ { arg: supplier, oneOf: [globex] } ]", false, false, "An argument is beyond its limits.")]
    public void A_trace_says_what_became_of_a_rule(string rest, bool isMatch, bool isDoubtful, string why)
    {
        var trace = Assert.Single(Policies.Order(Policies.OfRules($"{{ id: a, effect: allow, tools: [erp.create_purchase_order]{rest} }}"), """{"total":5}""").Trace);

        Assert.Equal((isMatch, isDoubtful), (trace.IsMatch, trace.IsDoubtful));
        Assert.StartsWith(why, trace.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*'], when: args.text == 'x' }", Effect.Deny)]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*'], when: args.supplier == 'x' }", Effect.Allow)]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*'], when: args.any.thing == 'x' }", Effect.Deny)]
    [InlineData("{ id: no, effect: deny, tools: [erp.receive_delivery], when: args.id == 5 }", Effect.Deny)]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*', erp.receive_delivery], when: args.id == 5 }", Effect.Deny)]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*', erp.reverse_receipt], when: args.id == 5 }", Effect.Allow)]
    [InlineData("{ id: no, effect: deny, tools: [erp.reverse_receipt] }", Effect.Allow)]
    [InlineData("{ id: no, effect: deny, effects: [spend] }", Effect.Deny)]
    [InlineData("{ id: no, effect: deny, effects: [observe] }", Effect.Allow)]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*'], history: { none: { tools: [erp.create_purchase_order], same: { args.supplier: args.text } } } }", Effect.Deny)]
    [InlineData("{ id: no, effect: deny, tools: ['erp.*'], history: { none: { tools: [erp.create_purchase_order], same: [args.supplier] } } }", Effect.Allow)]
    [InlineData("{ id: cap, effect: transform, tools: ['erp.*'], change: [ { arg: count, atMost: 5 } ] }", Effect.Transform)]
    [InlineData("{ id: cap, effect: transform, tools: ['erp.*'], change: [ { arg: id, atMost: 5 } ] }", Effect.Allow)]
    public void A_tool_that_was_found_out_later_is_judged_by_what_it_has_and_by_every_rule_that_names_it(string rule, Effect expected)
    {
        var known = Policies.Tools.Single(t => t.Name == "erp.receive_delivery");
        var foundOut = new GovernedTool(known.Name, known.Traits, Record(("text", new WhenType.Text()), ("count", new WhenType.Number()), ("any", new WhenType.Dynamic())), Record());
        var request = Policies.Request(known.Name, "purchaser", """{"text":"x","count":9,"any":{"thing":"x"}}""", "{}") with { FoundOut = foundOut };

        Assert.Equal(expected, Policies.OfRules(All, rule).Decide(request).Effect);
    }

    [Theory]
    [InlineData("erp.low_stock", "{ id: cap, effect: transform, tools: ['erp.*'], change: [ { arg: id, atMost: 5 } ] }", Effect.Allow)]
    [InlineData("erp.receive_delivery", "{ id: cap, effect: transform, tools: ['erp.*'], change: [ { arg: id, atMost: 5 } ] }", Effect.Deny)]
    [InlineData("erp.low_stock", "{ id: no, effect: deny, tools: ['erp.*'], history: { none: { tools: [erp.create_purchase_order], same: [args.supplier] } } }", Effect.Allow)]
    [InlineData("erp.create_purchase_order", "{ id: no, effect: deny, tools: ['erp.*'], history: { none: { tools: [erp.create_purchase_order], same: [args.supplier] } } }", Effect.Deny)]
    [InlineData("model:default", "{ id: no, effect: deny, tools: ['*'], history: { none: { tools: [erp.low_stock] } } }", Effect.Allow)]
    [InlineData("erp.low_stock", "{ id: no, effect: deny, tools: ['*'], history: { none: { tools: [erp.low_stock] } } }", Effect.Deny)]
    public void What_a_pattern_matches_and_lacks_what_the_rule_is_about_is_not_meant(string tool, string rule, Effect expected)
    {
        var request = Policies.Request(tool.StartsWith("model:", StringComparison.Ordinal) ? "erp.low_stock" : tool, "purchaser", """{"supplier":"acme"}""", "{}");
        request = tool.StartsWith("model:", StringComparison.Ordinal) ? request with { ToolName = tool, Traits = ToolTraits.OfModel("default", isInside: true) } : request;

        Assert.Equal(expected, Policies.OfRules(All, rule).Decide(request).Effect);
    }

    [Fact]
    public void Whether_rules_look_back_is_known_of_each_tool_and_of_one_that_was_found_out_by_what_it_has()
    {
        var policy = Policies.OfRules(All, "{ id: no, effect: deny, tools: [erp.receive_delivery], history: { some: { tools: [erp.low_stock] } } }");
        Assert.True(policy.LooksBack("erp.receive_delivery"));
        Assert.False(policy.LooksBack("erp.low_stock"));

        var tool = Shop.Double("echo", new ToolDouble((_, _) => throw new InvalidOperationException())) with { ArgsType = Record() };
        var said = new GovernedTool(tool.Name, tool.Traits, new WhenType.Dynamic(), Record());
        var bound = Policy.Bind(
            Shop.Bundle("sources: []", "version: 1\nrules:\n  - { id: a, effect: allow, tools: ['test.*'] }\n  - { id: b, effect: deny, tools: ['test.*'], history: { some: { tools: [test.echo], same: [args.text] } } }\n"),
            [said], new DirectoryDouble([]), new ConfigReader());
        Assert.True(bound.LooksBack(tool));
        Assert.False(bound.LooksBack(tool with { IsFoundOut = true }));
        Assert.True(bound.LooksBack(tool with { IsFoundOut = true, ArgsType = Record(("text", new WhenType.Text())) }));
    }

    [Theory]
    [InlineData("a", "b", Effect.Allow)]
    [InlineData(null, "a", Effect.Allow)]
    [InlineData("b", "a", Effect.Deny)]
    [InlineData(null, null, Effect.Deny)]
    public void The_playbook_that_is_followed_comes_before_the_one_that_was_asked_for(string? followed, string? asked, Effect expected)
    {
        var goal = new GoalSubmitted(new PrivateText("jana", "Buy."), "jana", asked, null, JsonText.EmptyObject, null, null, null, "hash", null, 0);
        var request = Policies.Request("erp.low_stock", "purchaser", "{}", "{}") with { Goal = goal, Playbook = followed };

        Assert.Equal(expected, Policies.OfRules("{ id: a, effect: allow, tools: ['*'], when: goal.playbook == 'a' && goal.requester == 'jana' && agent.name == 'purchaser' }").Decide(request).Effect);
    }

    [Theory]
    [InlineData("low", Risk.Low)]
    [InlineData("medium", Risk.Medium)]
    [InlineData("high", Risk.High)]
    public void A_condition_reads_the_task(string risk, Risk of)
    {
        var task = new WorkTask(
            PrefixedId.Derive<TaskId>(Guid.Empty, "t"), "order", "Order bolts", "Order.", [], "purchasing", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null), new Grant([]), null, null, JsonText.Null, null, of);
        var request = Policies.Request("erp.low_stock", "purchaser", "{}", "{}") with { Task = task };

        Assert.Equal(Effect.Allow, Policies.OfRules($"{{ id: a, effect: allow, tools: ['*'], when: task.key == 'order' && task.title == 'Order bolts' && task.skill == 'purchasing' && task.risk == '{risk}' }}").Decide(request).Effect);
    }

    [Theory]
    [InlineData("""{"due":"2026-11-21T12:00:01Z"}""", Effect.Allow)]
    [InlineData("""{"due":"2026-11-21T13:00:00+02:00"}""", Effect.Deny)]
    [InlineData("""{"due":"soon"}""", Effect.Deny)]
    [InlineData("""{"due":5}""", Effect.Deny)]
    public void A_fact_that_is_a_time_is_compared_as_one(string facts, Effect expected) => Assert.Equal(
        expected, Policies.Order(Policies.OfRules("{ id: a, effect: allow, tools: [erp.create_purchase_order], when: facts.due > now }"), facts).Effect);

    [Theory]
    [InlineData("args.supplier in lists.texts", true)]
    [InlineData("args.supplier in lists.numbers", false)]
    [InlineData("args.supplier in lists.mixed", true)]
    [InlineData("facts.total in lists.texts", false)]
    [InlineData("facts.total in lists.numbers", true)]
    [InlineData("facts.total in lists.mixed", true)]
    public void A_list_is_of_texts_of_numbers_or_of_anything(string when, bool isSound)
    {
        var (_, reader) = Policies.Read($"version: 1\nlists: {{ texts: [a, b], numbers: [1, 2], mixed: [a, 2] }}\nrules:\n  - {{ id: a, effect: deny, tools: [erp.create_purchase_order], when: {when} }}\n");

        Assert.Equal(isSound, !reader.Faults.Any(f => !f.IsWarning));
    }

    [Fact]
    public void Of_several_defers_the_soonest_and_the_fewest_tries_hold()
    {
        var decision = Policies.Order(
            Policies.OfRules(All, "{ id: a, effect: defer, tools: ['*'], retryAfter: 1s, tries: 9 }", "{ id: b, effect: defer, tools: ['*'], retryAfter: 1h, tries: 2 }", "{ id: c, effect: defer, tools: ['*'] }"), "{}");

        Assert.Equal((Effect.Defer, TimeSpan.FromSeconds(1), 2), (decision.Effect, decision.RetryAfter, decision.Tries));
    }

    [Fact]
    public void Every_transform_that_changed_something_is_named_and_none_that_did_not()
    {
        var decision = Policies.Order(
            Policies.OfRules(
                "{ id: b, effect: transform, tools: [erp.create_purchase_order], change: [ { arg: supplier, redact: true } ] }",
                "{ id: a, effect: transform, tools: [erp.create_purchase_order], change: [ { arg: lines.quantity, atMost: 5 } ] }",
                "{ id: c, effect: transform, tools: [erp.create_purchase_order], change: [ { arg: lines.unitPrice, atMost: 5 } ] }"),
            "{}",
            args: """{"lines":[{"quantity":9,"unitPrice":1}],"supplier":"acme"}""");

        Assert.Equal(["a", "b"], decision.Rules.AsEnumerable());
        Assert.Equal(["lines.quantity", "supplier"], decision.Changes.Select(c => c.Arg));
    }

    [Theory]
    [InlineData("first", "second", Effect.Allow, "second")]
    [InlineData("first", null, Effect.Allow, "first")]
    [InlineData(null, "second", Effect.Allow, "second")]
    [InlineData("first", "second", Effect.Deny, "second")]
    [InlineData("first", null, Effect.Deny, "first")]
    [InlineData(null, "second", Effect.Deny, "second")]
    public void What_is_in_shadow_is_told_of_the_call_as_changed_or_else_as_it_was_wanted(string? first, string? second, Effect effect, string told)
    {
        var wanted = Policies.Order(Policies.OfRules("{ id: t, effect: transform, tools: [erp.create_purchase_order], change: [ { arg: supplier, set: globex } ] }"), "{}");
        var changed = Policies.Order(Policies.OfRules($"{{ id: x, effect: {effect.ToString().ToLowerInvariant()}, tools: ['*'] }}"), "{}");
        var both = RuleCombiner.Together(wanted with { Shadow = Shadow(first), Uses = [Use("a"), Use("b")] }, changed with { Shadow = Shadow(second), Uses = [Use("b"), Use("c")] });

        Assert.Equal(told, Assert.Single(both.Shadow!.Rules));
        Assert.Equal(effect == Effect.Deny ? "b,c" : "a,b,c", string.Join(',', both.Uses.Select(u => u.Id)));

        static ShadowVerdict? Shadow(string? rule) => rule is null ? null : new ShadowVerdict(Effect.Deny, [rule]);
        static Budget Use(string id) => new(id, BudgetScope.Company, new BudgetPeriod.Always(), null, new Amounts(ToolCalls: 1), Effect.Ask, Approvers.None, Budget.UsualWarning, null);
    }

    [Fact]
    public void Rules_in_shadow_are_told_in_the_order_of_their_names()
    {
        var decision = Policies.Order(Policies.OfRules(All, "{ id: z, effect: deny, mode: shadow, tools: ['*'] }", "{ id: b, effect: deny, mode: shadow, tools: ['*'] }"), "{}");

        Assert.Equal((Effect.Allow, Effect.Deny, "b,z"), (decision.Effect, decision.Shadow!.Effect, string.Join(',', decision.Shadow.Rules)));
    }

    private const string Large = "{ id: large, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead } }";
    private const string Strict = "{ id: strict, effect: ask, tools: [erp.create_purchase_order], approvers: { role: cfo } }";

    [Theory]
    [InlineData("Allow", "", "large:")]
    [InlineData("Allow", "s0", "large:5")]
    [InlineData("Allow", "s0", "large:5", "large:")]
    [InlineData("Allow", "s0,s1", "large:5", "large:6")]
    [InlineData("Allow", "s0", "large:5", "other:6")]
    [InlineData("Ask", "s0", "large:5", "!strict")]
    [InlineData("Allow", "s0,s1", "large:5", "strict:6", "!strict")]
    [InlineData("Deny", "", "large:5", "!deny")]
    public void A_standing_rule_is_used_where_it_answers_an_ask_that_matched_and_nothing_denies(string effect, string used, params string[] rules)
    {
        var standing = rules.Where(r => r[0] != '!').Select((r, i) => (Answers: r.Split(':')[0], Uses: r.Split(':')[1], Id: $"s{i}"))
            .Select(s => $"{{ id: {s.Id}, effect: allow, tools: [erp.create_purchase_order], answers: [{s.Answers}], validUntil: \"2026-12-01T00:00:00Z\"{(s.Uses.Length > 0 ? $", uses: {s.Uses}" : "")} }}");
        var policy = Policies.OfRules(
        [
            Large,
            "{ id: other, effect: ask, tools: [erp.low_stock], approvers: { role: cfo } }",
            rules.Contains("!strict") ? Strict : Strict.Replace("erp.create_purchase_order", "erp.low_stock", StringComparison.Ordinal),
            .. rules.Contains("!deny") ? ["{ id: never, effect: deny, tools: [erp.create_purchase_order] }"] : Array.Empty<string>(),
            .. standing,
        ]);

        var decision = Policies.Order(policy, "{}");
        Assert.Equal((effect, used), (decision.Effect.ToString(), string.Join(',', decision.Uses.Select(u => u.Id))));
    }

    [Fact]
    public void An_ask_without_words_names_who_is_asked_and_how_many()
    {
        var policy = Policies.OfRules("{ id: a, effect: ask, tools: ['*'], approvers: { all: [ { role: procurement-lead }, { role: cfo }, { role: procurement-lead } ] } }");

        Assert.Equal("Rule 'a' asks cfo and 2 × procurement-lead.", Policies.Order(policy, "{}").Reason);
    }

    [Fact]
    public void Obligations_name_fields_in_order() => Assert.Equal(
        ["a", "b"], Policies.Order(Policies.OfRules("{ id: a, effect: allow, tools: ['*'], obligations: { redact: [b, a] } }"), "{}").Obligations.Redact.AsEnumerable());

    [Fact]
    public void Without_a_file_every_call_is_denied_and_that_is_said()
    {
        var reader = new ConfigReader();
        var bundle = Shop.Bundle("sources: []", "version: 1");
        var policy = Policy.Bind(bundle with { Documents = bundle.Documents.Remove("authority.yaml") }, Policies.Tools, new DirectoryDouble([]), reader);

        Assert.True(Assert.Single(reader.Faults).IsWarning);
        Assert.Equal(Effect.Deny, policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}")).Effect);
    }

    [Fact]
    public void Amounts_are_in_the_companys_currency_and_without_one_they_are_money()
    {
        var (bundle, faults) = (Shop.Bundle("sources: []", "version: 1"), ImmutableArray.CreateBuilder<ConfigFault>());
        var company = bundle.Documents.Add("company.yaml", YamlText.Read("company.yaml", "currency: CZK", 1, faults)!);
        Assert.Equal("CZK", Policy.Bind(bundle with { Documents = company }, Policies.Tools, new DirectoryDouble([]), new ConfigReader()).Currency);
        Assert.Equal("money", Policy.Bind(bundle, Policies.Tools, new DirectoryDouble([]), new ConfigReader()).Currency);
    }

    [Fact]
    public void The_digest_of_a_policy_is_of_both_its_files()
    {
        var one = Bound("version: 1", null);
        string[] all = [one.Hash, Bound("version: 1 ", null).Hash, Bound("version: 1", "rules: []").Hash, Bound("version: 1", "rules: [] ").Hash, Bound("version: 1 ", "rules: []").Hash];

        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(one.Hash, Bound("version: 1", null).Hash);
    }

    [Theory]
    [InlineData("rules:\n  - { id: s, effect: allow, tools: [erp.low_stock], answers: [ask], validUntil: \"2026-12-01T00:00:00Z\" }\n", 0, "")]
    [InlineData("rules: []\n@budgets: []\n", 2, "Unknown key")]
    [InlineData("rules:\n  - { id: s, effect: allow, tools: [erp.low_stock], answers: [ask], validUntil: \"2026-12-01T00:00:00Z\", mode: shadow }\n", 2, "Unknown key")]
    [InlineData("rules:\n  - { id: s, effect: allow, tools: [erp.low_stock] }\n", 2, "allows, and answers asks")]
    [InlineData("rules:\n  - { id: s, effect: deny, tools: [erp.low_stock] }\n", 2, "allows, and answers asks")]
    [InlineData("rules:\n  - { id: s, effect: deny, tools: [erp.low_stock], answers: [ask], validUntil: \"2026-12-01T00:00:00Z\" }\n", 2, "allows, and answers asks")]
    public void The_file_of_standing_rules_has_rules_that_allow_in_advance_and_nothing_else(string standing, int line, string words)
    {
        var reader = new ConfigReader();
        var policy = Bound("version: 1\nrules:\n  - { id: ask, effect: ask, tools: [erp.low_stock], approvers: { role: lead } }\n", standing.Replace("@", "", StringComparison.Ordinal), reader);

        if (line == 0)
        {
            Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
            Assert.Equal(Effect.Allow, policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}")).Effect);
            return;
        }

        Assert.Contains(reader.Faults, f => !f.IsWarning && (f.Place.File, f.Place.Line) == ("standing.yaml", line) && f.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_standing_rule_that_outlives_what_it_answers_is_said_and_stops_nothing()
    {
        var reader = new ConfigReader();
        Bound("version: 1", "rules:\n  - { id: s, effect: allow, tools: [erp.low_stock], answers: [gone], validUntil: \"2026-12-01T00:00:00Z\" }\n", reader);

        var warning = Assert.Single(reader.Faults);
        Assert.Equal((true, "standing.yaml", 2), (warning.IsWarning, warning.Place.File, warning.Place.Line));
    }

    private static Policy Bound(string authority, string? standing, ConfigReader? reader = null)
    {
        var bundle = Shop.Bundle("sources: []", authority);
        if (standing is not null)
        {
            var faults = ImmutableArray.CreateBuilder<ConfigFault>();
            bundle = bundle with { Documents = bundle.Documents.Add("standing.yaml", YamlText.Read("standing.yaml", standing, 1, faults)!), Texts = bundle.Texts.Add("standing.yaml", standing) };
            Assert.Empty(faults);
        }

        return Policy.Bind(bundle, Policies.Tools, new DirectoryDouble([]), reader ?? new ConfigReader());
    }

    private static CallHistory Past(string past) => past.Length == 0 || past == "-"
        ? CallHistory.Empty
        : CallHistory.Of([new PastCall(default, "erp.low_stock", "analyst", new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)), new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)), Policies.Noon, IsCertain: past == "+")]);

    private static WhenType.Record Record(params (string Name, WhenType Type)[] fields) => new(fields.ToDictionary(f => f.Name, f => f.Type, StringComparer.Ordinal));
}
