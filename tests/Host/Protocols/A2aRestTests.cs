using System.Net;
using System.Text;
using static AiManager.Host.Tests.A2aCalls;

namespace AiManager.Host.Tests;

/// <summary>A2A's routes of HTTP+JSON, its card, and what the service itself refuses there.</summary>
public sealed class A2aRestTests : A2aService
{
    [Fact]
    public async Task A_card_that_is_known_need_not_be_fetched_again()
    {
        using var stranger = Api.Stranger();
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
        using var begun = await Jana.PostTextAsync("/a2a/message:send", Message("m1", "Buy pens"), "application/a2a+json");
        Assert.Equal("application/a2a+json", begun.Content.Headers.ContentType!.MediaType);
        Jana.DefaultRequestHeaders.Accept.ParseAdd("application/a2a+json");
        using var missing = await Jana.GetAsync(new Uri("/a2a/tasks/wf_no", UriKind.Relative));
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
        using var reply = await Jana.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Equal("PUSH_NOTIFICATION_NOT_SUPPORTED", (await reply.JsonAsync()).GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("/a2a", "text/plain", HttpStatusCode.UnsupportedMediaType, "INVALID_ARGUMENT")]
    [InlineData("/a2a/message:send", "text/plain", HttpStatusCode.UnsupportedMediaType, "INVALID_ARGUMENT")]
    [InlineData("/a2a/nowhere", "application/json", HttpStatusCode.NotFound, "NOT_FOUND")]
    public async Task What_the_service_itself_refuses_has_the_shape_of_the_binding(string path, string type, HttpStatusCode status, string name)
    {
        using var reply = await Jana.PostTextAsync(path, Body("GetTask", "{}"), type);
        Assert.Equal(status, reply.StatusCode);
        Assert.Equal(name, Named(await reply.JsonAsync()).Name);
        using var large = await Jana.PostTextAsync(path, new string(' ', JsonBody.MostBytes + 1));
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
        using var stranger = Api.Stranger();
        using var reply = await stranger.SendAsync(request);
        Assert.Equal($"{scheme}://{host}/a2a", (await reply.JsonAsync()).GetProperty("supportedInterfaces")[1].GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("/a2a")]
    [InlineData("/a2a/message:send")]
    public async Task Whoever_asks_for_it_by_another_sites_name_is_told_so_in_the_shape_of_the_binding(string path)
    {
        Jana.DefaultRequestHeaders.Host = "evil.example";
        using var reply = await Jana.PostTextAsync(path, Body("GetTask", "{}"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, reply.StatusCode);
        Assert.Equal("INVALID_ARGUMENT", Named(await reply.JsonAsync()).Name);
    }

    [Fact]
    public async Task A_messages_id_is_for_one_goal_here_too()
    {
        using var begun = await Jana.PostTextAsync("/a2a/message:send", Message("m1", "Buy pens"));
        using var other = await Jana.PostTextAsync("/a2a/message:send", Message("m1", "Buy ink"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (begun.StatusCode, other.StatusCode));
        Assert.Equal(("INVALID_PARAMS", 400), Named(await other.JsonAsync()));
        Assert.Single((await Api.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items);
    }

    [Fact]
    public async Task The_other_binding_does_the_same_by_routes_of_its_own()
    {
        using var begun = await Jana.PostTextAsync("/a2a/message:send", Message("m1", "Buy pens"));
        var id = (await begun.JsonAsync()).GetProperty("task").GetProperty("id").GetString();
        Assert.Equal(id, (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task").GetProperty("id").GetString());
        using var seen = await Jana.GetAsync(new Uri($"/a2a/tasks/{id}?historyLength=0", UriKind.Relative));
        var task = await seen.JsonAsync();
        Assert.Equal((id, false), (task.GetProperty("id").GetString(), task.TryGetProperty("history", out _)));
        using var listed = await Jana.GetAsync(new Uri("/a2a/tasks?status=TASK_STATE_SUBMITTED&pageSize=5&includeArtifacts=true", UriKind.Relative));
        Assert.Equal(id, Assert.Single((await listed.JsonAsync()).GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString());
        using var card = await Jana.GetAsync(new Uri("/a2a/extendedAgentCard", UriKind.Relative));
        Assert.Contains(Api.Get<LoadedCompany>().Settings.Name, (await card.JsonAsync()).GetProperty("name").GetString(), StringComparison.Ordinal);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using (var live = await Jana.GetAsync(new Uri($"/a2a/tasks/{id}:subscribe", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var lines = new StreamReader(await live.Content.ReadAsStreamAsync(patience.Token));
            Assert.StartsWith("data: {\"task\":{", await lines.ReadLineAsync(patience.Token), StringComparison.Ordinal);
            using var second = await Jana.PostTextAsync($"/a2a/tasks/{id}:subscribe", string.Empty);
            Assert.Equal((HttpStatusCode.TooManyRequests, ("RESOURCE_EXHAUSTED", 429)), (second.StatusCode, Named(await second.JsonAsync())));
            using var cancelled = await Jana.PostTextAsync($"/a2a/tasks/{id}:cancel", "{}");
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
        using var reply = await Jana.SendAsync(request);
        var error = (await reply.JsonAsync()).GetProperty("error");
        Assert.Equal((status, status, words, reason), ((int)reply.StatusCode, error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString(), error.GetProperty("details")[0].GetProperty("reason").GetString()));
        using var older = await Api.AsAsync("jana");
        using var other = await older.GetAsync(new Uri("/a2a/tasks", UriKind.Relative));
        Assert.Equal("VERSION_NOT_SUPPORTED", (await other.JsonAsync()).GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString());
    }
}
