using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Scenarios.Tests;

/// <summary>A person who is asked orders one less of something than the agent wanted, over HTTP, on the sample as it is shipped.</summary>
public sealed class EditedApprovalTests
{
    [Fact]
    public async Task What_a_person_writes_instead_is_what_is_ordered_and_the_report_says_who_wrote_it()
    {
        await using var run = new ProcurementRun();
        var (jana, petra) = (await run.KeyAsync("jana"), await run.KeyAsync("petra"));
        await using var host = await run.ServeAsync();
        using var requester = host.As(jana);
        using var submitted = await requester.PostAsJsonAsync("/api/workflows", new { goal = ProcurementRun.Goal });
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await SharedRun.FollowAsync(requester, id, "ApprovalRequested", 2);
        await SharedRun.StatusAsync(requester, id, "waiting");
        using var lead = host.As(petra);

        var pending = (await requester.GetFromJsonAsync<JsonElement>("/api/approvals?status=pending")).EnumerateArray().ToList();
        var small = pending.Single(a => a.GetProperty("seats").GetArrayLength() == 1);
        var path = $"/api/approvals/{small.GetProperty("id").GetString()}";
        var args = JsonNode.Parse(small.GetProperty("arguments").GetRawText())!;
        var line = args["lines"]![0]!;
        var (sku, quantity) = (line["sku"]!.GetValue<string>(), line["quantity"]!.GetValue<int>() - 1);
        line["quantity"] = "many";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await EditAsync(lead, path, args));
        line["quantity"] = quantity;
        Assert.Equal(HttpStatusCode.Forbidden, await EditAsync(requester, path, args));
        Assert.Equal(HttpStatusCode.OK, await EditAsync(lead, path, args));
        Assert.Equal(HttpStatusCode.Conflict, await SharedRun.DecideAsync(lead, path));

        // Whoever wrote it is all that it takes. What the sample's own review says of an order that is not what was chosen is another matter.
        await SharedRun.FollowAsync(requester, id, "SeatFilled", 1);
        var done = await SharedRun.StatusAsync(requester, id, "waiting");
        Assert.Contains(ProcurementRun.Report(done), l => l.Kind == "done" && l.Text.StartsWith("Petra Novak changed erp.create_purchase_order", StringComparison.Ordinal) && l.Text.Contains($"→ {quantity}", StringComparison.Ordinal));
        using var world = run.World();
        Assert.Contains(world.Read("select l.quantity from order_lines l join purchase_orders o on o.id = l.order_id where o.idempotency_key is not null and l.sku = :sku", ("sku", sku)), r => r.Number("quantity") == quantity);
        var ended = await requester.GetFromJsonAsync<JsonElement>(path);
        Assert.Equal(("edited", "petra"), (ended.GetProperty("status").GetString(), ended.GetProperty("editedBy").GetString()));
        Assert.Equal("lines[0].quantity", ended.GetProperty("changes")[0].GetProperty("argument").GetString());
        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    private static async Task<HttpStatusCode> EditAsync(HttpClient client, string path, JsonNode args)
    {
        using var reply = await client.PostAsJsonAsync(path, new { decision = "edit", arguments = args });
        return reply.StatusCode;
    }
}
