using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AiManager.ManagerAgent;
using static AiManager.Host.Tests.A2aCalls;

namespace AiManager.Host.Tests;

/// <summary>A2A's calls as they are written, one by one; nothing drives.</summary>
public sealed class A2aApiTests : A2aService
{
    [Fact]
    public async Task Strangers_see_a_card_without_the_company_and_nothing_else()
    {
        using var stranger = Api.Stranger();
        var card = await stranger.GetFromJsonAsync<JsonElement>("/.well-known/agent-card.json");
        Assert.Equal(
            ["JSONRPC 1.0", "HTTP+JSON 1.0"], card.GetProperty("supportedInterfaces").EnumerateArray().Select(i => $"{i.GetProperty("protocolBinding").GetString()} {i.GetProperty("protocolVersion").GetString()}"));
        Assert.All(card.GetProperty("supportedInterfaces").EnumerateArray(), i => Assert.Equal(new Uri(Api.Url, "/a2a").ToString(), i.GetProperty("url").GetString()));
        Assert.DoesNotContain(Api.Get<LoadedCompany>().Settings.Name, card.GetRawText(), StringComparison.Ordinal);
        using var refused = await stranger.PostTextAsync("/a2a", Body("GetTask", """{"id":"wf_no"}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(("UNAUTHENTICATED", -32000), Named(await refused.JsonAsync()));
        var extended = await ResultAsync("GetExtendedAgentCard", "{}");
        Assert.Contains(Api.Get<LoadedCompany>().Settings.Name, extended.GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_may_only_read_begins_says_and_ends_nothing()
    {
        var id = await Api.SubmittedAsync();
        using var reader = await ClientAsync("jana", Permission.Read);
        foreach (var (method, parameters) in new[] { ("SendMessage", Message("m1", "Buy pens")), ("SendStreamingMessage", Message("m1", "Buy pens")), ("CancelTask", $$"""{"id":"{{id}}"}""") })
        {
            using var refused = await reader.PostTextAsync("/a2a", Body(method, parameters));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            var said = await refused.JsonAsync();
            Assert.Equal("7", said.GetProperty("id").GetString());
            Assert.Equal(("PERMISSION_DENIED", -32000), Named(said));
        }

        using var seen = await reader.PostTextAsync("/a2a", Body("GetTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal("TASK_STATE_SUBMITTED", (await seen.JsonAsync()).GetProperty("result").GetProperty("status").GetProperty("state").GetString());
        using var blind = await ClientAsync("jana", Permission.Metrics);
        using var unseen = await blind.PostTextAsync("/a2a", Body("GetTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal((HttpStatusCode.Forbidden, JsonValueKind.Null), (unseen.StatusCode, (await unseen.JsonAsync()).GetProperty("id").ValueKind));
    }

    [Fact]
    public async Task The_same_message_begins_one_task_and_is_said_once()
    {
        var begun = (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task");
        var id = begun.GetProperty("id").GetString()!;
        Assert.Equal(id, begun.GetProperty("contextId").GetString());
        Assert.Equal(id, (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task").GetProperty("id").GetString());
        var reused = (await AnswerAsync("SendMessage", Message("m1", "Buy ink"))).GetProperty("error");
        Assert.Equal(-32602, reused.GetProperty("code").GetInt32());
        Assert.Contains($"came with another goal before, which {id} pursues", reused.GetProperty("message").GetString(), StringComparison.Ordinal);
        using var petra = await ClientAsync("petra");
        Assert.NotEqual(id, (await ResultAsync("SendMessage", Message("m1", "Buy pens"), petra)).GetProperty("task").GetProperty("id").GetString());

        await ResultAsync("SendMessage", Message("m2", "Blue ones", $"\"taskId\":\"{id}\","));
        var said = (await ResultAsync("SendMessage", Message("m2", "Blue ones", $"\"contextId\":\"{id}\","))).GetProperty("task").GetProperty("history");
        Assert.Equal(["Buy pens", "Blue ones"], Words(said));

        // It is the id that says which message it is, whatever came in between and whatever the words are.
        await ResultAsync("SendMessage", Message("m3", "Quickly", $"\"taskId\":\"{id}\","));
        await ResultAsync("SendMessage", Message("m2", "Blue ones", $"\"taskId\":\"{id}\","));
        var all = (await ResultAsync("SendMessage", Message("m4", "Quickly", $"\"taskId\":\"{id}\","))).GetProperty("task").GetProperty("history");
        Assert.Equal(["Buy pens", "Blue ones", "Quickly", "Quickly"], Words(all));
        await ResultAsync("CancelTask", $$"""{"id":"{{id}}"}""");
        var over = await ResultAsync("SendMessage", Message("m2", "Blue ones", $"\"taskId\":\"{id}\","));
        Assert.Equal("TASK_STATE_CANCELED", over.GetProperty("task").GetProperty("status").GetProperty("state").GetString());
        using var other = await Jana.PostTextAsync("/a2a", Body("SendMessage", Message("m2", "Red ones", $"\"taskId\":\"{id}\",")));
        Assert.Equal(-32602, (await other.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task What_the_release_before_began_is_not_begun_again_when_its_message_comes_once_more()
    {
        var request = new SubmitRequest("Buy pens", "jana", "bundle") { IdempotencyKey = $"a2a/m1/{SecondTries.Fingerprint("Buy pens", string.Empty, string.Empty)}" };
        var begun = Assert.IsType<SubmitResult.Created>(await Api.Get<WorkflowDesk>().SubmitAsync(request, CancellationToken.None)).Workflow;
        Assert.Equal(begun.ToString(), (await ResultAsync("SendMessage", Message("m1", "Buy pens"))).GetProperty("task").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Data_of_a_first_message_becomes_the_goals_inputs()
    {
        var id = (await ResultAsync("SendMessage", $$$"""{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"Buy pens"},{"data":{"colour":"blue"}}]},{{{At}}}}"""))
            .GetProperty("task").GetProperty("id").GetString()!;
        Assert.True(PrefixedId.TryRead<WorkflowId>(id, out var workflow));
        Assert.Equal("""{"colour":"blue"}""", (await Api.Get<WorkflowDesk>().FindAsync(workflow, CancellationToken.None))!.State.Submitted!.Inputs.Text);
    }

    [Fact]
    public async Task What_waits_for_people_says_who_must_act_and_a_question_is_answered_by_whose_role_it_is()
    {
        var id = await Api.SubmittedAsync();
        await Api.AskedAsync(id);
        var question = PrefixedId.Derive<EscalationId>(id.Value, "question");
        await Api.AppendAsync(id, new Escalated(question, EscalationKind.Finding, null, null, "Two offers are equal.", ["noted"], "lead", null));
        using var reply = await Jana.PostTextAsync("/a2a", Body("SendMessage", $$$"""{"message":{"messageId":"a","role":"ROLE_USER","taskId":"{{{id}}}","parts":[{"data":{"escalation":"{{{question}}}","answer":"noted"}}]},{{{At}}}}"""));
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

        Assert.Equal(Actor.Person("petra"), (await Api.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!.Escalations[question].By);
    }

    [Fact]
    public async Task Lists_come_by_when_tasks_changed_in_pages_by_state_and_time_and_show_what_is_asked_for()
    {
        var (first, paused, last) = (await Api.SubmittedAsync("Buy pens"), await Api.SubmittedAsync("Buy paper"), await Api.SubmittedAsync("Buy ink"));
        await Api.Get<WorkflowDesk>().PauseAsync(paused, "Lunch", "jana", CancellationToken.None);
        await Api.Get<WorkflowDesk>().MessageAsync(first, "Blue ones", "jana", CancellationToken.None);
        var (ids, token) = (new List<string>(), string.Empty);
        do
        {
            var page = await ResultAsync("ListTasks", $$"""{"pageSize":1,"pageToken":"{{token}}"}""");
            Assert.Equal(3, page.GetProperty("totalSize").GetInt32());
            ids.AddRange(Ids(page));
            token = page.GetProperty("nextPageToken").GetString()!;
        }
        while (token.Length > 0);
        Assert.Equal([first.ToString(), paused.ToString(), last.ToString()], ids);

        var waiting = await ResultAsync("ListTasks", """{"status":"TASK_STATE_INPUT_REQUIRED"}""");
        Assert.Equal((paused.ToString(), 1), (Assert.Single(Ids(waiting)), waiting.GetProperty("totalSize").GetInt32()));
        var since = (await ResultAsync("GetTask", $$"""{"id":"{{paused}}"}""")).GetProperty("status").GetProperty("timestamp").GetString();
        var late = await ResultAsync("ListTasks", $$"""{"statusTimestampAfter":"{{since}}"}""");
        Assert.Equal([first.ToString(), paused.ToString()], Ids(late));
        Assert.Equal(2, late.GetProperty("totalSize").GetInt32());
        Assert.Empty(Ids(await ResultAsync("ListTasks", $$"""{"contextId":"{{last}}","statusTimestampAfter":"{{since}}"}""")));

        foreach (var scope in (string[])["", $"\"contextId\":\"{first}\","])
        {
            var bare = (await ResultAsync("ListTasks", $$"""{{{scope}}"pageSize":1}""")).GetProperty("tasks")[0];
            Assert.False(bare.TryGetProperty("artifacts", out _) || bare.TryGetProperty("history", out _));
            var full = (await ResultAsync("ListTasks", $$"""{{{scope}}"pageSize":1,"includeArtifacts":true,"historyLength":1}""")).GetProperty("tasks")[0];
            Assert.Equal((JsonValueKind.Array, "Blue ones"), (full.GetProperty("artifacts").ValueKind, Assert.Single(Words(full.GetProperty("history")))));
        }
    }

    [Theory]
    [InlineData("not json", -32700)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"GetTask"}]""", -32600)]
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
        using var reply = await Jana.PostTextAsync("/a2a", body);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var error = (await reply.JsonAsync()).GetProperty("error");
        Assert.True(code == error.GetProperty("code").GetInt32(), error.GetRawText());
        Assert.NotEqual(string.Empty, error.GetProperty("data")[0].GetProperty("reason").GetString());
        Assert.Empty((await Api.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_call_of_another_revision_is_told_which_one_is_spoken()
    {
        using var older = await Api.AsAsync("jana");
        using var reply = await older.PostTextAsync("/a2a", Body("ListTasks", "{}"));
        Assert.Equal(-32009, (await reply.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_stream_brings_what_changes_until_the_task_is_over_and_one_person_keeps_so_many()
    {
        var id = await Api.SubmittedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a2a") { Content = new StringContent(Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""), Encoding.UTF8, "application/json") };
        using (var reply = await Jana.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(patience.Token));
            Assert.Equal("TASK_STATE_SUBMITTED", (await NextAsync(lines, patience.Token))!.Value.GetProperty("task").GetProperty("status").GetProperty("state").GetString());
            using var second = await Jana.PostTextAsync("/a2a", Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""));
            Assert.Equal((HttpStatusCode.TooManyRequests, "RESOURCE_EXHAUSTED"), (second.StatusCode, Named(await second.JsonAsync()).Name));
            Assert.Equal(TimeSpan.FromSeconds(10), second.Headers.RetryAfter!.Delta);

            await Api.Get<WorkflowDesk>().CancelAsync(id, "Enough", "jana", patience.Token);
            var last = default(JsonElement);
            while (await NextAsync(lines, patience.Token) is { } next)
            {
                last = next;
            }

            Assert.Equal("TASK_STATE_CANCELED", last.GetProperty("statusUpdate").GetProperty("status").GetProperty("state").GetString());
        }

        using var over = await Jana.PostTextAsync("/a2a", Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal(-32004, (await over.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
        using var again = await Jana.PostTextAsync("/a2a", Body("CancelTask", $$"""{"id":"{{id}}"}"""));
        Assert.Equal(-32002, (await again.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_message_whose_sender_waits_is_answered_when_the_task_rests()
    {
        var call = Jana.PostTextAsync("/a2a", Body("SendMessage", Message("m1", "Buy pens").Replace(At, "\"configuration\":{}", StringComparison.Ordinal)));
        WorkflowRow? row = null;
        while (row is null)
        {
            row = (await Api.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items.FirstOrDefault();
        }

        Assert.False(call.IsCompleted);
        await Api.Get<WorkflowDesk>().PauseAsync(row.Workflow, "Lunch", "jana", CancellationToken.None);
        using var reply = await call;
        Assert.Equal("TASK_STATE_INPUT_REQUIRED", (await reply.JsonAsync()).GetProperty("result").GetProperty("task").GetProperty("status").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Whoever_waits_for_a_task_and_whose_key_is_revoked_meanwhile_gets_nothing_of_it()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var call = Jana.PostTextAsync("/a2a", Body("SendMessage", Message("m2", "Buy ink").Replace(At, "\"configuration\":{}", StringComparison.Ordinal)));
        while ((await Api.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), patience.Token)).Items.IsEmpty)
        {
        }

        foreach (var key in Api.Get<KeyDesk>().All.Where(k => k.Created.Person == "jana"))
        {
            await Api.Get<KeyDesk>().RevokeAsync(key.Created.Key, Actor.System, null, patience.Token);
        }

        using var reply = await call.WaitAsync(patience.Token);
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), (reply.StatusCode, Named(await reply.JsonAsync()).Name));
    }

    [Fact]
    public async Task A_list_that_reads_whole_tasks_takes_a_seat_and_one_of_rows_alone_does_not()
    {
        var id = await Api.SubmittedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a2a") { Content = new StringContent(Body("SubscribeToTask", $$"""{"id":"{{id}}"}"""), Encoding.UTF8, "application/json") };
        using var open = await Jana.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var whole = await Jana.PostTextAsync("/a2a", Body("ListTasks", """{"includeArtifacts":true}"""));
        Assert.Equal(HttpStatusCode.TooManyRequests, whole.StatusCode);
        Assert.Single(Ids(await ResultAsync("ListTasks", "{}")));
    }

    [Fact]
    public void A_name_that_no_address_can_have_is_refused_and_no_fault_of_the_service()
    {
        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("http", new Microsoft.AspNetCore.Http.HostString("localhost:99999"));
        Assert.Throws<Microsoft.AspNetCore.Http.BadHttpRequestException>(() => A2aEndpoints.Here(request));
    }

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
}
