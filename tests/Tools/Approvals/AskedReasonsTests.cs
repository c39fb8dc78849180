using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>Why people are asked, taken apart again by the words of the rules and budgets that ask.</summary>
public sealed class AskedReasonsTests
{
    private const string Asks = """
        version: 1
        rules:
          - { id: much, effect: ask, tools: [erp.create_purchase_order], reason: Orders over 5 need the lead., approvers: { role: procurement-lead } }
          - { id: very-much, effect: ask, tools: [erp.create_purchase_order], reason: Orders over 5 need the lead. And the CFO., approvers: { role: cfo } }
          - { id: same, effect: ask, tools: [erp.create_purchase_order], reason: Orders over 5 need the lead., approvers: { role: procurement-lead } }
          - { id: wordless, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead } }
        budgets:
          - { id: per-day, scope: company, per: 1d, money: 5000, approvers: { role: procurement-lead } }
          - { id: per-goal, scope: workflow, money: 5000.50, approvers: { role: procurement-lead } }
        """;

    private const string Day = "The budget 'per-day' allows 5,000.00 EUR a day; 1.50 EUR is used or set aside, and this call wants 61,000.25 EUR.";
    private const string Goal = "The budget 'per-goal' allows 5,000.50 EUR for one goal; nothing is used or set aside yet, and this call wants 61,000.25 EUR.";

    [Fact]
    public void Each_rule_and_each_budget_gets_back_what_it_said_in_the_order_in_which_it_was_said()
    {
        var reasons = Read(["much", "same", "very-much", "wordless", "per-day", "per-goal"], ["per-day", "per-goal"], $"Orders over 5 need the lead. Orders over 5 need the lead. And the CFO. Rule 'wordless' asks procurement-lead. {Day} {Goal}");
        Assert.Equal(["much,same", "very-much", "wordless", "per-day", "per-goal"], reasons.Select(r => string.Join(',', r.Rules)));
        Assert.Equal(["Orders over 5 need the lead.", "Orders over 5 need the lead. And the CFO.", "Rule 'wordless' asks procurement-lead.", Day, Goal], reasons.Select(r => r.Words));
        Assert.Equal([false, false, false, true, true], reasons.Select(r => r.IsBudget));
    }

    [Fact]
    public void What_no_rule_of_today_says_stays_as_it_was_written_under_the_names_that_are_left()
    {
        Assert.Equal([("gone", "Orders were dear then."), ("wordless", "Rule 'wordless' asks procurement-lead.")], Told(["gone", "wordless"], [], "Orders were dear then. Rule 'wordless' asks procurement-lead."));
        Assert.Equal([("gone", "It is much.")], Told(["gone"], ["gone"], "It is much."));
        Assert.Equal([("wordless", "Rule 'wordless' asks procurement-lead."), ("gone", "")], Told(["gone", "wordless"], [], "Rule 'wordless' asks procurement-lead."));
        Assert.Equal([("", "It is much.")], Told([], [], "It is much."));
        Assert.Empty(Told([], [], ""));
    }

    [Fact]
    public void Why_a_rule_could_not_be_answered_stays_with_it() =>
        Assert.Equal([("much", "Orders over 5 need the lead. (facts has no field 'total')"), ("per-day", Day)], Told(["much", "per-day"], ["per-day"], $"Orders over 5 need the lead. (facts has no field 'total') {Day}"));

    [Fact]
    public void A_rule_of_which_nobody_can_say_whether_it_applies_is_told_as_that() => Assert.Equal(
        [("gone", "Orders were dear then."), ("much", "Asked because it cannot be known whether: Orders over 5 need the lead."), ("per-day", Day)],
        Told(["gone", "much", "per-day"], ["per-day"], $"Orders were dear then. Asked because it cannot be known whether: Orders over 5 need the lead. {Day}"));

    private static IEnumerable<(string, string)> Told(string[] rules, string[] budgets, string reason) => Read(rules, budgets, reason).Select(r => (string.Join(',', r.Rules), r.Words));

    private static ImmutableArray<AskedReason> Read(string[] rules, string[] budgets, string reason)
    {
        var asked = new Office(new Seat("lead", 1)).State.Approvals.Values.Single().Requested;
        return new AskedReasons(Policies.Sound(Asks)).Of(asked with { Rules = [.. rules], Budgets = [.. budgets], Reason = reason });
    }
}
