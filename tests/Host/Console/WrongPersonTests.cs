using System.Net;
using System.Text;

namespace AiManager.Host.Tests;

/// <summary>What belongs to one person or one role, asked for by every other by its real id, through every door that there is: nothing comes of it.</summary>
public sealed class WrongPersonTests : IAsyncLifetime
{
    private const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator] }
          - { id: petra, name: Petra, roles: [lead] }
          - { id: helena, name: Helena, roles: [cfo] }
          - { id: karel, name: Karel, roles: [compliance] }
          - { id: viktor, name: Viktor, roles: [viewer] }
          - { id: ada, name: Ada, roles: [admin] }
        """;

    private static readonly string[] Everybody = ["jana", "petra", "helena", "karel", "viktor", "ada"];

    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;
    private ApprovalId _approval;
    private EscalationId _question;
    private TaskId _task;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n", [("people.yaml", People), .. OutsideTool.Files]);
        await _api.Get<CompanyAtWork>().Get<AiManager.Tools.SourceKeeper>().AskAllAsync(CancellationToken.None);
        _workflow = await _api.SubmittedAsync();
        _approval = await _api.AskedAsync(_workflow);
        _question = PrefixedId.Derive<EscalationId>(_workflow.Value, "question");
        _task = PrefixedId.Derive<TaskId>(_workflow.Value, "task");
        var work = new WorkTask(
            _task, "count", "Count them", "Count the pens.", [], "counting", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
        await _api.AppendAsync(
            _workflow,
            new ContractAgreed(new Contract("Pens.", [], [], null, null), null, null, "test"),
            new PlanAdopted(new Plan(1, [work])),
            new TaskAssigned(_task, new Executor(Actor.Person("petra")), null, null, "It fits."),
            new Escalated(_question, EscalationKind.Finding, null, null, "Is it sound?", ["noted"], "cfo", null));
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task By_key_and_by_browser_nobody_does_what_is_anothers()
    {
        var tool = _api.Get<AiManager.Tools.Catalog>().Records.First(r => r.Name.StartsWith("files.", StringComparison.Ordinal));
        (string Path, string Body, string[] May)[] calls =
        [
            ($"/api/approvals/{_approval}", """{"decision":"approve"}""", ["petra", "helena"]),
            ($"/api/approvals/{_approval}", """{"decision":"reject"}""", ["petra", "helena"]),
            ($"/api/approvals/{_approval}", """{"decision":"edit","arguments":{"supplier":"evil"}}""", ["petra", "helena"]),
            ("/api/approvals/batch", $$"""{"ids":["{{_approval}}"],"decision":"approve"}""", ["petra", "helena"]),
            ($"/api/escalations/{_question}", """{"answer":"noted"}""", ["helena"]),
            ($"/api/tasks/{_task}/deliverable", "{}", ["petra"]),
            ("/api/suspensions", """{"kind":"all","reason":"Mine now."}""", ["jana", "karel", "ada"]),
            ($"/api/tools/{tool.Name}/classify", """{"effect":"observe","digest":"x"}""", ["jana", "karel", "ada"]),
            ("/api/keys", """{"person":"helena"}""", []),
            ("/api/keys/0123456789ab/revoke", "{}", []),
            ("/api/webhooks/hook/enable", "{}", ["jana", "karel", "ada"]),
            ("/api/webhooks/hook/deliveries/msg_1/redeliver", "{}", ["jana", "karel", "ada"]),
        ];
        (string Path, (string Name, string Value)[] Fields, string[] May)[] forms =
        [
            ($"/inbox/approvals/{_approval}", [("decision", "approve")], ["petra", "helena"]),
            ("/inbox/batch", [("id", _approval.ToString()), ("decision", "approve")], ["petra", "helena"]),
            ($"/inbox/escalations/{_question}", [("answer", "noted")], ["helena"]),
            ($"/inbox/tasks/{_task}", [("json", "{}")], ["petra"]),
            ("/suspensions", [("kind", "all"), ("name", "*"), ("reason", "Mine now."), ("do", "suspend")], ["jana", "karel", "ada"]),
            ("/tools/classify", [("name", tool.Name), ("effect", "observe"), ("digest", "x")], ["jana", "karel", "ada"]),
            ("/webhooks", [("name", "hook"), ("do", "enable")], ["jana", "karel", "ada"]),
            ("/sign-in/as", [("person", "helena")], []),
        ];
        var before = await StoredAsync();
        foreach (var person in Everybody)
        {
            using var key = await _api.AsAsync(person);
            foreach (var (path, body, _) in calls.Where(c => !c.May.Contains(person)))
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var reply = await key.PostAsync(new Uri(path, UriKind.Relative), content);
                Assert.True(IsNo(reply.StatusCode), $"{person}: {path} {body}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
            }

            using var browser = await Visitor.OfAsync(_api, person);
            foreach (var (path, fields, _) in forms.Where(f => !f.May.Contains(person)))
            {
                var (status, page, _) = await browser.SendAsync("/", path, fields);
                Assert.True(IsNo(status), $"{person}: {path}: {(int)status} {page}");
            }
        }

        Assert.Equal(before, await StoredAsync());
    }

    private static bool IsNo(HttpStatusCode status) => status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Conflict;

    /// <summary>What happened to the workflow and the company, apart from the keys and the sessions that this test itself makes.</summary>
    private async Task<List<string>> StoredAsync() =>
        [.. (await _api.Get<IWorkflowJournal>().ReadAllAsync(0, 500, CancellationToken.None)).Select(e => e.Type).Where(t => t is not (nameof(KeyCreated) or nameof(SessionBegun)))];
}
