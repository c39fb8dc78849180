using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>What each task may do, and who made a call what it is, as API and console show it.</summary>
public sealed class TaskShareApiTests : SubmittedWorkflow
{
    [Fact]
    public async Task A_task_shows_its_limits_and_its_slice_and_one_that_may_spend_nothing_says_so()
    {
        var (order, look) = (Of("order", new Amounts(Money: 99.5m, ToolCalls: 5)), Of("look", new Amounts(Money: 0, Recipients: 0)));
        await Api.AppendAsync(Workflow, new ContractAgreed(new Contract("Bought.", [], [], null, null), null, null, "manager"), new PlanAdopted(new Plan(1, [order, look])));

        using var jana = await Api.AsAsync("jana");
        var grant = (await jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{Workflow}")).GetProperty("plan").GetProperty("tasks")[0].GetProperty("grant");
        Assert.Equal(("erp.order", 99.5m, 5), (grant.GetProperty("tools")[0].GetString(), grant.GetProperty("budget").GetProperty("money").GetDecimal(), grant.GetProperty("budget").GetProperty("toolCalls").GetInt32()));
        Assert.Equal("acme", grant.GetProperty("limits")[0].GetProperty("oneOf")[0].GetString());

        using var browser = await Api.BrowserAsync("jana");
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync($"/workflows/{Workflow}"));
        Assert.Contains("erp.order: supplier one of \"acme\"", page, StringComparison.Ordinal);
        Assert.Contains("Use at most 99.50 EUR, 5 calls of tools", page, StringComparison.Ordinal);
        Assert.Contains("Spend no money", page, StringComparison.Ordinal);
        Assert.Matches("Until <time[^>]*>Jan 1, 2100, 01:00 Europe/Prague</time>", page); // on a page, with the reader's clock
        Assert.DoesNotContain("2100-01-01 00:00 UTC", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_steered_a_call_is_told_what_ties_them_to_it_and_so_is_everybody_else()
    {
        var first = await Api.AskedAsync(Workflow);
        var (call, id) = (PrefixedId.Derive<CallId>(Workflow.Value, "steered"), PrefixedId.Derive<ApprovalId>(Workflow.Value, "steered"));
        await Api.AppendAsync(
            Workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.Parse("""{"supplier":"acme"}"""), []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                id, call, null, "purchaser", "erp.order", JsonText.Parse("""{"supplier":"acme"}"""), JsonText.EmptyObject, "digest", ["large"], [], "It is large.",
                [new Seat("lead", 1), new Seat("cfo", 1)], ["jana", "petra"], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero))
            {
                Steered = [new Steerer("petra", "supplier as in their message")],
            });

        using var petra = await Api.AsAsync("petra");
        using var refused = await petra.PostTextAsync($"/api/approvals/{id}", """{"decision":"approve"}""");
        Assert.Equal("Whoever made a call what it is cannot approve it: supplier as in their message.", await refused.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"));
        var steered = (await petra.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}")).GetProperty("steered");
        Assert.Equal(("petra", "supplier as in their message"), (steered[0].GetProperty("person").GetString(), steered[0].GetProperty("because").GetString()));
        Assert.Equal(0, (await petra.GetFromJsonAsync<JsonElement>($"/api/approvals/{first}")).GetProperty("steered").GetArrayLength());

        using var browser = await Api.BrowserAsync("helena");
        Assert.Contains("cannot: supplier as in their message.", await browser.GetStringAsync("/inbox"), StringComparison.Ordinal);
    }

    private WorkTask Of(string key, Amounts slice) => new(
        PrefixedId.Derive<TaskId>(Workflow.Value, key), key, key, "Do it.", [], "buying", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null),
        new Grant(["erp.order"], slice, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), [new ArgumentLimit("erp.order", "supplier", OneOf: [JsonText.Parse("\"acme\"")])]),
        null, null, JsonText.Null, null, Risk.Low);
}
