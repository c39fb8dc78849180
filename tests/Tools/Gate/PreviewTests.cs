using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>What shows people what a call would do: asked of the tool's own read, through the gate like any other, and believed by nobody.</summary>
public sealed class PreviewTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - name: order
                effect: spend
                parameters: { supplier: string, sku: string, quantity: integer }
                authorityArguments: { supplier: { kind: supplier } }
                preview: { tool: erp.effect, args: { whom: supplier } }
                sql: "insert into orders (supplier, sku, quantity, total, key) values (:supplier, :sku, :quantity, 1, :key); select id from orders where key = :key"
              - name: effect
                effect: observe
                parameters: { whom: string, quantity: integer, note: string? }
                sql: "select :whom as supplier, count(*) as before, count(*) + :quantity as after from orders"
                returns: { rows.*.supplier: { integrity: vetted, kind: supplier }, rows.*.after: { integrity: vetted, labels: [stock] } }
        """;

    private const string Authority = """
        version: 1
        rules:
          - { id: order, effect: allow, tools: [erp.order] }
          - { id: read, effect: allow, tools: [erp.effect] }
        flows:
          - { id: proven, effect: ask, labels: [composed, unknown], arguments: authority, to: spend, approvers: { role: lead }, reason: Suppliers come from the ERP. }
        """;

    [Fact]
    public async Task It_is_asked_with_the_calls_own_arguments_and_what_it_gives_stands_with_the_approval()
    {
        using var shop = await OpenAsync(Authority);
        var (call, approval) = await AskedAsync(shop);
        Assert.Equal(new EffectPreview("erp.effect", JsonText.Parse("""{"quantity":3,"whom":"acme"}""")), approval.Requested.Preview);
        Assert.Equal(PreviewView.Pending, View(shop, call)!.Status);

        Assert.IsType<CallResult.Settled>(await TakeAsync(shop, approval));
        var shown = View(shop, call)!;
        Assert.Equal((PreviewView.Taken, """{"rows":[{"supplier":"acme","before":0,"after":3}]}"""), (shown.Status, shown.Result!.Value.Text));
        Assert.Equal(["stock"], shown.Labels.AsEnumerable());
        Assert.Equal(CallStatus.Asked, shop.Log.State.Calls[call.Call].Status);
        Assert.Equal("system", shop.Log.Events.OfType<CallProposed>().Single(c => c.Call == approval.PreviewCall).Agent);
    }

    [Fact]
    public async Task What_an_agent_made_up_is_not_proven_by_the_preview_that_repeats_it()
    {
        using var shop = await OpenAsync(Authority);
        var (_, approval) = await AskedAsync(shop);
        await TakeAsync(shop, approval);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(Order(shop)));

        // The same read, made by the agent, does prove it: then it is the ERP that was asked.
        var grant = shop.Log.State.Tasks[0].Task.Grant;
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.effect", """{"whom":"acme","quantity":1}""") with { Grant = grant with { Tools = grant.Tools.Add("erp.effect") } }));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(Order(shop)));
    }

    [Theory]
    [InlineData("{ id: read, effect: deny, tools: [erp.effect], reason: Not for everybody. }", "Not for everybody.")]
    [InlineData("{ id: read, effect: ask, tools: [erp.effect], approvers: { role: lead } }", "nobody is waited for here")]
    public async Task Where_the_policy_does_not_let_it_be_read_that_is_said_and_the_call_can_be_approved_all_the_same(string rule, string why)
    {
        using var shop = await OpenAsync(Authority.Replace("{ id: read, effect: allow, tools: [erp.effect] }", rule, StringComparison.Ordinal));
        var (call, approval) = await AskedAsync(shop);
        shop.Log.CanWait = false;
        Assert.IsType<CallResult.Refused>(await TakeAsync(shop, approval));
        shop.Log.CanWait = true;
        var shown = View(shop, call)!;
        Assert.Equal((PreviewView.Failed, null), (shown.Status, shown.Result));
        Assert.Contains(why, shown.Reason, StringComparison.Ordinal);
        shop.Approve(call, ("petra", "lead"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
    }

    [Theory]
    [InlineData("vetted", false)]
    [InlineData("composed unknown user vetted", true)]
    public async Task What_the_task_may_not_let_out_does_not_leave_by_a_preview_either_and_why_there_is_none_is_shown(string releases, bool isTaken)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Tools.Replace("name: effect\n        effect: observe", "name: effect\n        openWorld: true\n        effect: observe", StringComparison.Ordinal), Authority);
        var (call, approval) = await AskedAsync(shop);
        await TakeAsync(shop, approval, new Grant(["erp.order"], Releases: [.. releases.Split(' ')]).ToShow("erp.effect"));
        var shown = View(shop, call)!;
        Assert.Equal(isTaken ? PreviewView.Taken : PreviewView.Failed, shown.Status);
        Assert.Contains(isTaken ? string.Empty : "out of the company", shown.Reason ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_decided_first_says_so_and_is_not_taken_any_more()
    {
        using var shop = await OpenAsync(Authority);
        var (call, approval) = await AskedAsync(shop);
        Assert.True(shop.Log.State.NeedsPreview(approval));
        shop.Approve(call, ("petra", "lead"));
        Assert.False(shop.Log.State.NeedsPreview(shop.Log.State.Approvals[approval.Requested.Approval]));
        Assert.Contains("decided before", View(shop, call)!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ tool: erp.nothing }", "There is no tool 'erp.nothing'.")]
    [InlineData("{ tool: erp.order }", "does not only read")]
    [InlineData("{ tool: erp.effect }", "Nothing fills the argument 'whom' of erp.effect")]
    [InlineData("{ tool: erp.effect, args: { who: supplier } }", "erp.effect has no argument 'who'.")]
    [InlineData("{ tool: erp.effect, args: { whom: customer } }", "The tool has no argument 'customer'.")]
    [InlineData("{ tool: erp.effect, args: { whom: supplier }, with: 1 }", "Unknown key 'with'")]
    public void What_cannot_show_anything_is_refused_with_its_place(string preview, string message)
    {
        var reader = new ConfigReader();
        new CatalogBinder(new SqliteProvider(), _ => "nowhere", TimeProvider.System, TimeZoneInfo.Utc, NoCrashPoints.Instance, reader)
            .Bind(Shop.Bundle(Tools.Replace("{ tool: erp.effect, args: { whom: supplier } }", preview, StringComparison.Ordinal), Authority));
        var fault = Assert.Single(reader.Faults);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(10, fault.Place.Line);
    }

    private static async Task<Shop> OpenAsync(string authority)
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(Tools, authority);
        return shop;
    }

    private static ToolCall Order(Shop shop) => shop.Call("erp.order", """{"supplier":"acme","sku":"bolt","quantity":3}""");

    private static async Task<(ToolCall Call, ApprovalState Approval)> AskedAsync(Shop shop)
    {
        var call = Order(shop);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        return (call, Approval(shop, call));
    }

    private static ApprovalState Approval(Shop shop, ToolCall call) => shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value];

    private static Task<CallResult> TakeAsync(Shop shop, ApprovalState approval, Grant? grant = null) =>
        shop.CallAsync(new ToolCall(approval.PreviewCall!.Value, null, Actor.System, approval.Requested.Preview!.Tool, approval.Requested.Preview.Args, grant));

    private static PreviewView? View(Shop shop, ToolCall call) => ApprovalView.Of(shop.Log.State, Approval(shop, call)).Preview;
}
