using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>A2A's calls as they are written, one by one; nothing drives.</summary>
public sealed class A2aApiTests : IAsyncLifetime
{
    private const string At = "\"configuration\":{\"returnImmediately\":true}";
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
    public async Task Strangers_see_a_card_without_the_company_and_nothing_else()
    {
        using var stranger = _api.Stranger();
        var card = await stranger.GetFromJsonAsync<JsonElement>("/.well-known/agent-card.json");
        Assert.Equal(
            ["JSONRPC 1.0", "HTTP+JSON 1.0"], card.GetProperty("supportedInterfaces").EnumerateArray().Select(i => $"{i.GetProperty("protocolBinding").GetString()} {i.GetProperty("protocolVersion").GetString()}"));
        Assert.All(card.GetProperty("supportedInterfaces").EnumerateArray(), i => Assert.Equal(new Uri(_api.Url, "/a2a").ToString(), i.GetProperty("url").GetString()));
        Assert.DoesNotContain(_api.Get<LoadedCompany>().Settings.Name, card.GetRawText(), StringComparison.Ordinal);
        using var refused = await stranger.PostTextAsync("/a2a", Body("GetTask", """{"id":"wf_no"}"""));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        var extended = await ResultAsync("GetExtendedAgentCard", "{}");
        Assert.Contains(_api.Get<LoadedCompany>().Settings.Name, extended.GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_may_only_read_begins_says_and_ends_nothing()
    {
        var id = await _api.SubmittedAsync();
        using var reader = await ClientAsync("jana", Permission.Read);
        foreach (var (method, parameters) in new[] { ("SendMessage", Message("m1", "Buy pens")), ("SendStreamingMessage", Message("m1", "Buy pens")), ("CancelTask", $$"""{"id":"{{id}}"}""") })
        {
            using var refused = await reader.PostTextAsync("/a2a", Body(method, parameters));
            await refused.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        }

        using var seen = await reader.PostTextAsync("/a2a", Body("GetTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal("TASK_STATE_SUBMITTED", (await seen.JsonAsync()).GetProperty("result").GetProperty("status").GetProperty("state").GetString());
        using var blind = await ClientAsync("jana", Permission.Metrics);
        using var unseen = await blind.PostTextAsync("/a2a", Body("GetTask", $$"""{"id":"{{id}}"}"""));
        await unseen.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task The_same_message_begins_one_task_and_is_said_once()
    {
        var begun = (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task");
        var id = begun.GetProperty("id").GetString()!;
        Assert.Equal(id, begun.GetProperty("contextId").GetString());
        Assert.Equal(id, (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task").GetProperty("id").GetString());
        Assert.NotEqual(id, (await ResultAsync("SendMessage", Message("m1", "Buy ink"))).GetProperty("task").GetProperty("id").GetString());
        using var petra = await ClientAsync("petra");
        Assert.NotEqual(id, (await ResultAsync("SendMessage", Message("m1", "Buy pens"), petra)).GetProperty("task").GetProperty("id").GetString());

        await ResultAsync("SendMessage", Message("m2", "Blue ones", $"\"taskId\":\"{id}\","));
        var said = (await ResultAsync("SendMessage", Message("m2", "Blue ones", $"\"contextId\":\"{id}\","))).GetProperty("task").GetProperty("history");
        Assert.Equal(["Buy pens", "Blue ones"], said.EnumerateArray().Select(m => m.GetProperty("parts")[0].GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Data_of_a_first_message_becomes_the_goals_inputs()
    {
        var id = (await ResultAsync("SendMessage", $$$"""{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"Buy pens"},{"data":{"colour":"blue"}}]},{{{At}}}}"""))
            .GetProperty("task").GetProperty("id").GetString()!;
        Assert.True(PrefixedId.TryRead<WorkflowId>(id, out var workflow));
        Assert.Equal("""{"colour":"blue"}""", (await _api.Get<WorkflowDesk>().FindAsync(workflow, CancellationToken.None))!.State.Submitted!.Inputs.Text);
    }

    [Fact]
    public async Task What_waits_for_people_says_who_must_act_and_a_question_is_answered_by_whose_role_it_is()
    {
        var id = await _api.SubmittedAsync();
        await _api.AskedAsync(id);
        var question = PrefixedId.Derive<EscalationId>(id.Value, "question");
        await _api.AppendAsync(id, new Escalated(question, EscalationKind.Finding, null, null, "Two offers are equal.", ["noted"], "lead", null));
        using var reply = await _jana.PostTextAsync("/a2a", Body("SendMessage", $$$"""{"message":{"messageId":"a","role":"ROLE_USER","taskId":"{{{id}}}","parts":[{"data":{"escalation":"{{{question}}}","answer":"noted"}}]},{{{At}}}}"""));
        Assert.Equal(-32004, (await reply.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());

        var status = (await ResultAsync("GetTask", $$"""{"id":"{{id}}"}""")).GetProperty("status");
        var words = status.GetProperty("message").GetProperty("parts")[0].GetProperty("text").GetString()!;
        Assert.Contains("erp.order: It is large. To be decided by somebody with the role lead or cfo; whoever asked for the goal cannot.", words, StringComparison.Ordinal);
        Assert.Equal("approval", status.GetProperty("message").GetProperty("parts")[1].GetProperty("data").GetProperty("waitingFor")[0].GetProperty("kind").GetString());

        using var petra = await ClientAsync("petra");
        for (var i = 0; i < 2; i++)
        {
            await ResultAsync("SendMessage", $$$"""{"message":{"messageId":"a","role":"ROLE_USER","taskId":"{{{id}}}","parts":[{"text":"Seen."},{"data":{"escalation":"{{{question}}}","answer":"noted"}}]},{{{At}}}}""", petra);
        }

        Assert.Equal(Actor.Person("petra"), (await _api.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!.Escalations[question].By);
    }

    [Fact]
    public async Task Lists_come_in_pages_by_state_and_count_what_they_show()
    {
        var (paused, other) = (await _api.SubmittedAsync("Buy pens"), await _api.SubmittedAsync("Buy paper"));
        await _api.Get<WorkflowDesk>().PauseAsync(paused, "Lunch", "jana", CancellationToken.None);
        var first = await ResultAsync("ListTasks", """{"pageSize":1}""");
        Assert.Equal(2, first.GetProperty("totalSize").GetInt32());
        var second = await ResultAsync("ListTasks", $$"""{"pageSize":1,"pageToken":"{{first.GetProperty("nextPageToken").GetString()}}"}""");
        Assert.Equal([paused.ToString(), other.ToString()], new[] { first, second }.Select(p => Assert.Single(p.GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(string.Empty, second.GetProperty("nextPageToken").GetString());

        // Two statuses make this state: the first has none, and the token goes on to the second.
        var waiting = await ResultAsync("ListTasks", """{"status":"TASK_STATE_INPUT_REQUIRED"}""");
        Assert.Equal((0, 1), (waiting.GetProperty("tasks").GetArrayLength(), waiting.GetProperty("totalSize").GetInt32()));
        var rest = await ResultAsync("ListTasks", $$"""{"status":"TASK_STATE_INPUT_REQUIRED","includeArtifacts":true,"pageToken":"{{waiting.GetProperty("nextPageToken").GetString()}}"}""");
        Assert.Equal(paused.ToString(), Assert.Single(rest.GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(other.ToString(), Assert.Single((await ResultAsync("ListTasks", $$"""{"contextId":"{{other}}"}""")).GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("not json", -32700)]
    [InlineData("""{"id":1,"method":"GetTask"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"GetTask"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":[]}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"message/send","params":{}}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"wf_00000000000000000000000000"}}""", -32001)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SubscribeToTask","params":{"id":"wf_00000000000000000000000000"}}""", -32001)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"CancelTask","params":{"id":"wf_00000000000000000000000000"}}""", -32001)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"CreateTaskPushNotificationConfig","params":{}}""", -32003)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ListTasks","params":{"status":"working"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ListTasks","params":{"pageToken":"7.x"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ListTasks","params":{"pageSize":0}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_AGENT","parts":[{"text":"x"}]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"role":"ROLE_USER","parts":[{"text":"x"}]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","contextId":"mine","parts":[{"text":"x"}]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","metadata":{"playbook":"none such"},"parts":[{"text":"x"}]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"raw":"AAAA"}]}}}""", -32005)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"data":7}]}}}""", -32005)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"x"}]},"configuration":{"taskPushNotificationConfig":{"url":"http://x"}}}}""", -32003)]
    public async Task A_wrong_call_gets_the_protocols_own_error(string body, int code)
    {
        using var reply = await _jana.PostTextAsync("/a2a", body);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var error = (await reply.JsonAsync()).GetProperty("error");
        Assert.True(code == error.GetProperty("code").GetInt32(), error.GetRawText());
        Assert.NotEqual(string.Empty, error.GetProperty("data")[0].GetProperty("reason").GetString());
        Assert.Empty((await _api.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_call_of_another_revision_is_told_which_one_is_spoken()
    {
        using var older = await _api.AsAsync("jana");
        using var reply = await older.PostTextAsync("/a2a", Body("ListTasks", "{}"));
        Assert.Equal(-32009, (await reply.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_stream_brings_what_changes_until_the_task_is_over_and_one_person_keeps_so_many()
    {
        var id = await _api.SubmittedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a2a") { Content = new StringContent(Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""), Encoding.UTF8, "application/json") };
        using (var reply = await _jana.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(patience.Token));
            Assert.Equal("TASK_STATE_SUBMITTED", (await NextAsync(lines, patience.Token))!.Value.GetProperty("task").GetProperty("status").GetProperty("state").GetString());
            using var second = await _jana.PostTextAsync("/a2a", Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""));
            await second.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
            Assert.Equal(TimeSpan.FromSeconds(10), second.Headers.RetryAfter!.Delta);

            await _api.Get<WorkflowDesk>().CancelAsync(id, "Enough", "jana", patience.Token);
            var last = default(JsonElement);
            while (await NextAsync(lines, patience.Token) is { } next)
            {
                last = next;
            }

            Assert.Equal("TASK_STATE_CANCELED", last.GetProperty("statusUpdate").GetProperty("status").GetProperty("state").GetString());
        }

        using var over = await _jana.PostTextAsync("/a2a", Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal(-32004, (await over.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
        using var again = await _jana.PostTextAsync("/a2a", Body("CancelTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal(-32002, (await again.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_message_whose_sender_waits_is_answered_when_the_task_rests()
    {
        var call = _jana.PostTextAsync("/a2a", Body("SendMessage", Message("m1", "Buy pens").Replace(At, "\"configuration\":{}", StringComparison.Ordinal)));
        WorkflowRow? row = null;
        while (row is null)
        {
            row = (await _api.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items.FirstOrDefault();
        }

        Assert.False(call.IsCompleted);
        await _api.Get<WorkflowDesk>().PauseAsync(row.Workflow, "Lunch", "jana", CancellationToken.None);
        using var reply = await call;
        Assert.Equal("TASK_STATE_INPUT_REQUIRED", (await reply.JsonAsync()).GetProperty("result").GetProperty("task").GetProperty("status").GetProperty("state").GetString());
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
        Assert.Equal((id, 0), (task.GetProperty("id").GetString(), task.GetProperty("history").GetArrayLength()));
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
            await second.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
            using var cancelled = await _jana.PostTextAsync($"/a2a/tasks/{id}:cancel", "{}");
            Assert.Equal("TASK_STATE_CANCELED", (await cancelled.JsonAsync()).GetProperty("status").GetProperty("state").GetString());
            Assert.Contains("\"statusUpdate\"", await lines.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
        }

        using var reader = await ClientAsync("jana", Permission.Read);
        foreach (var path in new[] { "/a2a/message:send", "/a2a/message:stream", $"/a2a/tasks/{id}:cancel" })
        {
            using var refused = await reader.PostTextAsync(path, Message("m2", "Buy ink"));
            await refused.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        }
    }

    [Theory]
    [InlineData("GET", "/a2a/tasks/wf_no", 404, "NOT_FOUND", "TASK_NOT_FOUND")]
    [InlineData("POST", "/a2a/tasks/wf_00000000000000000000000000:cancel", 404, "NOT_FOUND", "TASK_NOT_FOUND")]
    [InlineData("GET", "/a2a/tasks?pageSize=many", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    [InlineData("GET", "/a2a/tasks?includeArtifacts=yes", 400, "INVALID_ARGUMENT", "INVALID_PARAMS")]
    [InlineData("GET", "/a2a/tasks?statusTimestampAfter=2026-01-01T00:00:00Z", 400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION")]
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

    private static string Body(string method, string parameters) => $$"""{"jsonrpc":"2.0","id":"7","method":"{{method}}","params":{{parameters}}}""";

    private static string Message(string id, string words, string about = "") =>
        $$$"""{"message":{"messageId":"{{{id}}}",{{{about}}}"role":"ROLE_USER","parts":[{"text":"{{{words}}}"}]},{{{At}}}}""";

    private static async Task<JsonElement?> NextAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize<JsonElement>(line[6..]).GetProperty("result");
            }
        }

        return null;
    }

    private async Task<HttpClient> ClientAsync(string person, params string[] scopes)
    {
        var client = await _api.AsAsync(person, scopes);
        client.DefaultRequestHeaders.Add("A2A-Version", "1.0");
        return client;
    }

    private async Task<JsonElement> ResultAsync(string method, string parameters, HttpClient? client = null)
    {
        using var reply = await (client ?? _jana).PostTextAsync("/a2a", Body(method, parameters));
        var answer = await reply.JsonAsync();
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.GetRawText());
    }
}
