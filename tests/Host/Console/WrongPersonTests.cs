using System.Net;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>What belongs to one person or one role, asked for by every other by its real id, through every door that there is: nothing comes of it, and for whoever may, something does.</summary>
public sealed class WrongPersonTests : IAsyncLifetime
{
    private const string Terminal = "terminal";

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

    private const string Settings =
        """
        api: { writesPerMinute: 100000 }
        webhooks:
          hook: { url: "https://example.com/hook", secret: "${WEBHOOK}" }
          bell: { url: "https://example.com/bell", secret: "${WEBHOOK}" }

        """;

    private static readonly string[] Everybody = ["jana", "petra", "helena", "karel", "viktor", "ada"];

    /// <summary>Whoever may submit steers any workflow: work is the company's, and colleagues stand in for one another (decision 71).</summary>
    private static readonly string[] Workers = ["petra", "helena", "jana", "ada"];

    private static readonly string[] Seated = ["petra", "helena"];
    private static readonly string[] Stoppers = ["jana", "karel", "ada"];
    private static readonly string[] Answerable = ["karel", "ada"];

    private ApiUnderTest _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync(
            Settings,
            [("people.yaml", People), ("monitors.yaml", "monitors:\n  - { name: hourly, schedule: { every: 1h }, submit: { goal: Look around. }, overlap: queue }\n"), .. OutsideTool.Files]);
        await _api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task By_key_and_by_browser_nobody_does_what_is_anothers_and_whoever_may_does()
    {
        var (calls, forms) = (await CallsAsync(), await FormsAsync());
        var before = await StoredAsync();
        foreach (var person in Everybody)
        {
            using var key = await _api.AsAsync(person);
            foreach (var call in calls.Where(c => !c.May.Contains(person)))
            {
                using var reply = await key.PostTextAsync(call.Path, call.Body);
                Assert.True((call.NoAtAll.Contains(person) ? HttpStatusCode.Forbidden : call.No) == reply.StatusCode, $"{person}: {call.Path} {call.Body}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
            }

            using var browser = await Visitor.OfAsync(_api, person);
            foreach (var form in forms.Where(f => !f.May.Contains(person)))
            {
                var (status, page, _) = await browser.SendAsync("/", form.Path, form.Fields);
                Assert.True((form.NoAtAll.Contains(person) ? HttpStatusCode.Forbidden : form.No) == status, $"{person}: {form.Path} {form.Fields[0]}: {(int)status} {page}");
            }
        }

        Assert.Equal(before, await StoredAsync());

        // The same requests, by somebody who may: what was refused above was refused for who asked, and for nothing else.
        foreach (var call in calls)
        {
            using var key = call.May[0] == Terminal ? _api.Terminal("jana") : await _api.AsAsync(call.May[0]);
            using var reply = await key.PostTextAsync(call.Path, call.Body);
            Assert.True(call.Beyond is { } why ? (await reply.Content.ReadAsStringAsync()).Contains(why, StringComparison.Ordinal) : reply.IsSuccessStatusCode, $"{call.May[0]}: {call.Path} {call.Body}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
        }

        foreach (var form in forms)
        {
            using var browser = await Visitor.OfAsync(_api, form.May[0]);
            var (status, page, _) = await browser.SendAsync("/", form.Path, form.Fields);
            Assert.True(status == HttpStatusCode.SeeOther, $"{form.May[0]}: {form.Path} {form.Fields[0]}: {(int)status} {page}");
        }
    }

    [Fact]
    public async Task A_change_is_decided_by_whom_it_waits_for_and_by_nobody_else()
    {
        await using var api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\n", ("people.yaml", People));
        var (company, stream) = (api.Get<LoadedCompany>(), api.Get<CompanyStream>());
        var wider = CompanyFolder.Of(company.Bundle.Texts.SetItem("people.yaml", People.Replace("name: Viktor, roles: [viewer]", "name: Viktor, roles: [viewer, cfo]", StringComparison.Ordinal)));
        await Standing.SettleAsync(company.Bundle, activates: true, company.Other, stream, api.Get<IBlobs>(), CancellationToken.None);
        var standing = await Standing.SettleAsync(wider, activates: true, company.Other, stream, api.Get<IBlobs>(), CancellationToken.None, "petra", "Viktor is new in this.");
        var path = $"/api/changes/{Assert.IsType<Activation.Waits>(standing.Activation).Change.Proposed.Change}";
        foreach (var person in Everybody.Where(p => p != "helena"))
        {
            using var key = await api.AsAsync(person);
            using var reply = await key.PostTextAsync(path, """{"decision":"confirm"}""");
            Assert.True(reply.StatusCode == HttpStatusCode.Forbidden, $"{person}: {(int)reply.StatusCode}");
            using var browser = await Visitor.OfAsync(api, person);
            Assert.Equal((person, HttpStatusCode.Forbidden), (person, (await browser.SendAsync("/", path.Replace("/api/", "/authority/", StringComparison.Ordinal), ("do", "confirm"))).Status));
        }

        Assert.Equal(company.Bundle.Hash, stream.State.Bundle);
        using var helena = await api.AsAsync("helena");
        Assert.True((await helena.PostTextAsync(path, """{"decision":"confirm"}""")).IsSuccessStatusCode);
        Assert.Equal(wider.Hash, stream.State.Bundle);
    }

    [Fact]
    public async Task Over_the_protocols_of_others_nobody_does_what_is_anothers_either()
    {
        var workflow = await _api.SubmittedAsync();
        var approval = await _api.AskedAsync(workflow);
        var before = await StoredAsync();
        foreach (var person in Everybody)
        {
            var key = await _api.Get<KeyDesk>().CreateAsync(person, [], null, Actor.System, CancellationToken.None);
            await using var client = await McpClients.ConnectAsync(_api.Url, key.Write());
            var known = (await client.ListToolsAsync()).Select(t => t.Name).ToList();
            Assert.Equal((person, Workers.Contains(person)), (person, known.Contains("cancel_workflow")));
            if (!Seated.Contains(person) && known.Contains("decide_approval"))
            {
                var refused = await client.AskAsync("decide_approval", ("approval", approval.ToString()), ("decision", "approve"));
                Assert.True(refused.IsError, person);
            }

            if (!Workers.Contains(person))
            {
                await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(() => client.AskAsync("cancel_workflow", ("workflow", workflow.ToString()), ("reason", "Mine now.")));
                using var program = await _api.AsAsync(person);
                using var chat = await program.PostTextAsync("/v1/chat/completions", """{"model":"ai-manager","messages":[{"role":"user","content":"Buy pens"}]}""");
                Assert.Equal((person, HttpStatusCode.Forbidden), (person, chat.StatusCode));
                program.DefaultRequestHeaders.Add("A2A-Version", "1.0");
                foreach (var call in (string[])
                [
                    $$$"""{"jsonrpc":"2.0","id":1,"method":"CancelTask","params":{"id":"{{{workflow}}}" } }""",
                    $$$$"""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m1","taskId":"{{{{workflow}}}}","role":"ROLE_USER","parts":[{"text":"Stop."}]}}}""",
                ])
                {
                    using var agent = await program.PostTextAsync("/a2a", call);
                    Assert.Equal((person, HttpStatusCode.Forbidden), (person, agent.StatusCode));
                }
            }
        }

        Assert.Equal(before, await StoredAsync());

        var petra = await _api.Get<KeyDesk>().CreateAsync("petra", [], null, Actor.System, CancellationToken.None);
        await using var hers = await McpClients.ConnectAsync(_api.Url, petra.Write());
        Assert.NotEqual(true, (await hers.AskAsync("decide_approval", ("approval", approval.ToString()), ("decision", "approve"))).IsError);
        Assert.NotEqual(true, (await hers.AskAsync("cancel_workflow", ("workflow", workflow.ToString()), ("reason", "Nobody needs it any more."))).IsError);
    }

    private async Task<List<Call>> CallsAsync()
    {
        var tool = _api.Get<Catalog>().Records.First(r => r.Name.StartsWith("files.", StringComparison.Ordinal));
        var (one, two, three, four) = (await AskedAsync(), await AskedAsync(), await AskedAsync(), await AskedAsync());
        var (asked, done) = (await AssignedAsync(), await AssignedAsync());
        var key = await _api.Get<KeyDesk>().CreateAsync("helena", [], null, Actor.System, CancellationToken.None);
        var gone = await DeadAsync("hook");
        async Task<string> Work(string verb) => $"/api/workflows/{await _api.SubmittedAsync()}/{verb}";
        var paused = await _api.SubmittedAsync();
        await _api.Get<AiManager.ManagerAgent.WorkflowDesk>().PauseAsync(paused, "Wait.", "jana", CancellationToken.None);
        return
        [
            new($"/api/approvals/{one}", """{"decision":"approve"}""", Seated),
            new($"/api/approvals/{two}", """{"decision":"reject"}""", Seated),
            new($"/api/approvals/{three}", """{"decision":"edit","arguments":{"supplier":"evil"}}""", Seated) { Beyond = "There is no tool 'erp.order' any more." }, // looked at behind who asks
            new("/api/approvals/batch", $$"""{"ids":["{{four}}"],"decision":"approve"}""", Seated) { No = HttpStatusCode.Conflict, NoAtAll = ["viktor"] }, // which names the one that cannot be decided
            new($"/api/escalations/{asked.Question}", """{"answer":"noted"}""", ["helena"]),
            new($"/api/tasks/{done.Task}/deliverable", "{}", ["petra"]),
            new(await Work("messages"), """{"text":"Do it otherwise."}""", Workers),
            new(await Work("pause"), "{}", Workers),
            new($"/api/workflows/{paused}/resume", "{}", Workers),
            new(await Work("cancel"), "{}", Workers),
            new(await Work("join"), $$"""{"into":"{{await _api.SubmittedAsync()}}"}""", Workers),
            new($"/api/workflows/{asked.Workflow}/tasks/{asked.Task}/revoke", "{}", Workers),
            new("/api/monitors/hourly/run", "{}", Workers),
            new("/api/monitors/hourly/pause", "{}", Workers),
            new("/api/monitors/hourly/resume", "{}", Workers),
            new("/api/suspensions", """{"kind":"tool","name":"files.read","reason":"Mine now."}""", Stoppers),
            new($"/api/tools/{tool.Name}/classify", $$"""{"effect":"observe","digest":"{{tool.Digest}}"}""", Answerable),
            new("/api/keys", """{"person":"helena"}""", [Terminal]),
            new($"/api/keys/{key.Id}/revoke", "{}", [Terminal]),
            new("/api/webhooks/hook/enable", "{}", Stoppers),
            new($"/api/webhooks/hook/deliveries/{gone}/redeliver", "{}", Stoppers),
        ];
    }

    private async Task<List<Form>> FormsAsync()
    {
        var tool = _api.Get<Catalog>().Records.First(r => r.Name.StartsWith("files.", StringComparison.Ordinal));
        var (asked, done) = (await AssignedAsync(), await AssignedAsync());
        var key = await _api.Get<KeyDesk>().CreateAsync("helena", [], null, Actor.System, CancellationToken.None);
        var session = OpenSessions.NewId();
        await _api.Get<SignInLog>().TryBeginAsync(Actor.Person("helena"), new SessionBegun(SessionBegun.Oidc, Session: session), 60, CancellationToken.None);
        var gone = await DeadAsync("bell");
        return
        [
            new($"/inbox/approvals/{await AskedAsync()}", Seated, ("decision", "approve")),
            new("/inbox/batch", Seated, ("id", (await AskedAsync()).ToString()), ("decision", "approve")) { No = HttpStatusCode.Conflict, NoAtAll = ["viktor"] },
            new($"/inbox/escalations/{asked.Question}", ["helena"], ("answer", "noted")),
            new($"/inbox/tasks/{done.Task}", ["petra"], ("json", "{}")) { No = HttpStatusCode.Conflict },
            new($"/workflows/{await _api.SubmittedAsync()}", Workers, ("do", "cancel"), ("words", "Mine now.")),
            new("/inbox/monitors/hourly", Workers, ("do", "pause"), ("reason", "Mine now.")),
            new("/suspensions", Stoppers, ("kind", "workflow"), ("name", (await _api.SubmittedAsync()).ToString()), ("reason", "Mine now."), ("do", "suspend")),
            new("/tools/classify", Answerable, ("name", tool.Name), ("effect", "observe"), ("digest", tool.Digest)),

            // Of what is somebody else's nobody learns whether it is there.
            new($"/keys/{key.Id}/revoke", ["helena", .. Answerable], ("do", "revoke")) { No = HttpStatusCode.NotFound },
            new($"/keys/sessions/{session}/end", ["helena", .. Answerable], ("do", "end")) { No = HttpStatusCode.NotFound },
            new("/webhooks", Stoppers, ("name", "bell"), ("do", "enable")),
            new("/webhooks", Stoppers, ("name", "bell"), ("id", gone), ("do", "redeliver")),
        ];
    }

    private async Task<ApprovalId> AskedAsync() => await _api.AskedAsync(await _api.SubmittedAsync());

    /// <summary>A workflow with a task of Petra's and a question for the cfo.</summary>
    private async Task<(WorkflowId Workflow, TaskId Task, EscalationId Question)> AssignedAsync()
    {
        var workflow = await _api.SubmittedAsync();
        var (question, task) = (PrefixedId.Derive<EscalationId>(workflow.Value, "question"), PrefixedId.Derive<TaskId>(workflow.Value, "task"));
        var work = new WorkTask(
            task, "count", "Count them", "Count the pens.", [], "counting", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
        await _api.AppendAsync(
            workflow,
            new ContractAgreed(new Contract("Pens.", [], [], null, null), null, null, "test"),
            new PlanAdopted(new Plan(1, [work])),
            new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "It fits."),
            new Escalated(question, EscalationKind.Finding, null, null, "Is it sound?", ["noted"], "cfo", null));
        return (workflow, task, question);
    }

    /// <summary>A message that was given up, to a webhook whose receiver is gone.</summary>
    private async Task<string> DeadAsync(string webhook)
    {
        var (outbox, now, id) = (_api.Get<IWebhookOutbox>(), EventHash.Cut(TimeProvider.System.GetUtcNow()), "msg_" + webhook);
        await outbox.BeginAsync(webhook, 0, CancellationToken.None);
        var message = new WebhookDelivery(id, webhook, "workflow.failed", "{}", WebhookState.Waiting, now, now, now, 0, null, string.Empty);
        Assert.True(await outbox.FeedAsync(webhook, 0, 1, [message], CancellationToken.None));
        Assert.True(await outbox.ClaimAsync(message, now, now, CancellationToken.None));
        Assert.True(await outbox.SettleAsync(id, new WebhookAttempt(1, now, TimeSpan.Zero, 410, "Gone."), WebhookState.Dead, now, CancellationToken.None));
        Assert.True(await outbox.DisableAsync(webhook, true, Actor.System, now, CancellationToken.None));
        return id;
    }

    /// <summary>What happened to the workflows and the company, apart from the keys and the sessions that this test itself makes, and what became of messages.</summary>
    private async Task<List<string>> StoredAsync()
    {
        var stored = new List<string>();
        for (long after = 0; await _api.Get<IWorkflowJournal>().ReadAllAsync(after, 500, CancellationToken.None) is { IsEmpty: false } page; after = page[^1].Position)
        {
            stored.AddRange(page.Select(e => e.Type).Where(t => t is not (nameof(KeyCreated) or nameof(SessionBegun))));
        }

        foreach (var webhook in (string[])["hook", "bell"])
        {
            stored.Add($"{await _api.Get<IWebhookOutbox>().FindAsync(webhook, CancellationToken.None)}");
            stored.AddRange((await _api.Get<IWebhookOutbox>().ListAsync(webhook, null, null, 10, CancellationToken.None)).Items.Select(d => $"{d.Id} {d.State}"));
        }

        return stored;
    }

    private sealed record Call(string Path, string Body, string[] May)
    {
        public HttpStatusCode No { get; init; } = HttpStatusCode.Forbidden;

        /// <summary>Who is refused at the door, before it is looked at whose it is.</summary>
        public string[] NoAtAll { get; init; } = [];

        /// <summary>What whoever may is told, where there is more to it than who asks.</summary>
        public string? Beyond { get; init; }
    }

    private sealed record Form(string Path, string[] May, params (string Name, string Value)[] Fields)
    {
        public HttpStatusCode No { get; init; } = HttpStatusCode.Forbidden;

        /// <summary>Who is refused at the door, before it is looked at whose it is.</summary>
        public string[] NoAtAll { get; init; } = [];
    }
}
