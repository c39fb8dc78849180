namespace AiManager.Tools.Tests;

/// <summary>What verdicts do not show of rules: what they make of arguments, what they want done beside, until when they hold, and whom they let in later.</summary>
public sealed class RuleChangesTests
{
    private const string Kept = "{ id: kept, effect: allow, tools: [erp.low_stock] }";
    private const string New = "{ id: new, effect: allow, tools: [erp.low_stock] }";
    private const string NewFor = "{ id: new, effect: allow, tools: [erp.low_stock], validUntil: \"2026-12-01T00:00:00Z\" }";
    private const string Cap = "{ id: cap, effect: transform, tools: [erp.create_purchase_order], change: [ { arg: supplier, redact: true } ] }";
    private const string Seen = "{ id: seen, effect: allow, tools: [erp.low_stock], obligations: { secondLook: cfo } }";
    private const string No = "{ id: no, effect: deny, tools: [erp.create_purchase_order] }";
    private const string Freeze = "{ id: freeze, effect: deny, tools: [erp.create_purchase_order], validUntil: \"2026-12-01T00:00:00Z\" }";
    private const string Large = "{ id: large, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead } }";
    private const string Held = "{ id: held, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead, escalateAfter: 3h, escalateTo: warehouse } }";
    private const string Climbs = "{ id: climbs, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead, escalateAfter: 4h, escalateTo: cfo } }";
    private const string Instead = "wider perhaps climbs: cfo may decide for procurement-lead in time, perhaps in place of a rule that is gone";

    private const string First = "2026-12-01T00:00:00Z";
    private const string Second = "2026-12-02T00:00:00Z";

    [Theory]
    [InlineData(Cap + " | " + Kept, Kept, "")]
    [InlineData(Cap + " | " + Kept, Kept + " | " + New, "wider perhaps cap: the rule that changes arguments is gone, and whether a new one stands in for it is not looked into")]
    [InlineData(Seen + " | " + Kept, Kept + " | " + New, "wider perhaps seen: the rule that wants something done beside is gone, and whether a new one stands in for it is not looked into")]
    [InlineData(Seen + " | " + Kept, Kept, "")]
    [InlineData(No + " | " + Kept, Kept + " | " + New, "")]
    [InlineData(Kept, Kept + " | " + New + " | " + Cap + " | " + Freeze, "")]
    public void A_rule_that_is_gone_while_others_are_new_may_be_one_of_them(string before, string after, string expected) => Assert.Equal(expected, Compare(before, after));

    [Theory]
    [InlineData(No, Freeze, "wider perhaps no: the rule is gone, and 'freeze', which may stand in for it, ends (validUntil)")]
    [InlineData(No + " | " + Kept, Kept + " | " + Freeze, "wider perhaps no: the rule is gone, and 'freeze', which may stand in for it, ends (validUntil)")]
    [InlineData(No, "{ id: other, effect: deny, tools: [erp.create_purchase_order] }", "")]
    [InlineData(No, NewFor, "")]
    [InlineData(No + " | " + Freeze, Freeze, "")]
    [InlineData(Kept, NewFor, "")]
    public void What_stands_in_for_a_rule_that_is_gone_may_end(string before, string after, string expected) => Assert.Equal(expected, Compare(before, after));

    [Theory]
    [InlineData(Large + " | " + Kept, Kept + " | " + Climbs, Instead)]
    [InlineData(Large + " | " + Held, Held + " | " + Climbs, Instead)]
    [InlineData(Large + " | " + Kept, Large + " | " + Kept + " | " + Climbs, "")]
    [InlineData(No + " | " + Large, Large + " | " + Climbs, "")]
    [InlineData(Large, No, "")]
    public void A_new_ask_may_let_others_in_where_an_ask_is_gone(string before, string after, string expected) => Assert.Equal(expected, Compare(before, after));

    [Fact]
    public void A_rule_in_shadow_never_counted() => Assert.Empty(Compare(Cap.Replace("effect: transform", "effect: transform, mode: shadow", StringComparison.Ordinal), New));

    [Theory]
    [InlineData("{ arg: lines.quantity, atMost: 10 }", "{ arg: lines.quantity, atMost: 10 }", false)]
    [InlineData("{ arg: lines.quantity, atMost: 10 }", "{ arg: lines.quantity, atMost: 9 }", false)]
    [InlineData("{ arg: lines.quantity, atMost: 10 }", "{ arg: lines.quantity, atMost: 11 }", true)]
    [InlineData("{ arg: lines.quantity, atMost: 10 }", "{ arg: lines.unitPrice, atMost: 10 }", true)]
    [InlineData("{ arg: supplier, redact: true }", "{ arg: supplier, redact: true }", false)]
    [InlineData("{ arg: supplier, set: acme }", "{ arg: supplier, set: acme }", false)]
    [InlineData("{ arg: supplier, set: acme }", "{ arg: supplier, set: globex }", true)]
    [InlineData("{ arg: lines, set: acme }", "{ arg: lines, add: acme }", true)]
    [InlineData("{ arg: supplier, redact: true }, { arg: lines.quantity, atMost: 10 }", "{ arg: supplier, redact: true }", true)]
    [InlineData("{ arg: supplier, redact: true }", "{ arg: supplier, redact: true }, { arg: lines.quantity, atMost: 10 }", false)]
    public void A_change_of_arguments_that_is_gone_or_weaker_may_let_more_through(string was, string now, bool isOtherwise) => Assert.Equal(
        isOtherwise ? "wider perhaps x: it changes arguments otherwise, and what that lets through is not looked into" : "",
        Compare($"{{ id: x, effect: transform, tools: [erp.create_purchase_order], change: [ {was} ] }}", $"{{ id: x, effect: transform, tools: [erp.create_purchase_order], change: [ {now} ] }}"));

