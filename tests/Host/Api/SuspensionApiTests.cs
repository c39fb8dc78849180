using System.Net;

namespace AiManager.Host.Tests;

/// <summary><c>/api/suspensions</c>: who may stop what, and what is said of it.</summary>
public sealed class SuspensionApiTests
{
    [Fact]
    public async Task An_operator_stops_everything_it_is_listed_and_lifted_and_the_journal_has_both()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var workflow = await api.SubmittedAsync();
        foreach (var (kind, name) in new[] { ("workflow", workflow.ToString()), ("all", "*") })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await jana.PostTextAsync("/api/suspensions", $$"""{"kind":"{{kind}}","name":"{{name}}","reason":"Odd orders"}""")).StatusCode);
            await (await jana.PostTextAsync("/api/suspensions", $$"""{"kind":"{{kind}}","name":"{{name}}","reason":"Odd orders"}""")).ProblemAsync(HttpStatusCode.Conflict, "conflict");
            var listed = Assert.Single((await (await jana.GetAsync(new Uri("/api/suspensions", UriKind.Relative))).JsonAsync()).EnumerateArray());
            Assert.Equal((kind, name, "Odd orders", "person:jana"), (listed.GetProperty("kind").GetString(), listed.GetProperty("name").GetString(), listed.GetProperty("reason").GetString(), listed.GetProperty("by").GetString()));
            Assert.Equal(HttpStatusCode.NoContent, (await jana.DeleteAsync(new Uri($"/api/suspensions/{kind}/{Uri.EscapeDataString(name)}", UriKind.Relative))).StatusCode);
            await (await jana.DeleteAsync(new Uri($"/api/suspensions/{kind}/{Uri.EscapeDataString(name)}", UriKind.Relative))).ProblemAsync(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Theory]
    [InlineData("0.2.0", false, true)]
    [InlineData("0.2.9-rc.1", false, true)]
    [InlineData("unknown", false, true)]
    [InlineData("0.3.0", false, false)]
    [InlineData("1.0.0+abc", false, false)]
    [InlineData("0.2.0", true, false)]
    public async Task Whoever_stops_something_is_told_of_hosts_whose_program_is_too_old_to_heed_it(string version, bool hasLeft, bool isNamed)
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var now = TimeProvider.System.GetUtcNow();
        await api.Get<INodes>().BeatAsync(new NodeBeat("old:1", now, now, TimeSpan.FromMinutes(5), version, "bundle", null, null, IsDraining: false), CancellationToken.None);
        if (hasLeft)
        {
            await api.Get<INodes>().LeaveAsync("old:1", now, CancellationToken.None);
        }

        using var reply = await jana.PostTextAsync("/api/suspensions", """{"kind":"all","reason":"Odd orders"}""");

        Assert.Equal(isNamed ? HttpStatusCode.OK : HttpStatusCode.NoContent, reply.StatusCode);
        if (isNamed)
        {
            var host = Assert.Single((await reply.JsonAsync()).GetProperty("notHeededBy").EnumerateArray());
            Assert.Equal(("old:1", version), (host.GetProperty("node").GetString(), host.GetProperty("version").GetString()));
        }

        // It is stopped all the same, wherever it is heeded.
        Assert.Single((await (await jana.GetAsync(new Uri("/api/suspensions", UriKind.Relative))).JsonAsync()).EnumerateArray());
    }

    [Theory]
    [InlineData("""{"kind":"tool","name":"no.such","reason":"Why"}""", HttpStatusCode.NotFound, "not-found")]
    [InlineData("""{"kind":"agent","name":"nobody","reason":"Why"}""", HttpStatusCode.NotFound, "not-found")]
    [InlineData("""{"kind":"workflow","name":"wf_x","reason":"Why"}""", HttpStatusCode.NotFound, "not-found")]
    [InlineData("""{"kind":"planet","name":"x","reason":"Why"}""", HttpStatusCode.NotFound, "not-found")]
    [InlineData("""{"kind":"all","reason":"  "}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"kind":"all"}""", HttpStatusCode.BadRequest, "invalid-request")]
    public async Task What_is_not_there_cannot_be_stopped_and_whoever_stops_says_why(string body, HttpStatusCode status, string type)
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        await (await jana.PostTextAsync("/api/suspensions", body)).ProblemAsync(status, type);
    }

    [Fact]
    public async Task Others_and_keys_that_are_not_for_it_may_not()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var petra = await api.AsAsync("petra");
        using var reader = await api.AsAsync("jana", "read");
        const string Everything = """{"kind":"all","reason":"Why"}""";

        Assert.Contains("operator", await (await petra.PostTextAsync("/api/suspensions", Everything)).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"), StringComparison.Ordinal);
        await (await petra.DeleteAsync(new Uri("/api/suspensions/all/*", UriKind.Relative))).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        await (await reader.PostTextAsync("/api/suspensions", Everything)).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task Lifting_lets_what_was_held_go_on()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var workflow = await api.SubmittedAsync();
        await jana.PostTextAsync("/api/suspensions", """{"kind":"all","reason":"Odd orders"}""");
        await api.AppendAsync(workflow, new WorkHeld(null, "all/*", new PrivateText("jana", "Odd orders")));
        var held = await (await jana.GetAsync(new Uri($"/api/workflows/{workflow}", UriKind.Relative))).JsonAsync();
        Assert.Equal(("paused", "suspended: Odd orders"), (held.GetProperty("status").GetString(), held.GetProperty("now").GetString()));

        await jana.DeleteAsync(new Uri("/api/suspensions/all/*", UriKind.Relative));

        Assert.Equal("planning", (await (await jana.GetAsync(new Uri($"/api/workflows/{workflow}", UriKind.Relative))).JsonAsync()).GetProperty("status").GetString());
    }
}
