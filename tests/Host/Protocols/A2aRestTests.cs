using System.Net;
using System.Text;
using System.Text.Json;
using static AiManager.Host.Tests.A2aCalls;

namespace AiManager.Host.Tests;

/// <summary>A2A's routes of HTTP+JSON, its card, and what the service itself refuses there.</summary>
public sealed class A2aRestTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private HttpClient _jana = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("api: { streamsPerPerson: 1, hosts: [\"https://manager.example.com\", plain.example.com] }\n");
        _jana = await ClientAsync("jana");
    }

    public async Task DisposeAsync()
    {
        _jana.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_card_that_is_known_need_not_be_fetched_again()
    {
        using var stranger = _api.Stranger();
        using var first = await stranger.GetAsync(new Uri("/.well-known/agent-card.json", UriKind.Relative));
        Assert.Equal(TimeSpan.FromHours(1), first.Headers.CacheControl!.MaxAge);
        Assert.False(first.Headers.CacheControl.NoStore);
        stranger.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await stranger.GetAsync(new Uri("/.well-known/agent-card.json", UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotModified, string.Empty), (again.StatusCode, await again.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Who_speaks_the_protocols_own_type_is_answered_in_it()
    {
        using var begun = await _jana.PostTextAsync("/a2a/message:send", Message("m1", "Buy pens"), "application/a2a+json");
        Assert.Equal("application/a2a+json", begun.Content.Headers.ContentType!.MediaType);
        _jana.DefaultRequestHeaders.Accept.ParseAdd("application/a2a+json");
        using var missing = await _jana.GetAsync(new Uri("/a2a/tasks/wf_no", UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotFound, "application/a2a+json"), (missing.StatusCode, missing.Content.Headers.ContentType!.MediaType));
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("GET", "")]
    [InlineData("GET", "/one")]
    [InlineData("DELETE", "/one")]
    public async Task Nobody_is_called_back_for_a_task(string method, string rest)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/a2a/tasks/wf_00000000000000000000000000/pushNotificationConfigs{rest}");
        request.Content = method == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        using var reply = await _jana.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Equal("PUSH_NOTIFICATION_NOT_SUPPORTED", (await reply.JsonAsync()).GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("/a2a", "text/plain", HttpStatusCode.UnsupportedMediaType, "INVALID_ARGUMENT")]
    [InlineData("/a2a/message:send", "text/plain", HttpStatusCode.UnsupportedMediaType, "INVALID_ARGUMENT")]
    [InlineData("/a2a/nowhere", "application/json", HttpStatusCode.NotFound, "NOT_FOUND")]
    public async Task What_the_service_itself_refuses_has_the_shape_of_the_binding(string path, string type, HttpStatusCode status, string name)
    {
        using var reply = await _jana.PostTextAsync(path, Body("GetTask", "{}"), type);
        Assert.Equal(status, reply.StatusCode);
        Assert.Equal(name, Named(await reply.JsonAsync()).Name);
        using var large = await _jana.PostTextAsync(path, new string(' ', JsonBody.MostBytes + 1));
        Assert.Equal(path == "/a2a/nowhere" ? HttpStatusCode.NotFound : HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.NotEqual(0, Named(await large.JsonAsync()).Code);
    }

    [Theory]
    [InlineData("manager.example.com", "https")]
    [InlineData("manager.example.com:8080", "http")]
    [InlineData("plain.example.com", "http")]
    public async Task Behind_a_proxy_that_speaks_TLS_the_card_says_the_address_that_the_company_names(string host, string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/agent-card.json") { Headers = { Host = host } };
        request.Headers.Add("X-Forwarded-Proto", scheme == "http" ? "https" : "http");
        using var stranger = _api.Stranger();
        using var reply = await stranger.SendAsync(request);
        Assert.Equal($"{scheme}://{host}/a2a", (await reply.JsonAsync()).GetProperty("supportedInterfaces")[1].GetProperty("url").GetString());
    }

    [Fact]
    public async Task The_other_binding_does_the_same_by_routes_of_its_own()
    {
        using var begun = await _jana.PostTextAsync("/a2a/message:send", Message("m1", "Buy pens"));
        var id = (await begun.JsonAsync()).GetProperty("task").GetProperty("id").GetString();
        Assert.Equal(id, (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task").GetProperty("id").GetString());
        using var seen = await _jana.GetAsync(new Uri($"/a2a/tasks/{id}?historyLength=0", UriKind.Relative));
        var task = await seen.JsonAsync();
        Assert.Equal((id, false), (task.GetProperty("id").GetString(), task.TryGetProperty("history", out _)));
        using var listed = await _jana.GetAsync(new Uri("/a2a/tasks?status=TASK_STATE_SUBMITTED&pageSize=5&includeArtifacts=true", UriKind.Relative));
        Assert.Equal(id, Assert.Single((await listed.JsonAsync()).GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString());
        using var card = await _jana.GetAsync(new Uri("/a2a/extendedAgentCard", UriKind.Relative));
        Assert.Contains(_api.Get<LoadedCompany>().Settings.Name, (await card.JsonAsync()).GetProperty("name").GetString(), StringComparison.Ordinal);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using (var live = await _jana.GetAsync(new Uri($"/a2a/tasks/{id}:subscribe", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var lines = new StreamReader(await live.Content.ReadAsStreamAsync(patience.Token));
            Assert.StartsWith("data: {\"task\":{", await lines.ReadLineAsync(patience.Token), StringComparison.Ordinal);
            using var second = await _jana.PostTextAsync($"/a2a/tasks/{id}:subscribe", string.Empty);
            Assert.Equal((HttpStatusCode.TooManyRequests, ("RESOURCE_EXHAUSTED", 429)), (second.StatusCode, Named(await second.JsonAsync())));
            using var cancelled = await _jana.PostTextAsync($"/a2a/tasks/{id}:cancel", "{}");
            Assert.Equal("TASK_STATE_CANCELED", (await cancelled.JsonAsync()).GetProperty("status").GetProperty("state").GetString());
            Assert.Contains("\"statusUpdate\"", await lines.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
        }

        using var reader = await ClientAsync("jana", Permission.Read);
        foreach (var path in new[] { "/a2a/message:send", "/a2a/message:stream", $"/a2a/tasks/{id}:cancel" })
        {
            using var refused = await reader.PostTextAsync(path, Message("m2", "Buy ink"));
            Assert.Equal((HttpStatusCode.Forbidden, ("PERMISSION_DENIED", 403)), (refused.StatusCode, Named(await refused.JsonAsync())));
        }
    }

    [Theory]
    [InlineData("GET", "/a2a/tasks/wf_no", 404, "NOT_FOUND", "TASK_NOT_FOUND")]
    [InlineData("POST", "/a2a/tasks/wf_00000000000000000000000000:cancel", 404, "NOT_FOUND", "TASK_NOT_FOUND")]
    [InlineData("GET", "/a2a/tasks?pageSize=many", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    [InlineData("GET", "/a2a/tasks?includeArtifacts=yes", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    [InlineData("GET", "/a2a/tasks?statusTimestampAfter=yesterday", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    [InlineData("POST", "/a2a/message:send", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    [InlineData("POST", "/a2a/message:stream", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    public async Task A_wrong_request_is_refused_with_the_status_and_the_name_that_the_protocol_has_for_it(string method, string path, int status, string words, string reason)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json") : null };
        using var reply = await _jana.SendAsync(request);
        var error = (await reply.JsonAsync()).GetProperty("error");
        Assert.Equal((status, status, words, reason), ((int)reply.StatusCode, error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString(), error.GetProperty("details")[0].GetProperty("reason").GetString()));
        using var older = await _api.AsAsync("jana");
        using var other = await older.GetAsync(new Uri("/a2a/tasks", UriKind.Relative));
        Assert.Equal("VERSION_NOT_SUPPORTED", (await other.JsonAsync()).GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString());
    }

    private async Task<HttpClient> ClientAsync(string person, params string[] scopes)
    {
        var client = await _api.AsAsync(person, scopes);
        client.DefaultRequestHeaders.Add("A2A-Version", "1.0");
        return client;
    }

    private async Task<JsonElement> ResultAsync(string method, string parameters)
    {
        using var reply = await _jana.PostTextAsync("/a2a", Body(method, parameters));
        return (await reply.JsonAsync()).GetProperty("result");
    }
}