    [Fact]
    public void A_rule_that_denies_where_it_changed_arguments_is_told_by_its_verdicts_alone()
    {
        Assert.Empty(Compare(Cap, No.Replace("id: no", "id: cap", StringComparison.Ordinal)));
        Assert.Empty(Compare(No.Replace("id: no", "id: cap", StringComparison.Ordinal), Cap));
    }

    [Theory]
    [InlineData("redact: [name, iban]", "redact: [name, iban]", false)]
    [InlineData("redact: [name, iban]", "redact: [name]", true)]
    [InlineData("redact: [name]", "redact: [name, iban]", false)]
    [InlineData("redact: [name]", "", true)]
    [InlineData("secondLook: cfo", "secondLook: cfo", false)]
    [InlineData("secondLook: cfo", "secondLook: warehouse", true)]
    [InlineData("secondLook: cfo", "", true)]
    [InlineData("", "secondLook: cfo", false)]
    [InlineData("hold: 10m", "hold: 10m", false)]
    [InlineData("hold: 10m", "hold: 5m", true)]
    [InlineData("hold: 10m", "", true)]
    [InlineData("hold: 5m", "hold: 10m", false)]
    [InlineData("", "hold: 10m", false)]
    [InlineData("notify: cfo", "", false)]
    [InlineData("redact: [name], secondLook: cfo, hold: 10m", "redact: [name], secondLook: cfo, hold: 10m", false)]
    public void A_rule_that_wants_less_done_beside_is_wider(string was, string now, bool isWider)
    {
        Assert.Equal(isWider ? "wider surely x: it wants less done beside (obligations)" : "", Compare(Owing(was), Owing(now)));

        static string Owing(string obligations) => $"{{ id: x, effect: allow, tools: [erp.low_stock]{(obligations.Length == 0 ? "" : $", obligations: {{ {obligations} }}")} }}";
    }

    [Theory]
    [InlineData("allow", First, Second, "it holds for longer (validUntil)")]
    [InlineData("allow", First, "", "it holds for longer (validUntil)")]
    [InlineData("allow", Second, First, "")]
    [InlineData("allow", "", First, "")]
    [InlineData("allow", First, First, "")]
    [InlineData("allow", "", "", "")]
    [InlineData("deny", Second, First, "it ends, or ends sooner (validUntil)")]
    [InlineData("deny", "", First, "it ends, or ends sooner (validUntil)")]
    [InlineData("deny", First, Second, "")]
    [InlineData("deny", First, "", "")]
    [InlineData("deny", First, First, "")]
    public void An_end_that_moves_lets_more_through_when_it_frees(string effect, string was, string now, string expected) =>
        Assert.Equal(expected.Length == 0 ? "" : "wider surely x: " + expected, Compare(Ending(effect, was), Ending(effect, now)));

    [Theory]
    [InlineData("allow", "deny")]
    [InlineData("deny", "allow")]
    public void The_end_of_a_rule_that_says_something_else_now_is_told_by_its_verdicts_alone(string was, string now)
    {
        Assert.Empty(Compare(Ending(was, First), Ending(now, "")));
        Assert.Empty(Compare(Ending(was, ""), Ending(now, First)));
    }

    [Theory]
    [InlineData("uses: 3, ", "uses: 4, ", true)]
    [InlineData("uses: 3, ", "", true)]
    [InlineData("uses: 3, ", "uses: 3, ", false)]
    [InlineData("uses: 3, ", "uses: 2, ", false)]
    [InlineData("", "uses: 3, ", false)]
    [InlineData("", "", false)]
    public void A_rule_that_stands_in_for_an_approval_more_often_is_wider(string was, string now, bool isWider)
    {
        Assert.Equal(isWider ? "wider surely x: it stands in for an approval more often (uses)" : "", Compare(Standing(was), Standing(now)));

        static string Standing(string uses) => $"{Large} | {{ id: x, effect: allow, tools: [erp.create_purchase_order], answers: [large], {uses}validUntil: \"{First}\" }}";
    }

    [Theory]
    [InlineData("approvals: { perPersonPerHour: 5 }", "approvals: { perPersonPerHour: 6 }", true)]
    [InlineData("approvals: { perPersonPerHour: 5 }", "", true)]
    [InlineData("approvals: { perPersonPerHour: 5 }", "approvals: { perPersonPerHour: 5 }", false)]
    [InlineData("approvals: { perPersonPerHour: 5 }", "approvals: { perPersonPerHour: 4 }", false)]
    [InlineData("", "approvals: { perPersonPerHour: 5 }", false)]
    [InlineData("", "", false)]
    public void One_person_who_may_decide_more_is_wider(string was, string now, bool isWider) => Assert.Equal(
        isWider ? "wider surely approvals: one person may decide more within an hour (perPersonPerHour)" : "",
        Policies.Told(RuleChanges.Of(Policies.Sound($"version: 1\nrules: []\n{was}\n"), Policies.Sound($"version: 1\nrules: []\n{now}\n"))));

    [Fact]
    public void Whom_an_ask_lets_in_later_is_told_of_the_rule() =>
        Assert.Equal("wider surely climbs: cfo may decide for procurement-lead in time", Compare(Large.Replace("id: large", "id: climbs", StringComparison.Ordinal), Climbs));

    private static string Ending(string effect, string end) => $"{{ id: x, effect: {effect}, tools: [erp.low_stock]{(end.Length == 0 ? "" : $", validUntil: \"{end}\"")} }}";

    private static string Compare(string before, string after) => Policies.Told(RuleChanges.Of(Policies.OfRules(before.Split(" | ")), Policies.OfRules(after.Split(" | "))));
}
