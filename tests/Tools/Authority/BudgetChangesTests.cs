namespace AiManager.Tools.Tests;

public sealed class BudgetChangesTests
{
    private const string Other = "{ id: a, scope: company, calls: 5, onExceeded: deny }";
    private const string Another = "{ id: c, scope: company, calls: 5, onExceeded: deny }";
    private const string Money = "{ id: b, scope: company, money: 100, onExceeded: deny }";

    [Theory]
    [InlineData(Money, "", "wider surely b: the budget is gone")]
    [InlineData("", Money, "narrower surely b: the budget is new")]
    [InlineData(Other + " | " + Another, Other + " | " + Another + " | " + Money, "narrower surely b: the budget is new")]
    [InlineData(Other + " | " + Money, Money + " | " + Other, "")]
    public void Budgets_come_and_go(string before, string after, string expected) => Assert.Equal(expected, Compare(before, after));

    [Theory]
    [InlineData("scope: company, money: 100", "scope: agent, money: 100", "wider surely b: the budget counts otherwise (scope, per or key)")]
    [InlineData("scope: company, money: 100", "scope: company, per: 1d, money: 100", "wider surely b: the budget counts otherwise (scope, per or key)")]
    [InlineData("scope: company, money: 100, key: args.supplier", "scope: company, money: 100", "wider surely b: the budget counts otherwise (scope, per or key)")]
    [InlineData("scope: company, money: 100, key: args.supplier", "scope: company, money: 100, key: args.supplier", "")]
    [InlineData("scope: company, money: 100", "scope: company, money: 99", "narrower surely b: money goes from 100 to 99")]
    [InlineData("scope: company, money: 100", "scope: company, money: 101", "wider surely b: money goes from 100 to 101")]
    [InlineData("scope: company, money: 100", "scope: company, calls: 5", "wider surely b: money goes from 100 to none; narrower surely b: calls goes from none to 5")]
    [InlineData("scope: company, modelCost: 1", "scope: company, modelCost: 2", "wider surely b: modelCost goes from 1 to 2")]
    [InlineData("scope: company, tokens: 1", "scope: company, tokens: 2", "wider surely b: tokens goes from 1 to 2")]
    [InlineData("scope: company, toolCalls: 2", "scope: company, toolCalls: 1", "narrower surely b: toolCalls goes from 2 to 1")]
    [InlineData("scope: company, time: 1h", "scope: company, time: 2h", "wider surely b: time goes from 3600 to 7200")]
    [InlineData("scope: company, time: 1h", "scope: company, time: 1h", "")]
    [InlineData("scope: company, recipients: 1", "scope: company, recipients: 2", "wider surely b: recipients goes from 1 to 2")]
    public void A_budget_that_counts_otherwise_or_stops_less_lets_more_through(string was, string now, string expected) =>
        Assert.Equal(expected, Compare($"{{ id: b, {was}, onExceeded: deny }}", $"{{ id: b, {now}, onExceeded: deny }}"));

    [Theory]
    [InlineData("approvers: { role: cfo }", "onExceeded: deny", "narrower surely b: onExceeded goes from ask to deny")]
    [InlineData("onExceeded: deny", "approvers: { role: cfo }", "wider surely b: onExceeded goes from deny to ask")]
    [InlineData("approvers: { role: cfo }", "approvers: { role: cfo }", "")]
    [InlineData("approvers: { role: procurement-lead, quorum: 2 }", "approvers: { role: procurement-lead }", "wider surely b: 2 × procurement-lead need not agree any more")]
    [InlineData("approvers: { role: cfo }", "approvers: { role: cfo, escalateAfter: 4h, escalateTo: warehouse }", "wider surely b: warehouse may decide for cfo in time")]
    [InlineData("approvers: { role: cfo }", "approvers: { role: cfo, quorum: 2 }", "")]
    public void What_happens_when_it_is_used_up(string was, string now, string expected) =>
        Assert.Equal(expected, Compare($"{{ id: b, scope: company, money: 100, {was} }}", $"{{ id: b, scope: company, money: 100, {now} }}"));

    private static string Compare(string before, string after) => Policies.Told(BudgetChanges.Of(Budgets(before), Budgets(after)));

    private static IReadOnlyCollection<Budget> Budgets(string budgets) => Policies.Sound(
        "version: 1\nrules: []\nbudgets:" + (budgets.Length == 0 ? " []\n" : string.Concat(budgets.Split(" | ").Select(b => $"\n  - {b}")) + "\n")).Budgets;
}
