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
        Assert.Contains("another goal", (await jana.AskAsync("submit_goal", ("goal", "Buy ink"), ("idempotencyKey", "k"))).Words(), StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            Assert.NotEqual(true, (await jana.AskAsync("send_message", ("workflow", id.ToString()), ("text", "Blue ones."), ("idempotencyKey", "m"))).IsError);
        }

        Assert.Single((await _api.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!.Messages);

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
    public async Task What_a_tool_does_and_answers_stands_beside_it_and_is_true()
    {
        await using var jana = await McpClients.ConnectAsync(_api.Url, await KeyAsync("jana"));
        var tools = (await jana.ListToolsAsync()).ToDictionary(t => t.Name, t => t.ProtocolTool);
        Assert.Equal(
            ["cancel_workflow", "decide_approval"], tools.Values.Where(t => t.Annotations!.DestructiveHint == true).Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["send_message", "submit_goal"], tools.Values.Where(t => t.Annotations!.IdempotentHint == false).Select(t => t.Name).Order(StringComparer.Ordinal));

        var submitted = await AskedAsync("submit_goal", ("goal", "Buy pens"));
        var id = submitted.GetProperty("id").GetString()!;
        Assert.True(PrefixedId.TryRead<WorkflowId>(id, out var workflow));
        await _api.AskedAsync(workflow);
        await AskedAsync("get_workflow", ("workflow", id));
        Assert.NotEmpty((await AskedAsync("list_approvals")).GetProperty("items").EnumerateArray());
        await AskedAsync("send_message", ("workflow", id), ("text", "Blue ones."));
        await AskedAsync("cancel_workflow", ("workflow", id), ("reason", "Enough."));

        async Task<JsonElement> AskedAsync(string tool, params (string Name, object? Value)[] arguments)
        {
            var answer = (await jana.AskAsync(tool, arguments)).StructuredContent!.Value;
            var schema = tools[tool].OutputSchema!.Value;
            Assert.Equal("object", schema.GetProperty("type").GetString());
            Assert.Null(new ApiSchemaFit(schema).Fault(schema, answer, tool));
            return answer;
        }
    }

    [Theory]
    [InlineData("malformed", null, -32022)]
    [InlineData("2000-01-01", null, -32022)]
    [InlineData("2099-01-01", "2099-01-01", -32022)]
    [InlineData(null, "2099-01-01", -32022)]
    [InlineData("2025-11-25", "2026-07-28", -32020)]
    [InlineData("2026-07-28", "2025-11-25", -32020)]
    [InlineData(null, "2026-07-28", -32020)]
    [InlineData("2026-07-28", null, -32602)]
    public async Task A_revision_that_is_not_spoken_or_is_said_in_two_ways_is_refused(string? header, string? body, int code)
    {
        using var reply = await SendAsync("tools/list", body, ("MCP-Protocol-Version", header), ("Mcp-Method", "tools/list"));
        var error = await RefusedAsync(reply, HttpStatusCode.BadRequest, code);
        Assert.True(code != -32022 || error.GetProperty("data").GetProperty("supported").EnumerateArray().Select(v => v.GetString()).SequenceEqual(McpRevision.Spoken));
        Assert.True(code != -32022 || error.GetProperty("data").GetProperty("requested").GetString() == (header ?? body));
    }

    [Theory]
    [InlineData(McpClients.Current, "tools/list", null, null, HttpStatusCode.BadRequest, -32020)]
    [InlineData(McpClients.Current, "tools/list", "tools/call", null, HttpStatusCode.BadRequest, -32020)]
    [InlineData(McpClients.Current, "tools/call", "tools/call", null, HttpStatusCode.BadRequest, -32020)]
    [InlineData(McpClients.Current, "tools/call", "tools/call", "submit_goal", HttpStatusCode.BadRequest, -32020)]
    [InlineData(McpClients.Current, "tools/call", "tools/call", "=?base64?Z2V0X3dvcmtmbG93?=", HttpStatusCode.OK, 0)]
    [InlineData(McpClients.Current, "nowhere/at-all", "nowhere/at-all", null, HttpStatusCode.NotFound, -32601)]
    [InlineData(McpClients.Previous, "nowhere/at-all", null, null, HttpStatusCode.OK, -32601)]
    [InlineData(McpClients.Previous, "tools/list", "tools/call", null, HttpStatusCode.BadRequest, -32020)]
    [InlineData(McpClients.Previous, "tools/call", null, null, HttpStatusCode.OK, 0)]
    public async Task Headers_say_what_the_body_says_and_a_refusal_has_the_status_of_its_revision(string revision, string method, string? methodHeader, string? name, HttpStatusCode status, int code)
    {
        var isCurrent = revision == McpClients.Current;
        using var reply = await SendAsync(method, isCurrent ? revision : null, ("MCP-Protocol-Version", revision), ("Mcp-Method", methodHeader), ("Mcp-Name", name));
        if (status == HttpStatusCode.OK)
        {
            Assert.Equal(status, reply.StatusCode);
            Assert.Equal("text/event-stream", reply.Content.Headers.ContentType!.MediaType);
            var said = await reply.Content.ReadAsStringAsync();
            Assert.Contains(code == 0 ? "\"result\"" : $"\"code\":{code}", said, StringComparison.Ordinal);
            return;
        }

        await RefusedAsync(reply, status, code);
    }

    [Fact]
    public async Task It_is_closed_to_strangers_other_origins_the_terminals_token_and_what_is_too_large()
    {
        using var stranger = _api.Stranger();
        using var none = await stranger.PostTextAsync("/mcp", Ping);
        Assert.Equal("urn:aimanager:problem:not-signed-in", (await RefusedAsync(none, HttpStatusCode.Unauthorized, 401)).GetProperty("data").GetProperty("type").GetString());
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", _api.Get<TerminalToken>().Value);
        using var terminal = await stranger.PostTextAsync("/mcp", Ping);
        Assert.Contains("key of your own", (await RefusedAsync(terminal, HttpStatusCode.Forbidden, 403)).GetProperty("message").GetString(), StringComparison.Ordinal);

        using var petra = await _api.AsAsync("petra");
        using var mine = await petra.PostTextAsync("/mcp", Ping);
        Assert.Equal(HttpStatusCode.OK, mine.StatusCode);
        using var large = await petra.PostTextAsync("/mcp", $$"""{"jsonrpc":"2.0","id":1,"method":"{{new string('a', JsonBody.MostBytes)}}"}""");
        await RefusedAsync(large, HttpStatusCode.RequestEntityTooLarge, -32600);
        using var text = await petra.PostTextAsync("/mcp", Ping, "text/plain");
        await RefusedAsync(text, HttpStatusCode.UnsupportedMediaType, -32600);
        using var torn = await petra.PostTextAsync("/mcp", "{");
        await RefusedAsync(torn, HttpStatusCode.BadRequest, -32700);
        using var odd = await petra.PostTextAsync("/mcp", """{"hello":1}""");
        await RefusedAsync(odd, HttpStatusCode.BadRequest, -32600);
        using var many = await petra.PostTextAsync("/mcp", $"[{Ping}]");
        await RefusedAsync(many, HttpStatusCode.BadRequest, -32600);
        using var endless = await petra.PostTextAsync("/mcp", $$"""{"jsonrpc":"2.0","id":1,"method":"{{new string('a', 1_000)}}"}""");
        await RefusedAsync(endless, HttpStatusCode.BadRequest, -32600);
        using var cursed = await petra.PostTextAsync("/mcp", """{"jsonrpc":"2.0","id":1,"method":"ping\u001b[2J"}""");
        await RefusedAsync(cursed, HttpStatusCode.BadRequest, -32600);
        using var get = await petra.GetAsync(new Uri("/mcp", UriKind.Relative));
        await RefusedAsync(get, HttpStatusCode.MethodNotAllowed, 405);
    }

    [Theory]
    [InlineData(null, "http://evil.example:80", HttpStatusCode.Forbidden)]
    [InlineData(null, "null", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://localhost:9999", HttpStatusCode.OK)]
    [InlineData("manager.example.com", "http://localhost:9999", HttpStatusCode.Forbidden)]
    [InlineData("manager.example.com", "https://manager.example.com", HttpStatusCode.OK)]
    [InlineData("manager.example.com", "https://plain.example.com", HttpStatusCode.Forbidden)]
    [InlineData("plain.example.com", "http://plain.example.com", HttpStatusCode.OK)]
    [InlineData("plain.example.com", "https://manager.example.com", HttpStatusCode.OK)]
    public async Task Pages_of_its_own_addresses_may_call_and_those_of_this_machine_where_it_is_asked_by_that_name(string? host, string origin, HttpStatusCode status)
    {
        await using var api = await ApiUnderTest.StartAsync("api: { hosts: [\"https://manager.example.com\", plain.example.com] }\n");
        using var petra = await api.AsAsync("petra");
        petra.DefaultRequestHeaders.Host = host;
        petra.DefaultRequestHeaders.Add("Origin", origin);
        using var reply = await petra.PostTextAsync("/mcp", Ping);
        Assert.Equal(status, reply.StatusCode);
    }

    [Fact]
    public async Task A_name_that_is_not_its_own_is_not_answered()
    {
        using var petra = await _api.AsAsync("petra");
        petra.DefaultRequestHeaders.Host = "evil.example:80";
        using var rebound = await petra.PostTextAsync("/mcp", Ping);
        Assert.Equal("urn:aimanager:problem:unknown-host", (await RefusedAsync(rebound, HttpStatusCode.MisdirectedRequest, 421)).GetProperty("data").GetProperty("type").GetString());
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string? revision, params (string Name, string? Value)[] headers)
    {
        using var jana = await _api.AsAsync("jana");
        foreach (var (name, value) in headers)
        {
            jana.DefaultRequestHeaders.Add(name, value is null ? [] : [value]);
        }

        var about = revision is null ? "" : $$$""","_meta":{"io.modelcontextprotocol/protocolVersion":"{{{revision}}}","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}""";
        return await jana.PostTextAsync("/mcp", $$$"""{"jsonrpc":"2.0","id":"seven","method":"{{{method}}}","params":{"name":"get_workflow","arguments":{"workflow":"wf_no"}{{{about}}}}}""");
    }

    private static async Task<JsonElement> RefusedAsync(HttpResponseMessage reply, HttpStatusCode status, int code)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(status == reply.StatusCode, $"{(int)reply.StatusCode}: {text}");
        Assert.Equal("application/json", reply.Content.Headers.ContentType!.MediaType);
        var said = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal("2.0", said.GetProperty("jsonrpc").GetString());
        Assert.True(!said.TryGetProperty("id", out var id) || id.GetString() == "seven", "an id is the call's, and where it was not read there is none");
        Assert.Equal(code, said.GetProperty("error").GetProperty("code").GetInt32());
        return said.GetProperty("error");
    }

    private async Task<string> KeyAsync(string person, params string[] scopes) => (await _api.Get<KeyDesk>().CreateAsync(person, [.. scopes], null, Actor.System, CancellationToken.None)).Write();
}
