using System.Net;
using System.Text.Json;
using AiManager.Contracts;
using ModelContextProtocol;

namespace AiManager.Host.Tests;

/// <summary>The manager as an MCP server, with the MCP project's own clients.</summary>
public sealed class McpApiTests : IAsyncLifetime
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData(McpClients.Current)]
    [InlineData(McpClients.Previous)]
    public async Task A_goal_is_handed_in_looked_at_and_decided_by_whom_it_may(string revision)
    {
        await using var jana = await McpClients.ConnectAsync(_api.Url, await KeyAsync("jana"), revision);
        Assert.Equal(revision, jana.NegotiatedProtocolVersion);
        var submitted = (await jana.AskAsync("submit_goal", ("goal", "Buy pens"), ("idempotencyKey", "k"))).StructuredContent!.Value;
        var again = (await jana.AskAsync("submit_goal", ("goal", "Buy pens"), ("idempotencyKey", "k"))).StructuredContent!.Value;
        Assert.True(again.GetProperty("joined").GetBoolean());
        Assert.True(PrefixedId.TryRead<WorkflowId>(submitted.GetProperty("id").GetString()!, out var id));
        Assert.Equal("Buy pens", (await jana.AskAsync("get_workflow", ("workflow", id.ToString()))).StructuredContent!.Value.GetProperty("goal").GetString());
        Assert.NotEqual(true, (await jana.AskAsync("send_message", ("workflow", id.ToString()), ("text", "Blue ones."))).IsError);

        var approval = (await _api.AskedAsync(id)).ToString();
        Assert.True((await jana.AskAsync("decide_approval", ("approval", approval), ("decision", "approve"))).IsError);
        await using var petra = await McpClients.ConnectAsync(_api.Url, await KeyAsync("petra"), revision);
        var waiting = (await petra.AskAsync("list_approvals", ("mine", true))).StructuredContent!.Value.GetProperty("items");
        Assert.Equal(approval, Assert.Single(waiting.EnumerateArray()).GetProperty("id").GetString());
        var decided = await petra.AskAsync("decide_approval", ("approval", approval), ("decision", "reject"), ("reason", "Not now."));
        Assert.Equal("rejected", decided.StructuredContent!.Value.GetProperty("status").GetString());

        var decision = (await _api.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!.Approvals.Values.Single();
        Assert.Equal(ApprovalVerdict.Rejected, decision.Verdict);
        using var auditor = await _api.AsAsync("jana");
        Assert.Contains("\"person\":\"petra\",\"via\":\"mcp\"", await auditor.GetStringAsync(new Uri("/api/authority/decisions", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("cancelled", (await jana.AskAsync("cancel_workflow", ("workflow", id.ToString()), ("reason", "Enough."))).Words(), StringComparison.Ordinal);
    }

    [NpmFact]
    public async Task The_projects_client_for_node_finds_its_way()
    {
        var said = JsonSerializer.Deserialize<JsonElement>(await NpmServers.RunAsync("mcp", new Uri(_api.Url, "/mcp").ToString(), await KeyAsync("jana")));
        Assert.Equal("ai-manager", said.GetProperty("server").GetString());
        Assert.Equal(McpTools.All.Select(t => t.Name), said.GetProperty("tools").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal("Buy pens", said.GetProperty("goal").GetString());
        Assert.True(said.GetProperty("wrong").GetBoolean());
    }

    [Theory]
    [InlineData("read", "get_workflow list_approvals")]
    [InlineData("submit", "submit_goal send_message cancel_workflow")]
    [InlineData("approve", "decide_approval")]
    [InlineData("metrics", "")]
    public async Task A_key_sees_and_calls_what_its_scopes_say(string scope, string tools)
    {
        await using var client = await McpClients.ConnectAsync(_api.Url, await KeyAsync("jana", scope));
        Assert.Equal(tools, string.Join(' ', (await client.ListToolsAsync()).Select(t => t.Name)));
        foreach (var other in McpTools.All.Where(t => t.Permission != scope))
        {
            var refused = await Assert.ThrowsAsync<McpProtocolException>(() => client.AskAsync(other.Name));
            Assert.Contains("There is no tool", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_call_cannot_be_is_said_to_the_model_that_made_it()
    {
        await using var petra = await McpClients.ConnectAsync(_api.Url, await KeyAsync("petra"));
        Assert.Contains("'goal' is missing", (await petra.AskAsync("submit_goal")).Words(), StringComparison.Ordinal);
        Assert.Contains("no field 'as'", (await petra.AskAsync("decide_approval", ("approval", "ap_0"), ("decision", "approve"), ("as", "helena"))).Words(), StringComparison.Ordinal);
        Assert.Contains("must be approve", (await petra.AskAsync("decide_approval", ("approval", "ap_00000000000000000000000000"), ("decision", "yes"))).Words(), StringComparison.Ordinal);
        Assert.Contains("no such approval", (await petra.AskAsync("decide_approval", ("approval", "ap_00000000000000000000000000"), ("decision", "approve"))).Words(), StringComparison.Ordinal);
        Assert.Contains("no such workflow", (await petra.AskAsync("get_workflow", ("workflow", "wf_00000000000000000000000000"))).Words(), StringComparison.Ordinal);
        Assert.Contains("'next'", (await petra.AskAsync("list_approvals", ("cursor", "nowhere"))).Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_closed_to_strangers_other_origins_the_terminals_token_and_what_is_too_large()
    {
        using var stranger = _api.Stranger();
        using var none = await stranger.PostTextAsync("/mcp", Ping);
        await none.ProblemAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        Assert.Equal("Bearer", none.Headers.WwwAuthenticate.ToString());
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", _api.Get<TerminalToken>().Value);
        using var terminal = await stranger.PostTextAsync("/mcp", Ping);
        Assert.Contains("key of your own", await terminal.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"), StringComparison.Ordinal);

        using var petra = await _api.AsAsync("petra");
        using var mine = await petra.PostTextAsync("/mcp", Ping);
        Assert.Equal(HttpStatusCode.OK, mine.StatusCode);
        using var large = await petra.PostTextAsync("/mcp", $$"""{"jsonrpc":"2.0","id":1,"method":"{{new string('a', JsonBody.MostBytes)}}"}""");
        await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        using var odd = await petra.PostTextAsync("/mcp", """{"hello":1}""");
        await odd.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        using var many = await petra.PostTextAsync("/mcp", $"[{Ping}]");
        await many.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        using var get = await petra.GetAsync(new Uri("/mcp", UriKind.Relative));
        await get.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");

        petra.DefaultRequestHeaders.Add("Mcp-Method", "tools/call");
        using var liar = await petra.PostTextAsync("/mcp", Ping);
        await liar.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        petra.DefaultRequestHeaders.Remove("Mcp-Method");
        petra.DefaultRequestHeaders.Add("Origin", "http://evil.example:80");
        using var other = await petra.PostTextAsync("/mcp", Ping);
        Assert.Contains("origins", await other.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"), StringComparison.Ordinal);
        petra.DefaultRequestHeaders.Host = "evil.example:80";
        using var rebound = await petra.PostTextAsync("/mcp", Ping);
        await rebound.ProblemAsync(HttpStatusCode.MisdirectedRequest, "unknown-host");
    }

    private async Task<string> KeyAsync(string person, params string[] scopes) => (await _api.Get<KeyDesk>().CreateAsync(person, [.. scopes], null, Actor.System, CancellationToken.None)).Write();
}
