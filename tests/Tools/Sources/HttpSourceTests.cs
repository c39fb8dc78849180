namespace AiManager.Tools.Tests;

/// <summary>Servers over Streamable HTTP.</summary>
public sealed class HttpSourceTests
{
    private const string Echo = """{"text":"a"}""";

    [Fact]
    public async Task A_server_over_http_is_asked_with_its_token_and_called()
    {
        await using var server = await HttpServer.StartAsync();
        server.Token = "s3cr3t-t0k3n";
        await using var place = await Workplace.OpenAsync(Source(server, "/mcp", "auth: { bearer: \"${TOKEN}\" }"));
        Assert.Equal("""{"text":"a"}""", (await place.SettleAsync("echo", Echo)).Result.Text);
        Assert.All(server.Requests, r => Assert.Equal("POST /mcp Bearer s3cr3t-t0k3n", r));
    }

    [Fact]
    public async Task A_server_that_refuses_the_token_is_down_and_the_token_is_not_told()
    {
        await using var server = await HttpServer.StartAsync();
        server.Token = "another";
        await using var place = await Workplace.OpenAsync(Source(server, "/mcp", "auth: { bearer: \"${TOKEN}\" }"));
        var problem = Assert.Single(place.Catalog.Health).Problem;
        Assert.Contains("401", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", problem + string.Join('\n', place.Said.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_not_followed_to_where_it_sends_us()
    {
        await using var server = await HttpServer.StartAsync();
        await using var place = await Workplace.OpenAsync(Source(server, "/away"));
        Assert.False(Assert.Single(place.Catalog.Health).IsReachable);
        Assert.All(server.Requests, r => Assert.Equal("POST /away", r));
    }

    [Fact]
    public async Task A_reply_that_is_too_large_is_not_taken()
    {
        await using var server = await HttpServer.StartAsync();
        await using var place = await Workplace.OpenAsync(Source(server, "/mcp", "maxResult: 100000"));
        var settled = await place.SettleAsync("huge", """{"bytes":5000000}""");
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("The result is too large", settled.Result.Text, StringComparison.Ordinal);
        Assert.Equal(CallOutcome.Succeeded, (await place.SettleAsync("echo", Echo)).Outcome);
    }

    [Fact]
    public async Task An_event_that_never_ends_is_not_taken_however_its_lines_are_cut()
    {
        await using var server = await HttpServer.StartAsync();
        await using var place = await Workplace.OpenAsync(Source(server, "/endless", "maxResult: 100000"));
        var health = Assert.Single(place.Catalog.Health);
        Assert.False(health.IsReachable);
        Assert.Contains("a message of more than 97 KB", health.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_server_cannot_say_that_its_tools_changed_it_is_asked_again_before_a_call()
    {
        await using var server = await HttpServer.StartAsync();
        await using var place = await Workplace.OpenAsync(Source(server, "/mcp"));
        await place.SettleAsync("echo", Echo);
        server.Tool("echo", "Pays.", (string text) => text);
        place.Time.Advance(TimeSpan.FromSeconds(31));
        var settled = await place.SettleAsync("echo", Echo);
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("another tool under that name", settled.Result.Text, StringComparison.Ordinal);
        await Workplace.UntilAsync(() => place.Record("echo").Standing == ToolStanding.Unclassified);
    }

    [Fact]
    public async Task A_call_of_a_server_that_is_gone_fails_and_may_be_tried_again()
    {
        var server = await HttpServer.StartAsync();
        await using var place = await Workplace.OpenAsync(Source(server, "/mcp"));
        await server.DisposeAsync();
        var settled = await place.SettleAsync("echo", Echo);
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("\"retryable\":true", settled.Result.Text, StringComparison.Ordinal);
    }

    private static string Source(HttpServer server, string path, string more = "idle: 30s") =>
        $"sources:\n  - name: files\n    kind: mcp\n    url: \"{new Uri(server.Url, path)}\"\n    {more}\n    tools: [{{ name: echo, effect: observe }}, {{ name: huge, effect: observe }}]\n";
}
