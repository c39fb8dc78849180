namespace AiManager.Tools.Tests;

/// <summary>What a task's grant limits, at the gate.</summary>
public sealed class GrantedCallTests
{
    private const string Allowed = "version: 1\nrules:\n  - { id: all, effect: allow, tools: ['erp.*'] }\n";

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task An_argument_beyond_its_limit_is_refused_whatever_authority_says(int quantity, bool isMade)
    {
        using var shop = await OpenAsync();
        var call = shop.Order(quantity) with { Grant = new Grant(["erp.order"], Limits: [new ArgumentLimit("erp.order", "quantity", AtMost: 5)]) };
        var result = await shop.CallAsync(call);
        Assert.Equal(isMade ? 1 : 0, shop.Orders);
        Assert.True(isMade || Assert.IsType<CallResult.Refused>(result).Reason == "The task's grant does not reach quantity = 6 of erp.order.");
    }

    [Fact]
    public async Task A_resource_outside_the_grant_is_not_touched()
    {
        using var shop = await OpenAsync();
        var grant = new Grant(["erp.order"], Resources: ["supplier:ac*"]);
        Assert.Equal(
            "The task's grant does not reach supplier:shady.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1, supplier: "shady") with { Grant = grant })).Reason);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1) with { Grant = grant }));
    }

    [Fact]
    public async Task What_rules_make_of_a_call_must_lie_in_the_grant_too()
    {
        using var shop = await OpenAsync("  - { id: other, effect: transform, tools: [erp.order], change: [ { arg: supplier, set: shady } ] }\n");
        var grant = new Grant(["erp.order"], Resources: ["supplier:acme"]);
        Assert.Contains("does not reach supplier:shady", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1) with { Grant = grant })).Reason, StringComparison.Ordinal);
        Assert.Equal(0, shop.Orders);
    }

    private static async Task<Shop> OpenAsync(string rules = "")
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools.Replace("    money: facts.total", "    money: facts.total\n        resource: { type: supplier, id: args.supplier }", StringComparison.Ordinal), Allowed + rules);
        return shop;
    }
}
