using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>Handing in goals, looking at them and steering them over HTTP.</summary>
public sealed class WorkflowApiTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private HttpClient _jana = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _jana = await _api.AsAsync("jana");
    }

    public async Task DisposeAsync()
    {
        _jana.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_goal_is_created_once_for_one_key_and_found_where_Location_says()
    {
        using var created = await SubmitAsync("Buy pens", "k1");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var first = await created.JsonAsync();
        Assert.Equal(first.GetProperty("url").GetString(), created.Headers.Location?.ToString());
        using var again = await SubmitAsync("Buy pens", "k1");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(first.GetProperty("id").GetString(), (await again.JsonAsync()).GetProperty("id").GetString());
        using var other = await SubmitAsync("Buy pens", "k2");
        Assert.Equal(HttpStatusCode.Created, other.StatusCode);

        var found = await _jana.GetFromJsonAsync<JsonElement>(created.Headers.Location);
        Assert.Equal("Buy pens", found.GetProperty("goal").GetString());
        Assert.Equal("planning", found.GetProperty("status").GetString());
        Assert.True(found.GetProperty("isScripted").GetBoolean());
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_can_be_narrowed()
    {
        await _api.SubmittedAsync("Buy pens");
        await _api.SubmittedAsync("Buy paper");
        var first = await _jana.GetFromJsonAsync<JsonElement>("/api/workflows?limit=1");
        Assert.Equal(1, first.GetProperty("items").GetArrayLength());
        var second = await _jana.GetFromJsonAsync<JsonElement>($"/api/workflows?limit=1&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal(1, (await _jana.GetFromJsonAsync<JsonElement>("/api/workflows?q=PAPER&status=planning")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await _jana.GetFromJsonAsync<JsonElement>("/api/workflows?to=2001-01-01T00:00:00Z")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("status=sleeping", "status")]
    [InlineData("from=yesterday", "from")]
    [InlineData("cursor=nowhere", "cursor")]
    public async Task A_wrong_query_is_refused_by_name(string query, string name)
    {
        using var reply = await _jana.GetAsync(new Uri("/api/workflows?" + query, UriKind.Relative));
        Assert.Contains(name, await reply.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"gaol":"x"}""", "gaol")]
    [InlineData("""{"goal":7}""", "goal")]
    [InlineData("""{}""", "goal")]
    [InlineData("""{"goal":"  "}""", "goal")]
    [InlineData("""{"goal":"x","goal":"y"}""", "goal")]
    [InlineData("""{"goal":"x","budget":{"money":"all"}}""", "budget.money")]
    [InlineData("""{"goal":"x","budget":{"cash":1}}""", "budget.cash")]
    [InlineData("""{"goal":"x","deadline":"soon"}""", "deadline")]
    [InlineData("""{"goal":"x","deadline":"2001-01-01T00:00:00Z"}""", "deadline")]
    [InlineData("""{"goal":"x","inputs":[]}""", "inputs")]
    [InlineData("""{"goal":"x","playbook":"none such"}""", "none such")]
    [InlineData("""{"goal":"x","contract":{"outcome":"y","acceptance":[{"tool":"a.b"}]}}""", "contract.acceptance[0].tool")]
    [InlineData("""{"goal":"\ud800"}""", "Unicode")]
    [InlineData("""{"goal":""", "JSON")]
    [InlineData("""["x"]""", "object")]
    public async Task A_wrong_body_is_refused_by_name(string body, string name)
    {
        using var reply = await _jana.PostTextAsync("/api/workflows", body);
        Assert.Contains(name, await reply.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_that_holds_is_shown_whoever_wrote_the_contract()
    {
        var result = await _api.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Buy pens", "jana", "bundle") { Budget = new Amounts(Money: 500, Calls: 9) }, CancellationToken.None);
        var id = Assert.IsType<SubmitResult.Created>(result).Workflow;
        await _api.AppendAsync(id, new ContractAgreed(new Contract("Pens are there.", [], [], null, new Amounts(Money: 90)), null, null, "requester"));
        var contract = (await _jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}")).GetProperty("contract");
        Assert.Equal((90m, 9L), (contract.GetProperty("budget").GetProperty("money").GetDecimal(), contract.GetProperty("budget").GetProperty("calls").GetInt64()));
    }

    [Fact]
    public async Task What_is_too_large_too_deep_or_no_JSON_is_told_so()
    {
        using var deep = await _jana.PostTextAsync("/api/workflows", "{\"goal\":\"x\",\"inputs\":{\"a\":" + new string('[', 500) + new string(']', 500) + "}}");
        Assert.Contains("depth", await deep.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
        using var large = await _jana.PostTextAsync("/api/workflows", $$"""{"goal":"{{new string('a', 2_200_000)}}"}""");
        await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        using var wordy = await _jana.PostTextAsync("/api/workflows", $$"""{"goal":"{{new string('a', 1024 * 1024)}}"}""");
        Assert.Contains("20000", await wordy.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
        using var form = await _jana.PostTextAsync("/api/workflows", "goal=x", "application/x-www-form-urlencoded");
        await form.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "not-json");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        foreach (var path in (string[])["/api/workflows/wf_00000000000000000000000000", "/api/workflows/7", "/api/workflows/wf_00000000000000000000000000/events", "/api/nothing"])
        {
            using var reply = await _jana.GetAsync(new Uri(path, UriKind.Relative));
            await reply.ProblemAsync(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Fact]
    public async Task Words_are_open_in_events_and_sealed_in_an_export()
    {
        var id = await _api.SubmittedAsync("Buy secret pens");
        var events = await _jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}/events");
        var first = Assert.Single(events.EnumerateArray());
        Assert.Equal(["position", "seq", "at", "type", "schemaVersion", "actor", "cause", "payload", "hash"], first.EnumerateObject().Select(f => f.Name));
        Assert.Equal("Buy secret pens", first.GetProperty("payload").GetProperty("goal").GetProperty("clear").GetString());
        Assert.Equal(0, (await _jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}/events?after=1")).GetArrayLength());

        var lines = (await _jana.GetStringAsync(new Uri($"/api/journal/export?workflow={id}", UriKind.Relative))).TrimEnd('\n').Split('\n');
        Assert.DoesNotContain("secret", Assert.Single(lines), StringComparison.Ordinal);
        Assert.True((await _jana.GetFromJsonAsync<JsonElement>("/api/journal/verify")).GetProperty("isSound").GetBoolean());
    }

    [Fact]
    public async Task A_stream_goes_on_where_the_reader_was_and_brings_what_is_new()
    {
        var id = await _api.SubmittedAsync();
        await _api.AppendAsync(id, new MessagePosted(new PrivateText("jana", "First")));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/workflows/{id}/stream");
        request.Headers.Add("Last-Event-ID", "1");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reply = await _jana.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(patience.Token));
        Assert.Equal((2, "First"), await NextAsync(lines, patience.Token));
        await _api.AppendAsync(id, new MessagePosted(new PrivateText("jana", "Second")));
        Assert.Equal((3, "Second"), await NextAsync(lines, patience.Token));
    }

    [Fact]
    public async Task A_workflow_is_paused_told_resumed_and_cancelled_once()
    {
        var id = await _api.SubmittedAsync();
        using var paused = await _jana.PostTextAsync($"/api/workflows/{id}/pause", """{"reason":"Lunch"}""");
        Assert.Equal("paused", (await paused.JsonAsync()).GetProperty("status").GetString());
        using var said = await _jana.PostTextAsync($"/api/workflows/{id}/messages", """{"text":"Blue ones"}""");
        Assert.Equal(HttpStatusCode.OK, said.StatusCode);
        foreach (var (text, status) in new[] { ("Red ones", HttpStatusCode.OK), ("Red ones", HttpStatusCode.OK), ("Green ones", HttpStatusCode.UnprocessableEntity) })
        {
            using var keyed = new HttpRequestMessage(HttpMethod.Post, $"/api/workflows/{id}/messages") { Content = new StringContent($$"""{"text":"{{text}}"}""", System.Text.Encoding.UTF8, "application/json") };
            keyed.Headers.Add("Idempotency-Key", "k");
            using var reply = await _jana.SendAsync(keyed);
            Assert.Equal(status, reply.StatusCode);
        }

        Assert.Equal(["Blue ones", "Red ones"], (await _api.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!.Messages.Select(m => m.Text.Words));
        using var silent = await _jana.PostTextAsync($"/api/workflows/{id}/messages", """{"text":""}""");
        await silent.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        using var resumed = await _jana.PostAsync(new Uri($"/api/workflows/{id}/resume", UriKind.Relative), null);
        Assert.Equal("planning", (await resumed.JsonAsync()).GetProperty("status").GetString());
        using var cancelled = await _jana.PostAsync(new Uri($"/api/workflows/{id}/cancel", UriKind.Relative), null);
        Assert.Equal("cancelled", (await cancelled.JsonAsync()).GetProperty("status").GetString());
        using var again = await _jana.PostAsync(new Uri($"/api/workflows/{id}/cancel", UriKind.Relative), null);
        await again.ProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task Ready_fails_when_the_store_cannot_be_read()
    {
        var time = new ShiftedTime();
        await using var api = await ApiUnderTest.StartAsync(time, null, "");
        using var stranger = api.Stranger();
        using var ready = await stranger.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        await api.CloseStoreAsync();
        time.Pass(TimeSpan.FromMinutes(1)); // what was found a moment ago holds for a moment
        using var away = await stranger.GetAsync(new Uri("/health/ready", UriKind.Relative));
        await away.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        using var live = await stranger.GetAsync(new Uri("/health/live", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    private static async Task<(int Id, string? Words)> NextAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        for (var id = 0; await lines.ReadLineAsync(cancellationToken) is { } line;)
        {
            id = line.StartsWith("id: ", StringComparison.Ordinal) ? int.Parse(line[4..]) : id;
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var data = JsonDocument.Parse(line[6..]);
                return (id, data.RootElement.GetProperty("payload").GetProperty("text").GetProperty("clear").GetString());
            }
        }

        throw new EndOfStreamException();
    }

    private async Task<HttpResponseMessage> SubmitAsync(string goal, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/workflows") { Content = JsonContent.Create(new { goal }) };
        request.Headers.Add("Idempotency-Key", key);
        return await _jana.SendAsync(request);
    }
}
