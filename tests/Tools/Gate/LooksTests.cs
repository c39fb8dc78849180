namespace AiManager.Tools.Tests;

/// <summary>What people are told and asked about calls: who, once for what, and in how many words.</summary>
public sealed class LooksTests
{
    [Fact]
    public async Task One_role_has_the_notice_and_the_second_look_each_once()
    {
        using var shop = await OpenAsync("{ id: o, effect: allow, tools: [erp.order], obligations: { notify: lead, secondLook: lead } }");
        var call = shop.Order(10);
        await shop.CallAsync(call);
        var looks = shop.Log.State.Escalations.Values.OrderBy(e => e.RaisedSeq).Select(e => e.Raised).ToList();
        Assert.Equal([(EscalationKind.Notice, "lead"), (EscalationKind.SecondLook, "lead")], looks.Select(l => (l.Kind, l.Role)));
        Assert.Equal(
            [PrefixedId.Derive<EscalationId>(call.Call.Value, "notice/lead"), PrefixedId.Derive<EscalationId>(call.Call.Value, "look/lead")], looks.Select(l => l.Escalation));
        Assert.Contains("The answer: allow by o.", looks[0].Question, StringComparison.Ordinal);
        var decided = shop.Decided(call);
        Assert.Empty(Looks.Notices(decided, "purchaser", "erp.order", call.Args, shop.Log.State));
        Assert.Contains("by no rule.", Assert.IsType<LookAsked>(Assert.Single(Looks.Notices(decided with { Rules = [], Obligations = new([], ["cfo"], null, []) }, "purchaser", "erp.order", call.Args, shop.Log.State))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(298, false)]
    [InlineData(299, true)]
    public async Task Arguments_are_shown_up_to_300_characters(int letters, bool isCut)
    {
        using var shop = await OpenAsync("{ id: o, effect: allow, tools: [erp.order], obligations: { notify: lead } }");
        var call = shop.Order(10);
        await shop.CallAsync(call);
        var args = JsonText.Parse("\"" + new string('a', letters) + "\"");
        var text = Assert.IsType<LookAsked>(Assert.Single(Looks.Notices(shop.Decided(call) with { Obligations = new([], ["cfo"], null, []) }, "purchaser", "erp.order", args, shop.Log.State))).Text;
        Assert.Contains($"with {(isCut ? args.Text[..300] + "…" : args.Text)}.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ id: m, effect: ask, tools: [\"test.*\"], approvers: { role: cfo }, obligations: { notify: lead } }", "cfo")]
    [InlineData("{ id: m, effect: allow, tools: [\"test.*\"], obligations: { notify: lead } }", "operator")]
    public async Task Whoever_agreed_is_asked_what_became_of_a_call_and_notices_are_not_counted(string rule, string role)
    {
        var mail = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Unclear("The line went dead.")));
        using var shop = await OpenAsync(rule, Shop.Double("mail", mail));
        var call = shop.Call("test.mail", "{}");
        await shop.CallAsync(call);
        if (role == "cfo")
        {
            shop.Approve(call, ("helena", "cfo"));
            await shop.CallAsync(call);
        }

        var raised = Assert.Single(shop.Log.State.Escalations.Values, e => e.Raised.Kind == EscalationKind.UnknownCall).Raised;
        Assert.Equal((role, PrefixedId.Derive<EscalationId>(call.Call.Value, "unknown/1")), (raised.Role, raised.Escalation));
    }

    private static async Task<Shop> OpenAsync(string rule, params Tool[] tools)
    {
        var shop = await Shop.OpenAsync(tools);
        shop.Configure(Shop.Tools, $"version: 1\nrules:\n  - {rule}\n", tools);
        return shop;
    }
}
