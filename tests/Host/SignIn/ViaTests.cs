using System.Net;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>How somebody speaks, and what that lets them do: a terminal proves nothing of who sits at it, and who stands in for somebody else is told from that person for good.</summary>
public sealed class ViaTests
{
    private const string Stands = "allowLocalStandIn: true\n";

    [Theory]
    [InlineData("", false)]
    [InlineData(Stands, true)]
    public async Task A_terminal_answers_and_hands_in_for_others_only_where_the_company_lets_it(string settings, bool isTaken)
    {
        await using var api = await ApiUnderTest.StartAsync(settings);
        var workflow = await api.SubmittedAsync();
        var question = await AskedAsync(api, workflow);
        var task = await TaskApiTests.AssignedAsync(api, workflow);
        using var terminal = api.Terminal("petra");
        terminal.DefaultRequestHeaders.Add("A2A-Version", "1.0");

        using var handed = await terminal.PostTextAsync($"/api/tasks/{task}/deliverable", """{"pens":3}""");
        using var spoken = await terminal.PostTextAsync("/a2a", A2aCalls.Body("SendMessage", $$$"""{"message":{"messageId":"m1","taskId":"{{{workflow}}}","role":"ROLE_USER","parts":[{"data":{"escalation":"{{{question}}}","answer":"noted"}}]},{{{A2aCalls.At}}}}"""));
        using var answered = await terminal.PostTextAsync($"/api/escalations/{question}", """{"answer":"noted"}""");

        var state = (await api.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!;
        Assert.Equal(isTaken, (await spoken.JsonAsync()).TryGetProperty("result", out _));
        Assert.Equal(isTaken, state.Escalations[question].Choice is not null);
        Assert.Equal(isTaken, state.Task(task)!.Status != WorkTaskStatus.WaitingPerson);
        if (isTaken)
        {
            Assert.Equal(HttpStatusCode.OK, handed.StatusCode);
            Assert.Equal([Caller.LocalTerminal], (await EventsAsync<EscalationAnswered>(api, workflow.ToString())).Select(e => e.Via));
            return;
        }

        Assert.Equal(ChangeBody.NoTerminal, await handed.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"));
        Assert.Equal(ChangeBody.NoTerminal, await answered.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"));
    }

    [Fact]
    public async Task What_somebody_does_in_anothers_place_says_so_in_the_journal()
    {
        await using var api = await ApiUnderTest.StartAsync(Stands, OutsideTool.Files);
        await api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        var workflow = await api.SubmittedAsync();
        var question = await AskedAsync(api, workflow);
        var key = await api.Get<KeyDesk>().CreateAsync("jana", [], null, Actor.System, CancellationToken.None);
        var digest = api.Get<Catalog>().Records.Single(r => r.Name == "files.read").Digest;
        using var owner = await Visitor.OfAsync(api, "petra");

        await owner.SendAsync("/", "/sign-in/as", ("person", "petra"));
        await owner.SendAsync("/inbox", $"/inbox/escalations/{question}", ("answer", "noted"));
        await owner.SendAsync("/", "/sign-in/as", ("person", "jana"));
        await owner.SendAsync("/tools", "/suspensions", ("kind", "all"), ("name", "*"), ("reason", "Odd"), ("do", "suspend"));
        await owner.SendAsync("/tools", "/suspensions", ("kind", "all"), ("name", "*"), ("do", "lift"));
        await owner.SendAsync("/tools", "/tools/classify", ("name", "files.read"), ("effect", "observe"), ("digest", digest));
        await owner.SendAsync("/keys", $"/keys/{key.Id}/revoke");

        Assert.Equal([Caller.Console], (await EventsAsync<EscalationAnswered>(api, workflow.ToString())).Select(e => e.Via));
        Assert.Equal([Caller.LocalConsole], (await EventsAsync<Suspended>(api, CompanyState.Stream)).Select(e => e.Via));
        Assert.Equal([Caller.LocalConsole], (await EventsAsync<SuspensionLifted>(api, CompanyState.Stream)).Select(e => e.Via));
        Assert.Equal([Caller.LocalConsole], (await EventsAsync<ToolClassified>(api, CompanyState.Stream)).Select(e => e.Via));
        Assert.Equal([Caller.LocalConsole], (await EventsAsync<KeyRevoked>(api, CompanyState.Stream)).Select(e => e.Via));
    }

    [Fact]
    public async Task What_is_voided_with_a_grant_says_how_whoever_took_it_back_spoke()
    {
        await using var api = await ApiUnderTest.StartAsync(Stands);
        using var petra = await Visitor.OfAsync(api, "petra");
        using var program = await api.AsAsync("jana");
        await petra.SendAsync("/", "/sign-in/as", ("person", "jana"));
        foreach (var (page, via) in new[] { (false, Caller.Api), (true, Caller.LocalConsole) })
        {
            var workflow = await api.SubmittedAsync();
            var task = await TaskApiTests.AssignedAsync(api, workflow);
            await WaitsAsync(api, workflow, task);
            if (page)
            {
                await petra.SendAsync("/", $"/workflows/{workflow}", ("do", "revoke"), ("task", task.ToString()), ("words", "Too much."));
            }
            else
            {
                using var reply = await program.PostTextAsync($"/api/workflows/{workflow}/tasks/{task}/revoke", """{"reason":"Too much."}""");
                Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            }

            using var gone = await program.PostTextAsync($"/api/workflows/{workflow}/tasks/{TaskId.Prefix}{new string('0', 26)}/revoke", "{}");
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
            Assert.Equal([("jana", via)], (await EventsAsync<ApprovalDecided>(api, workflow.ToString())).Select(d => (d.By, d.Via)));
        }
    }

    [Theory]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData(Stands, HttpStatusCode.NotFound)]
    public async Task A_terminal_sends_no_forms_where_it_may_not_stand_in(string settings, HttpStatusCode status)
    {
        await using var api = await ApiUnderTest.StartAsync(settings);
        using var terminal = api.Terminal("petra");
        using var form = new FormUrlEncodedContent([new("decision", "approve")]);
        using var reply = await terminal.PostAsync(new Uri($"/inbox/approvals/{ApprovalId.Prefix}{new string('0', 26)}", UriKind.Relative), form);
        Assert.Equal(status, reply.StatusCode);
    }

    private static async Task<EscalationId> AskedAsync(ApiUnderTest api, WorkflowId workflow)
    {
        var id = PrefixedId.Derive<EscalationId>(workflow.Value, "finding");
        await api.AppendAsync(workflow, new Escalated(id, EscalationKind.Finding, null, null, "A note asks for gifts.", ["noted"], "lead", null));
        return id;
    }

    private static async Task WaitsAsync(ApiUnderTest api, WorkflowId workflow, TaskId task)
    {
        var (call, approval) = (PrefixedId.Derive<CallId>(workflow.Value, "call"), PrefixedId.Derive<ApprovalId>(workflow.Value, "approval"));
        await api.AppendAsync(
            workflow,
            new CallProposed(call, task, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                approval, call, task, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["large"], [], "It is large.",
                [new Seat("lead", 1)], ["jana"], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    private static async Task<IEnumerable<T>> EventsAsync<T>(ApiUnderTest api, string stream)
        where T : WorkflowEvent =>
        (await api.Get<IWorkflowJournal>().ReadAsync(stream, 0, 500, CancellationToken.None)).Where(e => e.Type == typeof(T).Name).Select(e => EventCodec.Decode(e).Event).OfType<T>();
}
