namespace AiManager.Tools.Tests;

/// <summary>What a proof says of itself: as what it understood the statement, why it does not hold, and what it left out.</summary>
public sealed class PolicyProverTests
{
    private const string Order = "erp.create_purchase_order";
    private const string All = "{ id: all, effect: allow, tools: [erp.create_purchase_order] }";
    private const string Large = "{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 5000, approvers: { role: procurement-lead } }";
    private const string Odd = "{ id: odd, effect: ask, tools: [erp.create_purchase_order], when: facts.total < 0, approvers: { role: cfo } }";
    private const string Redacted = "{ id: redacted, effect: transform, tools: [erp.create_purchase_order], change: [ { arg: supplier, redact: true } ] }";

    [Theory]
    [InlineData("no erp.low_stock by nobody", "There is no agent 'nobody' here.")]
    [InlineData("no erp.low_stock by system", "")]
    [InlineData("no erp.low_stock by analyst", "")]
    [InlineData("no erp.low_stock", "")]
    [InlineData("no erp.cancel_purchase_order when args.id > 5", "")]
    [InlineData("no erp.*purchase_order when args.id > 5", "erp.create_purchase_order has no args.id and is left out.")]
    [InlineData("no erp.*purchase_order above 5", "erp.cancel_purchase_order says no money that could be compared, and is left out.")]
    public void What_is_left_out_is_said(string statement, string notes) => Assert.Equal(notes, string.Join(' ', Prove(statement, All).Notes));

    [Theory]
    [InlineData("no erp.low_stock", "No call of erp.low_stock by anybody gets through, asked about or not.")]
    [InlineData("no purchase by purchaser above 5", "No call of erp.create_purchase_order by purchaser with facts.total > 5 gets through, asked about or not.")]
    [InlineData("no erp.*purchase_order by analyst when facts.total > 5 && facts.approved", "No call of erp.create_purchase_order by analyst with facts.total > 5 && facts.approved gets through, asked about or not.")]
    [InlineData("no purchase above 5 when facts.approved without approval", "No call of erp.create_purchase_order by anybody with facts.total > 5 and facts.approved gets through unless somebody was asked.")]
    [InlineData("no erp.create_purchase_order without approval of cfo and warehouse", "No call of erp.create_purchase_order by anybody gets through unless cfo and warehouse was asked.")]
    [InlineData("always allows erp.low_stock by analyst", "Every call of erp.low_stock by analyst is allowed without asking.")]
    public void A_statement_is_told_back_as_it_was_understood(string statement, string understood) => Assert.Equal(understood, Prove(statement, All).Understood);

    [Theory]
    [InlineData("always allows erp.cancel_purchase_order by analyst", "", "deny by no rule")]
    [InlineData("no purchase above 5000", "", "ask by large, of procurement-lead")]
    [InlineData("no purchase above 4999 without approval", "", "allow by all")]
    [InlineData("always allows purchases above 100 when facts.total < 5000", "{ id: b, scope: company, per: 1d, money: 100, approvers: { role: cfo } }", "ask by b, of cfo")]
    [InlineData("always allows purchases above 100 when facts.total < 5000", "{ id: b, scope: company, per: 1d, money: 100, onExceeded: deny }", "deny by b")]
    [InlineData("no purchase above 5000", "{ id: b, scope: company, per: 1d, money: 100, onExceeded: deny }", null)]
    [InlineData("no purchase above 100 without approval", "{ id: b, scope: company, per: 1d, money: 100, onExceeded: deny }", null)]
    [InlineData("no purchase above 100 without approval", "{ id: b, scope: company, per: 1d, calls: 1, onExceeded: deny }", "allow by all")]
    public void What_breaks_a_statement_is_named_with_the_rules_and_budgets_that_it_rests_on(string statement, string budget, string? why)
    {
        var proof = Prove(statement, budget.Length == 0 ? [All, Large, Odd] : [All, Large, Odd, budget]);

        Assert.Equal((why is null, why), (proof.Holds, proof.Why));
    }

    [Theory]
    [InlineData("args.supplier in lists.good", false)]
    [InlineData("!(args.supplier in lists.good)", true)]
    public void A_statement_reads_the_lists_of_the_policy(string condition, bool holds) => Assert.Equal(holds, new PolicyProver(
        Policies.Side(Policies.Sound($"version: 1\nlists: {{ good: [acme] }}\nrules:\n  - {{ id: a, effect: allow, tools: [{Order}], when: args.supplier in lists.good }}\n")),
        Policies.Noon).Prove($"no {Order} when {condition}").Holds);

    [Fact]
    public void What_cannot_be_said_is_told_of_the_first_agent()
    {
        var proof = Prove($"no {Order}", $"{{ id: a, effect: allow, tools: [{Order}], when: \"args.supplier.matches('^[0-9]+$')\" }}");

        Assert.Null(proof.Holds);
        Assert.StartsWith($"For analyst and {Order} it depends on args.supplier.matches", proof.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no erp.create_purchase_order without approval")]
    [InlineData("no erp.create_purchase_order")]
    public void What_becomes_of_a_call_that_rules_change_is_not_claimed(string statement)
    {
        var proof = Prove(statement, All, Redacted);

        Assert.Equal((null, $"For analyst and {Order} rules change the call before it is decided on."), (proof.Holds, proof.Why));
    }

    [Fact]
    public void A_call_that_rules_change_is_not_simply_allowed() => Assert.Equal("transform by redacted", Prove($"always allows {Order}", All, Redacted).Why);

    private static PolicyProof Prove(string statement, params string[] entries)
    {
        var (rules, budgets) = (entries.Where(e => e.Contains("effect:", StringComparison.Ordinal)), entries.Where(e => e.Contains("scope:", StringComparison.Ordinal)));
        var yaml = $"version: 1\nrules:\n{string.Concat(rules.Select(r => $"  - {r}\n"))}" + (budgets.Any() ? $"budgets:\n{string.Concat(budgets.Select(b => $"  - {b}\n"))}" : "");
        return new PolicyProver(Policies.Side(Policies.Sound(yaml)), Policies.Noon).Prove(statement);
    }
}
