using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

public sealed class AnalysisTests
{
    private const string Lead = "approvers: { role: procurement-lead }";
    private const string Both = "approvers: { all: [ { role: procurement-lead }, { role: cfo } ] }";
    private const string Small = "{ id: small, effect: allow, agents: [purchaser], tools: [erp.create_purchase_order], when: facts.total <= 5000 }";
    private const string Large = $"{{ id: large, effect: ask, agents: [purchaser], tools: [erp.create_purchase_order], when: facts.total > 5000, {Lead} }}";

    private static readonly ImmutableArray<GovernedTool> Tools = [.. Policies.Tools.Select(t => t.Name == "erp.create_purchase_order" ? t with { Money = "facts.total" } : t)];

    // ---- lint ----

    [Theory]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], when: facts.total > 5 && facts.total < 5 }", "unreachable x error")]
    [InlineData("{ id: x, effect: deny, tools: ['people.*'], when: facts.total > 5 }", "unreachable x error")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], when: tool.readOnly }", "unreachable x error")]
    [InlineData("{ id: x, effect: allow, tools: ['erp.*'] }", "over-broad x error")]
    [InlineData("{ id: x, effect: allow, agents: [purchaser], tools: ['*'] }", "over-broad x warning")]
    [InlineData("{ id: x, effect: allow, tools: ['*'], when: tool.readOnly }", "")]
    public void Each_fault_of_one_rule_is_found(string rule, string expected) => Assert.Equal(expected, Lint(rule));

    [Fact]
    public void An_allow_within_a_deny_never_decides() => Assert.Equal(
        "shadowed x error",
        Lint("{ id: x, effect: allow, tools: [erp.create_purchase_order], when: facts.total > 10 }", "{ id: d, effect: deny, tools: ['erp.*'], when: facts.total > 5 }"));

    [Fact]
    public void Several_denies_together_can_shadow_an_ask() => Assert.Equal(
        "shadowed x error",
        Lint($"{{ id: x, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 10, {Lead} }}", "{ id: d, effect: deny, tools: ['erp.*'], when: facts.approved }", "{ id: e, effect: deny, tools: ['erp.*'], when: '!facts.approved' }"));

    [Fact]
    public void An_allow_that_is_always_asked_about_is_worth_a_thought() => Assert.Equal(
        "shadowed x warning",
        Lint("{ id: x, effect: allow, tools: [erp.create_purchase_order], when: facts.total > 10 }", $"{{ id: a, effect: ask, tools: [erp.create_purchase_order], {Lead} }}"));

    [Fact]
    public void An_allow_and_a_deny_of_the_same_calls_contradict_one_another_however_they_are_written() => Assert.Equal(
        "contradictory x error",
        Lint("{ id: x, effect: allow, tools: [erp.create_purchase_order], when: facts.total > 10 }", "{ id: d, effect: deny, tools: [erp.create_purchase_order], when: '!(10 >= facts.total)' }"));

    [Fact]
    public void What_cannot_be_looked_into_is_not_called_a_fault() => Assert.Empty(Lint(
        "{ id: x, effect: allow, tools: [erp.create_purchase_order], when: args.supplier.matches('^a$') && args.supplier == 'b' }"));

    [Fact]
    public void Tools_that_no_rule_mentions_and_budgets_that_nothing_touches_are_named()
    {
        var policy = Policies.Sound("version: 1\nrules:\n  - { id: r, effect: allow, tools: [erp.low_stock] }\nbudgets:\n  - { id: b, scope: company, money: 5, key: args.question, onExceeded: deny }\n");

        var findings = new PolicyLint(Side(policy), Policies.Noon).Run();

        Assert.Equal(5, findings.Count(f => f.Kind == "unmentioned"));
        Assert.Equal("b", Assert.Single(findings, f => f.Kind == "idle-budget").Id);
    }

    [Fact]
    public void The_sample_has_no_faults()
    {
        var findings = new PolicyLint(Side(Policies.Sound(Policies.Sample)), Policies.Noon).Run();

        Assert.Empty(findings.Where(f => f.IsError).Select(f => f.Message));
    }

    // ---- prove ----

    [Theory]
    [InlineData("no purchase above 5000 without approval", true)]
    [InlineData("No purchases above 5,000 without approval.", true)]
    [InlineData("no purchase above 4999 without approval", false)]
    [InlineData("no purchase above 50000 without approval of procurement-lead and cfo", true)]
    [InlineData("no purchase above 40000 without approval of cfo", false)]
    [InlineData("always asks procurement-lead for purchases above 5000", true)]
    [InlineData("no erp.create_purchase_order by analyst", true)]
    [InlineData("never effect spend by analyst", true)]
    [InlineData("no effect spend by purchaser", false)]
    [InlineData("no erp.create_purchase_order when !facts.approved", true)]
    [InlineData("no purchase above 100 when facts.best && facts.complete without approval", false)]
    [InlineData("always allows erp.low_stock by analyst", true)]
    [InlineData("always allows reads", true)]
    [InlineData("always allows erp.create_purchase_order by purchaser when facts.total <= 5000", false)]
    public void Statements_about_the_sample(string statement, bool holds)
    {
        var proof = Prover(Policies.Sample).Prove(statement);

        Assert.True(proof.Holds == holds, $"{proof.Understood} {proof.Why} {proof.Example}");
        Assert.Equal(!holds, proof.Example is not null);
    }

    [Fact]
    public void A_counter_example_is_a_call_that_the_policy_really_lets_through()
    {
        var proof = Prover(Policies.Sample).Prove("no purchase above 4999 without approval");

        var example = proof.Example!;
        var decision = Policies.Sound(Policies.Sample).Decide(Policies.Request(example.Tool, example.Agent, example.Args.Text, example.Facts.Text));
        Assert.Equal(Effect.Allow, decision.Effect);
        Assert.Equal("allow by order-within-limit", proof.Why);
        Assert.Equal("No call of erp.create_purchase_order by anybody with facts.total > 4999 gets through unless somebody was asked.", proof.Understood);
        Assert.Equal("erp.cancel_purchase_order says no money that could be compared, and is left out.", Assert.Single(proof.Notes));
    }

    [Fact]
    public void What_depends_on_a_pattern_is_unknown()
    {
        var proof = Prover("version: 1\nrules:\n  - { id: a, effect: allow, tools: [erp.create_purchase_order], when: \"args.supplier.matches('^[0-9]+$')\" }\n").Prove("no erp.create_purchase_order");

        Assert.Null(proof.Holds);
        Assert.Contains("it depends on args.supplier.matches", proof.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_one_call_alone_exceeds_counts_as_an_ask()
    {
        const string Policy = "version: 1\nrules:\n  - { id: a, effect: allow, tools: [erp.create_purchase_order] }\nbudgets:\n  - { id: b, scope: company, per: 1d, money: 100, approvers: { role: cfo } }\n";

        Assert.True(Prover(Policy).Prove("no purchase above 100 without approval of cfo").Holds);
        Assert.False(Prover(Policy).Prove("no purchase above 99 without approval of cfo").Holds);
    }

    [Theory]
    [InlineData("purchases are fine", "begins with none of")]
    [InlineData("no unicorns", "Nothing here is called 'unicorns'")]
    [InlineData("no purchase above much", "is no amount")]
    [InlineData("no purchase when facts.total >", "cannot be read")]
    [InlineData("no purchase without approval tomorrow", "stands 'of ROLE' or nothing")]
    [InlineData("no people.escalate above 5", "is about no call: people.escalate says no money")]
    [InlineData("no erp.create_purchase_order when facts.total == 'x'", "does not fit erp.create_purchase_order")]
    public void A_statement_that_means_nothing_is_refused_with_a_sentence(string statement, string message) =>
        Assert.Contains(message, Assert.Throws<StatementException>(() => Prover(Policies.Sample).Prove(statement)).Message, StringComparison.Ordinal);

    // ---- diff ----

    [Theory]
    [InlineData("facts.total <= 6000")]
    [InlineData("facts.total <= 4000")]
    [InlineData("facts.total <= 5000 || args.supplier == 'acme'")]
    public void A_wider_allow_under_the_same_ask_lets_nothing_more_through(string condition)
    {
        var diff = Diff([Small, Large], [Small.Replace("facts.total <= 5000", $"\"{condition}\"", StringComparison.Ordinal), Large]);

        Assert.False(diff.IsWider);
    }

    [Fact]
    public void A_raised_limit_is_wider_with_a_call_between_the_two()
    {
        var diff = Diff([Small, Large], [Small.Replace("5000", "6000", StringComparison.Ordinal), Large.Replace("5000", "6000", StringComparison.Ordinal)]);

        var change = Assert.Single(diff.Changes);
        Assert.Equal((Effect.Ask, Effect.Allow, true, true, "by small"), (change.Before, change.After, change.IsWider, change.IsCertain, change.Message));
        Assert.Equal("purchaser", Assert.Single(change.Agents));
        Assert.InRange(change.Example!.Facts.ToElement().GetProperty("total").GetDecimal(), 5000.0000001m, 6000m);
    }

    [Fact]
    public void A_lowered_limit_is_narrower_and_told()
    {
        var diff = Diff([Small, Large], [Small.Replace("5000", "4000", StringComparison.Ordinal), Large.Replace("5000", "4000", StringComparison.Ordinal)]);

        Assert.False(diff.IsWider);
        Assert.Equal((Effect.Allow, Effect.Ask), (Assert.Single(diff.Changes).Before, diff.Changes[0].After));
    }

    [Fact]
    public void The_same_rules_in_another_order_and_in_other_words_say_the_same()
    {
        string[] other = [Large.Replace("facts.total > 5000", "'!(facts.total <= 5000.0)'", StringComparison.Ordinal), Small.Replace("facts.total <= 5000", "5000 >= facts.total", StringComparison.Ordinal)];

        Assert.Empty(Diff([Small, Large], other).Changes);
    }

    [Fact]
    public void A_longer_list_is_wider()
    {
        const string Rules = "rules:\n  - { id: a, effect: allow, tools: [erp.create_purchase_order], when: args.supplier in lists.good }\n";
        var change = Assert.Single(Widening.Diff(Side(Policies.Sound("version: 1\nlists: { good: [acme] }\n" + Rules)), Side(Policies.Sound("version: 1\nlists: { good: [acme, globex] }\n" + Rules)), Policies.Noon).Changes);

        Assert.True(change.IsWider);
        Assert.Equal("globex", change.Example!.Args.ToElement().GetProperty("supplier").GetString());
    }

    [Fact]
    public void A_pattern_that_stays_as_it_is_is_no_change_and_one_that_changes_may_be_wider()
    {
        const string Was = "{ id: a, effect: allow, tools: [erp.create_purchase_order], when: \"args.supplier.matches('^a[0-9]$')\" }";
        const string Now = "{ id: a, effect: allow, tools: [erp.create_purchase_order], when: \"args.supplier.matches('^a[0-9]+$')\" }";

        Assert.Empty(Diff([Was], [Was]).Changes);
        Assert.True(Assert.Single(Diff([Was], [Now]).Changes) is { IsWider: true, IsCertain: false });
        Assert.IsType<WideningAnswer.Unknown>(Widening.Of(Side(Policies.OfRules(Was)), Side(Policies.OfRules(Now)), Policies.Noon));
        Assert.IsType<WideningAnswer.None>(Widening.Of(Side(Policies.OfRules(Was)), Side(Policies.OfRules(Was)), Policies.Noon));
    }

    [Fact]
    public void Asking_fewer_people_is_wider()
    {
        var change = Assert.Single(Diff([Large.Replace(Lead, Both, StringComparison.Ordinal)], [Large]).Changes);

        Assert.True(change is { IsWider: true, Before: Effect.Ask, After: Effect.Ask });
        Assert.Contains("cfo need not agree any more", change.Message, StringComparison.Ordinal);
        Assert.Empty(Diff([Large], [Large.Replace(Lead, Both, StringComparison.Ordinal)]).Changes);
    }

    [Fact]
    public void An_agent_that_joins_a_rule_is_wider_also_for_agents_that_nobody_has_thought_of()
    {
        Assert.Equal("purchaser-backup", Assert.Single(Assert.Single(Diff([Small], [Small.Replace("[purchaser]", "[purchaser, purchaser-backup]", StringComparison.Ordinal)]).Changes).Agents));
        Assert.Contains(AgentSet.Another, Assert.Single(Diff([Small], [Small.Replace("agents: [purchaser], ", "", StringComparison.Ordinal)]).Changes).Agents);
    }

    [Fact]
    public void A_deny_of_a_model_that_goes_is_wider() =>
        Assert.Contains(Diff([Small, "{ id: m, effect: deny, tools: ['model:*'], when: tool.openWorld }"], [Small]).Changes, c => c is { IsWider: true, Tool: "model:default" });

    [Theory]
    [InlineData("money: 100", "money: 100", null)]
    [InlineData("money: 100", "money: 99", false)]
    [InlineData("money: 100", "money: 101", true)]
    [InlineData("money: 100", "calls: 5", true)]
    [InlineData("money: 100, per: 1d", "money: 100", true)]
    public void A_budget_that_stops_less_is_wider(string before, string after, bool? isWider)
    {
        var diff = Widening.Diff(Side(Budgeted(before)), Side(Budgeted(after)), Policies.Noon);

        Assert.Equal(isWider, diff.Changes.IsEmpty ? null : diff.IsWider);
    }

    private static Policy Budgeted(string caps) => Policies.Sound($"version: 1\nrules: []\nbudgets:\n  - {{ id: b, scope: company, {caps}, onExceeded: deny }}\n");

    private static PolicySide Side(Policy policy) => new(policy, Tools, ["analyst", "purchaser", "purchaser-backup"]);

    private static PolicyProver Prover(string yaml) => new(Side(Policies.Sound(yaml)), Policies.Noon);

    private static PolicyDiff Diff(string[] before, string[] after) => Widening.Diff(Side(Policies.OfRules(before)), Side(Policies.OfRules(after)), Policies.Noon);

    private static string Lint(params string[] rules) => string.Join(
        "; ", new PolicyLint(Side(Policies.OfRules(rules)), Policies.Noon).Run().Where(f => f.Kind != "unmentioned").Select(f => $"{f.Kind} {f.Id} {(f.IsError ? "error" : "warning")}"));
}
