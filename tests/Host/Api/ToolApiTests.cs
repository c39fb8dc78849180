using System.Net;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary><c>/api/tools</c>: what is known of each tool, and who may say what one does.</summary>
public sealed class ToolApiTests
{
    private const string Server = """
        const tools = [{ name: 'read', description: 'Reads.', inputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: true } }];
        require('readline').createInterface({ input: process.stdin }).on('line', line => {
          const { id, method, params } = JSON.parse(line);
          if (id === undefined) return;
          const results = { initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }), 'tools/list': () => ({ tools }) };
          console.log(JSON.stringify(results[method] ? { jsonrpc: '2.0', id, result: results[method]() } : { jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
        }).on('close', () => process.exit(0));
        """;

    private static readonly (string, string)[] Files = [("tools.yaml", "sources: [ { name: files, kind: mcp, command: [node, ./server.cjs] } ]"), ("server.cjs", Server)];

    [Fact]
    public async Task A_tool_from_outside_is_listed_with_its_claims_and_classified_by_a_person_for_the_version_that_they_saw()
    {
        await using var api = await ApiUnderTest.StartAsync("", Files);
        await api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var jana = await api.AsAsync("jana");
        var listed = await ReadAsync(jana);
        Assert.Equal(("unclassified", "files", "mcp", "read"), (Text(listed, "status"), Text(listed, "source"), Text(listed, "kind"), Text(listed, "remoteName")));
        Assert.False(listed.TryGetProperty("effect", out _) || listed.TryGetProperty("version", out _), listed.GetRawText());
        Assert.True(listed.GetProperty("claims").GetProperty("readOnly").GetBoolean());
        Assert.True(listed.GetProperty("health").GetProperty("reachable").GetBoolean());
        Assert.False(listed.GetProperty("readOnly").GetBoolean());
        var digest = Text(listed, "digest");

        await (await jana.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"observe","digest":"{{new string('0', 64)}}"}""")).ProblemAsync(HttpStatusCode.Conflict, "conflict");
        await (await jana.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"harmless","digest":"{{digest}}"}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        await (await jana.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"spend","readOnly":true,"digest":"{{digest}}"}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        await (await jana.PostTextAsync("/api/tools/files.gone/classify", $$"""{"effect":"observe","digest":"{{digest}}"}""")).ProblemAsync(HttpStatusCode.NotFound, "not-found");
        await (await jana.PostTextAsync("/api/tools/people.escalate/classify", $$"""{"effect":"observe","digest":"{{digest}}"}""")).ProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(HttpStatusCode.NoContent, (await jana.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"observe","openWorld":false,"digest":"{{digest}}"}""")).StatusCode);

        listed = await ReadAsync(jana);
        Assert.Equal(("classified", "observe"), (Text(listed, "status"), Text(listed, "effect")));
        Assert.True(listed.GetProperty("readOnly").GetBoolean());
        Assert.False(listed.GetProperty("openWorld").GetBoolean());
        var said = api.Get<CompanyStream>().State.Classifications["files.read"];
        Assert.Equal((digest, "observe", null), (said.Version, said.EffectClass, said.Entry));
    }

    [Theory]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("allowLocalStandIn: true\n", HttpStatusCode.NoContent)]
    public async Task A_terminal_says_what_a_tool_does_and_lets_what_is_stopped_go_on_only_where_it_may_stand_in_for_people(string settings, HttpStatusCode status)
    {
        await using var api = await ApiUnderTest.StartAsync(settings, Files);
        await api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var terminal = api.Terminal("jana");
        var digest = Text(await ReadAsync(terminal), "digest");
        Assert.Equal(status, (await terminal.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"observe","digest":"{{digest}}"}""")).StatusCode);

        // To stop something takes nobody's rights away.
        Assert.Equal(HttpStatusCode.NoContent, (await terminal.PostTextAsync("/api/suspensions", """{"kind":"all","reason":"Odd orders"}""")).StatusCode);
        Assert.Equal(status, (await terminal.DeleteAsync(new Uri("/api/suspensions/all/*", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Others_and_keys_that_are_not_for_it_may_not_classify()
    {
        await using var api = await ApiUnderTest.StartAsync("", Files);
        using var petra = await api.AsAsync("petra");
        using var reader = await api.AsAsync("jana", "read", "suspend");
        var body = $$"""{"effect":"observe","digest":"{{new string('0', 64)}}"}""";
        Assert.Contains("operator", await (await petra.PostTextAsync("/api/tools/files.read/classify", body)).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"), StringComparison.Ordinal);
        await (await reader.PostTextAsync("/api/tools/files.read/classify", body)).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task Under_change_control_what_lets_more_through_takes_a_second_person_and_what_lets_less_through_takes_none()
    {
        const string Authority = """
            version: 1
            rules:
              - { id: read, effect: allow, effects: [observe] }
              - { id: write, effect: ask, effects: [write-reversible], approvers: { role: lead } }
            """;
        await using var api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\n", [.. Files, ("authority.yaml", Authority)]);
        var (company, stream) = (api.Get<CompanyAtWork>(), api.Get<CompanyStream>());
        await stream.AppendAsync([BundleActivation.Event(company.Company.Bundle)], Actor.System, CancellationToken.None);
        await company.Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var jana = await api.AsAsync("jana");
        using var helena = await api.AsAsync("helena");
        var digest = Text(await ReadAsync(jana), "digest");

        // Nobody has classified it: whatever lets a call of it through lets more through.
        var proposed = await ClassifyAsync("observe", HttpStatusCode.Accepted);
        var change = Text(proposed, "id");
        Assert.Equal(change, Text(await ClassifyAsync("observe", HttpStatusCode.Accepted), "id"));
        Assert.Contains(proposed.GetProperty("widenings").EnumerateArray(), w => Text(w, "about") == "files.read" && w.GetProperty("message").GetString()!.Contains("deny → allow", StringComparison.Ordinal));
        Assert.Equal("unclassified", Text(await ReadAsync(jana), "status"));
        await (await jana.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        Assert.Equal("confirmed", Text(await (await helena.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""")).JsonAsync(), "status"));
        Assert.Equal(("classified", "observe"), (Text(await ReadAsync(jana), "status"), Text(await ReadAsync(jana), "effect")));
        Assert.Equal(company.Company.Bundle.Hash, stream.State.Bundle);

        // No rule allows what spends: that is so at once. From there on asking people is more again, and so is what no rule sees: being made in shadow, being inside.
        await ClassifyAsync("spend", HttpStatusCode.NoContent);
        change = Text(await ClassifyAsync("write-reversible", HttpStatusCode.Accepted), "id");
        await ClassifyAsync("change-authority", HttpStatusCode.NoContent);
        await (await helena.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""")).ProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(ChangeVerdict.Superseded, Assert.Single(stream.State.Changes.Values, c => c.Proposed.Change.ToString() == change).Verdict);
        var inside = await ClassifyAsync("change-authority", HttpStatusCode.Accepted, ""","openWorld":false,"idempotent":true""");
        Assert.Equal(2, inside.GetProperty("widenings").GetArrayLength());

        async Task<JsonElement> ClassifyAsync(string effect, HttpStatusCode status, string more = "")
        {
            var reply = await jana.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"{{effect}}","digest":"{{digest}}"{{more}}}""");
            Assert.Equal(status, reply.StatusCode);
            return status == HttpStatusCode.NoContent ? default : JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement;
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client) =>
        (await (await client.GetAsync(new Uri("/api/tools", UriKind.Relative))).JsonAsync()).EnumerateArray().Single(t => Text(t, "name") == "files.read");

    private static string? Text(JsonElement tool, string field) => tool.GetProperty(field).GetString();
}
