using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every store's lists and inboxes answer.</summary>
public abstract class ReadModelsContract : StoreContract
{
    [Fact]
    public async Task A_workflow_is_listed_as_it_is_after_the_append()
    {
        var id = New<WorkflowId>();
        var row = new WorkflowRow(id, "Restock ü €", "olga", "running", "restock", "key", 3, Time.Now, Time.Now, 2, 9);
        await PutAsync(row);
        Assert.Equal(row, Assert.Single(await ReadModels.OpenWorkflowsAsync(CancellationToken.None)));

        Time.Advance(TimeSpan.FromMinutes(1));
        await AppendedAsync(id.ToString(), 1, changes: [new ReadModelChange.PutWorkflow(row with { Status = "completed", Singleton = null, TasksDone = 9 })]);
        Assert.Empty(await ReadModels.OpenWorkflowsAsync(CancellationToken.None));
        Assert.Equal(
            row with { Status = "completed", Singleton = null, TasksDone = 9, UpdatedAt = Time.Now },
            Assert.Single((await ReadModels.WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items));
    }

    [Fact]
    public async Task A_workflows_row_says_when_its_last_event_was_appended_whether_or_not_the_row_changed()
    {
        var id = New<WorkflowId>();
        await PutAsync(Row(id));
        Time.Advance(TimeSpan.FromMinutes(3));
        await AppendedAsync(id.ToString(), 1);
        Assert.Equal(Time.Now, Assert.Single(await ReadModels.OpenWorkflowsAsync(CancellationToken.None)).UpdatedAt);
    }

    [Fact]
    public async Task Pages_are_newest_first_and_miss_and_repeat_nothing()
    {
        var ids = new List<WorkflowId>();
        for (var i = 0; i < 23; i++)
        {
            var id = New<WorkflowId>();
            ids.Add(id);
            await PutAsync(Row(id));
            if (i % 3 == 0)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        var seen = new List<WorkflowRow>();
        var pages = 0;
        for (string? cursor = null; pages == 0 || cursor is not null; pages++)
        {
            var page = await ReadModels.WorkflowsAsync(new WorkflowQuery(Cursor: cursor, Limit: 5), CancellationToken.None);
            seen.AddRange(page.Items);
            cursor = page.Next;
        }

        Assert.Equal(5, pages);
        Assert.Equal(ids.Select(i => i.ToString()).Order(), seen.Select(r => r.Workflow.ToString()).Order());
        Assert.Equal(seen.Select(r => r.SubmittedAt).OrderDescending(), seen.Select(r => r.SubmittedAt));
    }

    [Fact]
    public async Task Lists_are_narrowed_by_status_words_and_time()
    {
        await PutAsync(Row(New<WorkflowId>(), "Restock the ÜBERSEE warehouse", status: "running"));
        Time.Advance(TimeSpan.FromHours(1));
        var noon = Time.Now;
        await PutAsync(Row(New<WorkflowId>(), "Close the month, 100% sure", status: "waiting"));
        Time.Advance(TimeSpan.FromHours(1));
        await PutAsync(Row(New<WorkflowId>(), "close_the_books", status: "completed"));

        async Task<ImmutableArray<string>> Goals(WorkflowQuery query) => [.. (await ReadModels.WorkflowsAsync(query, CancellationToken.None)).Items.Select(r => r.Goal)];
        Same(["Restock the ÜBERSEE warehouse"], await Goals(new WorkflowQuery(Text: "übersee")));
        Same(["Close the month, 100% sure"], await Goals(new WorkflowQuery(Text: "100%")));
        Same(["close_the_books"], await Goals(new WorkflowQuery(Text: "e_t")));
        Assert.Empty(await Goals(new WorkflowQuery(Text: @"\")));
        Same(["Close the month, 100% sure"], await Goals(new WorkflowQuery(Status: "waiting")));
        Same(["close_the_books", "Close the month, 100% sure"], await Goals(new WorkflowQuery(From: noon)));
        Same(["Restock the ÜBERSEE warehouse"], await Goals(new WorkflowQuery(To: noon)));
        Same(["close_the_books", "Close the month, 100% sure"], await Goals(new WorkflowQuery(Text: "CLOSE")));
    }

    [Fact]
    public async Task Workflows_come_by_when_they_changed_whatever_page_status_and_time_they_are_asked_by()
    {
        var ids = new List<WorkflowId>();
        foreach (var status in (string[])["running", "waiting", "paused", "running", "completed"])
        {
            ids.Add(New<WorkflowId>());
            await PutAsync(Row(ids[^1], status, status: status));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        var since = Time.Now;
        await AppendedAsync(ids[1].ToString(), 1);
        await AppendedAsync(ids[0].ToString(), 1);
        var equal = string.CompareOrdinal(ids[1].ToString(), ids[0].ToString()) > 0 ? (First: ids[1], Second: ids[0]) : (First: ids[0], Second: ids[1]);

        async Task<List<WorkflowId>> Seen(params string[] statuses)
        {
            var seen = new List<WorkflowId>();
            string? cursor = null;
            do
            {
                var page = await ReadModels.ChangedWorkflowsAsync(new ChangedQuery([.. statuses], Cursor: cursor, Limit: 1), CancellationToken.None);
                seen.AddRange(page.Items.Select(r => r.Workflow));
                cursor = page.Next;
            }
            while (cursor is not null);
            Assert.Equal(seen.Count, await ReadModels.CountChangedAsync(new ChangedQuery([.. statuses]), CancellationToken.None));
            return seen;
        }

        Same([equal.First, equal.Second, ids[4], ids[3], ids[2]], await Seen());
        Same([ids[1], ids[2]], await Seen("waiting", "paused"));
        Assert.Empty(await Seen("aus"));
        var late = await ReadModels.ChangedWorkflowsAsync(new ChangedQuery([], since), CancellationToken.None);
        Same([equal.First, equal.Second], late.Items.Select(r => r.Workflow));
        Assert.Equal(2, await ReadModels.CountChangedAsync(new ChangedQuery([], since), CancellationToken.None));
        await Assert.ThrowsAsync<FormatException>(() => ReadModels.ChangedWorkflowsAsync(new ChangedQuery([], Cursor: "1'; drop"), CancellationToken.None));
    }

    [Fact]
    public async Task Lists_are_narrowed_by_who_asked_and_by_what_is_followed()
    {
        await PutAsync(Row(New<WorkflowId>(), "Hers", requester: "petra") with { Playbook = "restock" });
        await PutAsync(Row(New<WorkflowId>(), "His", requester: "omar"));

        async Task<ImmutableArray<string>> Goals(WorkflowQuery query) => [.. (await ReadModels.WorkflowsAsync(query, CancellationToken.None)).Items.Select(r => r.Goal)];
        Same(["Hers"], await Goals(new WorkflowQuery { Requester = "petra" }));
        Same(["His"], await Goals(new WorkflowQuery { Requester = "omar", IsOpen = true }));
        Same(["Hers"], await Goals(new WorkflowQuery { Playbook = "restock" }));
        Assert.Empty(await Goals(new WorkflowQuery { Requester = "omar", Playbook = "restock" }));
    }

    [Fact]
    public async Task What_is_no_cursor_is_said_to_be_none() =>
        await Assert.ThrowsAsync<FormatException>(() => ReadModels.WorkflowsAsync(new WorkflowQuery(Cursor: "1'; drop"), CancellationToken.None));

    [Fact]
    public async Task Open_workflows_come_oldest_first()
    {
        var first = New<WorkflowId>();
        await PutAsync(Row(first));
        Time.Advance(TimeSpan.FromSeconds(1));
        await PutAsync(Row(New<WorkflowId>(), status: "failed"));
        Time.Advance(TimeSpan.FromSeconds(1));
        var last = New<WorkflowId>();
        await PutAsync(Row(last, status: "paused"));
        Assert.Equal([first, last], (await ReadModels.OpenWorkflowsAsync(CancellationToken.None)).Select(r => r.Workflow));
    }

    [Fact]
    public async Task Approvals_come_oldest_first_and_know_whose_they_are()
    {
        var workflow = New<WorkflowId>();
        var (older, newer) = (
            new ApprovalRow(New<ApprovalId>(), workflow, "pending", "lead,cfo", Time.Now.AddDays(2), Time.Now),
            new ApprovalRow(New<ApprovalId>(), workflow, "pending", "lead", Time.Now.AddDays(1), Time.Now.AddMinutes(1)));
        await AppendedAsync(workflow.ToString(), 0, changes: [new ReadModelChange.PutApproval(newer), new ReadModelChange.PutApproval(older)]);
        Same([older, newer], await ApprovalsAsync("pending"));

        await AppendedAsync(workflow.ToString(), 1, changes: [new ReadModelChange.PutApproval(older with { Status = "approved", Roles = "" })]);
        Same([newer], await ApprovalsAsync("pending"));
        Same([older with { Status = "approved", Roles = "" }, newer], await ApprovalsAsync());
        Assert.Equal(workflow, await ReadModels.OwnerAsync(older.Approval.ToString(), CancellationToken.None));
        Assert.Null(await ReadModels.OwnerAsync(New<ApprovalId>().ToString(), CancellationToken.None));
    }

    [Fact]
    public async Task Escalations_come_oldest_first_and_know_whose_they_are()
    {
        var workflow = New<WorkflowId>();
        var (older, newer) = (
            new EscalationRow(New<EscalationId>(), workflow, "UnknownCall", "operator", "open", "Did it happen?", Time.Now),
            new EscalationRow(New<EscalationId>(), workflow, "Finding", "lead", "open", "Look at this.", Time.Now.AddMinutes(1)));
        await AppendedAsync(workflow.ToString(), 0, changes: [new ReadModelChange.PutEscalation(newer), new ReadModelChange.PutEscalation(older)]);
        await AppendedAsync(workflow.ToString(), 1, changes: [new ReadModelChange.PutEscalation(newer with { Status = "answered" })]);

        Same([older], await EscalationsAsync("open"));
        Same([newer with { Status = "answered" }], await EscalationsAsync("answered"));
        Same([older, newer with { Status = "answered" }], await EscalationsAsync());
        Assert.Equal(workflow, await ReadModels.OwnerAsync(newer.Escalation.ToString(), CancellationToken.None));
    }

    [Fact]
    public async Task An_escalation_says_what_lists_need_until_a_program_of_before_has_changed_it()
    {
        var workflow = New<WorkflowId>();
        var raised = new EscalationRow(New<EscalationId>(), workflow, "blockedTask", "operator", "open", "And now?", Time.Now)
        {
            Details = new EscalationDetails(New<TaskId>(), "retry\nskip", Time.Now.AddDays(1), null, null),
        };
        await AppendedAsync(workflow.ToString(), 0, changes: [new ReadModelChange.PutEscalation(raised)]);
        Same([raised], await EscalationsAsync("open"));

        var answered = raised with { Status = "answered", Details = raised.Details with { Deadline = null, Task = null, Answer = "retry", By = "person:petra" } };
        await AppendedAsync(workflow.ToString(), 1, changes: [new ReadModelChange.PutEscalation(answered)]);
        Same([answered], await EscalationsAsync());

        await Store.TamperAsync($"update escalations set status = 'closed' where escalation = '{raised.Escalation}'");
        Same([answered with { Status = "closed", Details = null }], await EscalationsAsync());
    }

    [Fact]
    public async Task Pages_of_inboxes_are_oldest_first_and_miss_and_repeat_nothing()
    {
        // Several at the same moment, of several workflows, and some that a page of those that wait leaves out.
        var workflows = Enumerable.Range(0, 4).Select(_ => New<WorkflowId>()).ToList();
        var (approvals, escalations) = (new List<ApprovalRow>(), new List<EscalationRow>());
        for (var i = 0; i < 23; i++)
        {
            var (workflow, at, isOver) = (workflows[i % 4], Time.Now.AddMinutes((23 - i) / 3), i % 5 == 0);
            approvals.Add(new ApprovalRow(New<ApprovalId>(), workflow, isOver ? "used" : "pending", "lead", Time.Now.AddDays(2), at));
            escalations.Add(new EscalationRow(New<EscalationId>(), workflow, "Finding", "lead", isOver ? "answered" : "open", "Look at this.", at));
        }

        foreach (var workflow in workflows)
        {
            await AppendedAsync(workflow.ToString(), 0, changes:
            [
                .. approvals.Where(a => a.Workflow == workflow).Select(a => new ReadModelChange.PutApproval(a)),
                .. escalations.Where(e => e.Workflow == workflow).Select(e => new ReadModelChange.PutEscalation(e)),
            ]);
        }

        var asked = approvals.OrderBy(a => a.RequestedAt).ThenBy(a => a.Approval.ToString(), StringComparer.Ordinal).ToList();
        var raised = escalations.OrderBy(e => e.RaisedAt).ThenBy(e => e.Escalation.ToString(), StringComparer.Ordinal).ToList();
        Same(asked, await AllAsync(new InboxQuery(Limit: 5), ReadModels.ApprovalsAsync, 5));
        Same(asked.Where(a => a.Status == "pending"), await AllAsync(new InboxQuery("pending", Limit: 6), ReadModels.ApprovalsAsync, 3));
        Same(asked.Where(a => a.Workflow == workflows[2]), await AllAsync(new InboxQuery(Workflow: workflows[2], Limit: 6), ReadModels.ApprovalsAsync, 1));
        Same(raised, await AllAsync(new InboxQuery(Limit: 5), ReadModels.EscalationsAsync, 5));
        Same(raised.Where(e => e.Status == "open"), await AllAsync(new InboxQuery("open", Limit: 6), ReadModels.EscalationsAsync, 3));
        Same(raised.Where(e => e.Workflow == workflows[1]), await AllAsync(new InboxQuery(Workflow: workflows[1]), ReadModels.EscalationsAsync, 1));
        await Assert.ThrowsAsync<FormatException>(() => ReadModels.ApprovalsAsync(new InboxQuery(Cursor: "1'; drop"), CancellationToken.None));
        var begun = ReadModels.WorkflowsAsync(new WorkflowQuery(Cursor: "1'; drop"), CancellationToken.None); // whoever awaits it is told
        await Assert.ThrowsAsync<FormatException>(() => begun);
        await Assert.ThrowsAsync<FormatException>(() => ReadModels.ListAsync(new AskedLists { Approvals = [new InboxQuery(Cursor: "1'; drop")] }, CancellationToken.None));

        // Together they are as each is alone.
        InboxQuery first = new("pending", Limit: 6), other = new(Workflow: workflows[2]), open = new("open", Limit: 3);
        var together = await ReadModels.ListAsync(new AskedLists { Approvals = [first, other], Escalations = [open], TaskCounts = [null] }, CancellationToken.None);
        Same(asked.Where(a => a.Status == "pending").Take(6), together.Approvals[0].Items);
        Assert.Equal((await ReadModels.ApprovalsAsync(first, CancellationToken.None)).Next, together.Approvals[0].Next);
        Same(asked.Where(a => a.Workflow == workflows[2]), together.Approvals[1].Items);
        Assert.Null(together.Approvals[1].Next);
        Same(raised.Where(e => e.Status == "open").Take(3), together.Escalations[0].Items);
        Assert.Empty(Assert.Single(together.TaskCounts));
        Assert.Equal((0, 0), (together.Workflows.Length, together.Tasks.Length));
        await Assert.ThrowsAsync<FormatException>(() => ReadModels.EscalationsAsync(new InboxQuery(Cursor: $"1.{asked[0].Approval}"), CancellationToken.None));
    }

    [Fact]
    public async Task Inboxes_are_narrowed_by_the_roles_that_may_settle_what_waits()
    {
        var workflow = New<WorkflowId>();
        ApprovalRow Asked(string roles, int minute) => new(New<ApprovalId>(), workflow, "pending", roles, Time.Now.AddDays(2), Time.Now.AddMinutes(minute));
        EscalationRow Raised(string role, int minute) => new(New<EscalationId>(), workflow, "finding", role, "open", "Look at this.", Time.Now.AddMinutes(minute));
        List<ApprovalRow> asked = [.. Enumerable.Range(0, 7).Select(i => Asked("cfo", i)), Asked("team-lead", 8), Asked("cfo,lead", 9), Asked("lead", 10), Asked("", 11)];
        List<EscalationRow> raised = [Raised("cfo", 0), Raised("lead", 1), Raised("pilot", 2)];
        await AppendedAsync(workflow.ToString(), 0, changes: [.. asked.Select(a => new ReadModelChange.PutApproval(a)), .. raised.Select(e => new ReadModelChange.PutEscalation(e))]);

        var lead = new InboxQuery("pending", Limit: 1) { Any = ["lead", "o'brien \"%_"] };
        Same([asked[8], asked[9]], await AllAsync(lead, ReadModels.ApprovalsAsync, 2));
        Same([.. asked[..8], asked[10]], await AllAsync(new InboxQuery("pending", Limit: 5) { None = ["lead"] }, ReadModels.ApprovalsAsync, 2));
        Same([asked[9]], await AllAsync(new InboxQuery("pending") { Any = ["lead"], None = ["cfo"] }, ReadModels.ApprovalsAsync, 1));
        Same([asked[8], asked[9]], await AllAsync(new InboxQuery { Any = ["lead"] }, ReadModels.ApprovalsAsync, 1));
        Assert.Empty((await ReadModels.ApprovalsAsync(new InboxQuery("pending") { Any = [] }, CancellationToken.None)).Items);
        Same(asked, await AllAsync(new InboxQuery("pending") { None = [] }, ReadModels.ApprovalsAsync, 1));

        // Nobody decides what they asked for themselves, and everybody may answer what is asked about it.
        await AppendedAsync(workflow.ToString(), 1, changes: [new ReadModelChange.PutWorkflow(Row(workflow) with { Requester = "jana" })]);
        Assert.Empty((await ReadModels.ApprovalsAsync(new InboxQuery("pending") { NotOf = "jana" }, CancellationToken.None)).Items);
        Same(asked, await AllAsync(new InboxQuery("pending") { NotOf = "petra" }, ReadModels.ApprovalsAsync, 1));
        Same(raised, await AllAsync(new InboxQuery("open") { NotOf = "jana" }, ReadModels.EscalationsAsync, 1));

        Same([raised[1], raised[2]], await AllAsync(new InboxQuery("open") { None = ["cfo"] }, ReadModels.EscalationsAsync, 1));
        Same([raised[0]], await AllAsync(new InboxQuery("open") { Any = ["cfo", "nobody"] }, ReadModels.EscalationsAsync, 1));
        Same([raised[0], raised[1]], await AllAsync(new InboxQuery(Limit: 1) { Any = ["cfo", "lead"] }, ReadModels.EscalationsAsync, 2));
    }

    [Fact]
    public async Task What_is_open_what_is_over_and_what_is_at_risk_are_lists_of_their_own()
    {
        async Task<WorkflowId> BegunAsync(string status)
        {
            var id = New<WorkflowId>();
            await PutAsync(Row(id, status: status));
            Time.Advance(TimeSpan.FromSeconds(1));
            return id;
        }

        Task MarksAsync(WorkflowId id, params ReadModelChange[] changes) => AppendedAsync(id.ToString(), 1, changes: [.. changes]);

        EscalationRow Raised(WorkflowId id, string kind, string status) => new(New<EscalationId>(), id, kind, "operator", status, "And now?", Time.Now);
        var soon = Time.Now.AddHours(1);
        var (late, blocked, near, far, asked, answered, over) =
            (await BegunAsync("running"), await BegunAsync("waiting"), await BegunAsync("running"), await BegunAsync("running"), await BegunAsync("waiting"), await BegunAsync("running"), await BegunAsync("failed"));
        await MarksAsync(late, new ReadModelChange.PutEscalation(Raised(late, "missedDeadline", "open")));
        await MarksAsync(blocked, new ReadModelChange.PutEscalation(Raised(blocked, "blockedTask", "open")));
        await MarksAsync(near, new ReadModelChange.PutDue(near.ToString(), "taskDeadline", "t", soon.AddMinutes(-1)));
        await MarksAsync(far, new ReadModelChange.PutDue(far.ToString(), "goalDeadline", far.ToString(), soon.AddMinutes(1)), new ReadModelChange.PutDue(far.ToString(), "approvalReminds", "a", soon.AddMinutes(-5)));
        await MarksAsync(asked, new ReadModelChange.PutEscalation(Raised(asked, "finding", "open")));
        await MarksAsync(answered, new ReadModelChange.PutEscalation(Raised(answered, "blockedTask", "answered")));
        await MarksAsync(over, new ReadModelChange.PutEscalation(Raised(over, "missedDeadline", "open")));

        async Task<ImmutableArray<WorkflowId>> Found(WorkflowQuery query) => [.. (await ReadModels.WorkflowsAsync(query, CancellationToken.None)).Items.Select(w => w.Workflow)];
        Same([near, blocked, late], await Found(new WorkflowQuery { RiskBefore = soon }));
        Same([far, near, blocked, late], await Found(new WorkflowQuery { RiskBefore = soon.AddHours(1) }));
        Same([answered, asked, far, near, blocked, late], await Found(new WorkflowQuery { IsOpen = true }));
        Same([asked, blocked], await Found(new WorkflowQuery("waiting") { IsOpen = true }));
        Same([over], await Found(new WorkflowQuery { IsOpen = false }));

        var first = await ReadModels.WorkflowsAsync(new WorkflowQuery(Limit: 2) { RiskBefore = soon }, CancellationToken.None);
        Same([late], await Found(new WorkflowQuery(Limit: 2, Cursor: first.Next) { RiskBefore = soon }));
    }

    [Fact]
    public async Task Open_tasks_are_listed_by_deadline_for_one_executor_or_all()
    {
        var workflow = New<WorkflowId>();
        TaskRow Work(string key, string status, string? executor, DateTimeOffset? deadline) =>
            new(New<TaskId>(), workflow, key, "Do " + key, status, executor, deadline);
        var none = Work("none", "waiting_person", "person:petra", null);
        var late = Work("late", "waiting_person", "person:petra", Time.Now.AddDays(2));
        var soon = Work("soon", "running", "agent:buyer", Time.Now.AddDays(1));
        var done = Work("done", "done", "person:petra", Time.Now);
        var pending = Work("pending", "pending", null, null);
        await AppendedAsync(workflow.ToString(), 0, changes: [.. new[] { none, late, soon, done, pending }.Select(t => new ReadModelChange.PutTask(t))]);

        Same([late, none], await OpenTasksAsync("person:petra"));
        Same([late, none], (await ReadModels.TasksAsync(new TaskQuery("person:petra", "waiting_person"), CancellationToken.None)).Items);
        Assert.Empty((await ReadModels.TasksAsync(new TaskQuery("person:petra", "running"), CancellationToken.None)).Items);
        Same([soon, late, .. new[] { none, pending }.OrderBy(t => t.Task.ToString(), StringComparer.Ordinal)], await OpenTasksAsync(null));

        await AppendedAsync(workflow.ToString(), 1, changes: [new ReadModelChange.PutTask(pending with { Status = "running", Executor = "person:petra", Title = "New", Deadline = Time.Now })]);
        Same(
            [pending with { Status = "running", Executor = "person:petra", Title = "New", Deadline = Time.Now }, late, none],
            await OpenTasksAsync("person:petra"));
    }

    [Fact]
    public async Task Open_tasks_are_counted_by_executor_and_status_for_one_or_all_and_without_those_of_one_workflow()
    {
        var (here, there) = (New<WorkflowId>(), New<WorkflowId>());
        TaskRow Work(WorkflowId workflow, string status, string? executor) => new(New<TaskId>(), workflow, "a", "Do it", status, executor, null);
        await AppendedAsync(here.ToString(), 0, changes: [.. new[] { Work(here, "running", "person:petra"), Work(here, "done", "person:petra"), Work(here, "pending", null) }.Select(t => new ReadModelChange.PutTask(t))]);
        await AppendedAsync(
            there.ToString(), 0, changes: [.. new[] { Work(there, "running", "person:petra"), Work(there, "waiting_person", "person:petra"), Work(there, "running", "agent:buyer") }.Select(t => new ReadModelChange.PutTask(t))]);

        await CountedAsync(null, null, (null, "pending", 1), ("agent:buyer", "running", 1), ("person:petra", "running", 2), ("person:petra", "waiting_person", 1));
        await CountedAsync("person:petra", null, ("person:petra", "running", 2), ("person:petra", "waiting_person", 1));
        await CountedAsync("person:petra", there, ("person:petra", "running", 1));
        await CountedAsync("person:nobody", null);

        async Task CountedAsync(string? executor, WorkflowId? except, params (string?, string, int)[] expected) => Assert.Equal(
            expected.Select(e => new TaskCount(e.Item1, e.Item2, e.Item3)),
            (await ReadModels.CountTasksAsync(executor, except, CancellationToken.None)).OrderBy(c => c.Executor, StringComparer.Ordinal).ThenBy(c => c.Status, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Open_tasks_come_a_page_at_a_time_those_without_a_deadline_last_and_one_is_found_by_its_id_also_when_it_is_over()
    {
        var workflow = New<WorkflowId>();
        TaskRow Work(string key, string status, DateTimeOffset? deadline) => new(New<TaskId>(), workflow, key, "Do " + key, status, "person:petra", deadline);
        TaskRow[] open = [Work("a", "running", Time.Now), Work("b", "waiting_person", Time.Now), Work("c", "waiting_person", Time.Now.AddDays(1)), Work("d", "pending", null), Work("e", "blocked", null)];
        var (other, done) = (Work("f", "running", null) with { Executor = "agent:buyer" }, Work("g", "done", Time.Now));
        await AppendedAsync(workflow.ToString(), 0, changes: [.. open.Append(other).Append(done).Select(t => new ReadModelChange.PutTask(t))]);
        var expected = open.OrderBy(t => t.Deadline ?? DateTimeOffset.MaxValue).ThenBy(t => t.Task.ToString(), StringComparer.Ordinal).ToList();

        var found = new List<TaskRow>();
        for (string? cursor = null; ;)
        {
            var page = await ReadModels.TasksAsync(new TaskQuery("person:petra", null, cursor, 2), CancellationToken.None);
            Assert.InRange(page.Items.Length, 1, 2);
            found.AddRange(page.Items);
            if ((cursor = page.Next) is null)
            {
                break;
            }
        }

        Same(expected, found);
        Assert.Equal(6, (await OpenTasksAsync(null)).Length);
        await Assert.ThrowsAsync<FormatException>(() => ReadModels.TasksAsync(new TaskQuery(Cursor: "rubbish"), CancellationToken.None));
        Assert.Equal(done, await ReadModels.TaskAsync(done.Task, CancellationToken.None));
        Assert.Null(await ReadModels.TaskAsync(New<TaskId>(), CancellationToken.None));
    }

    [Fact]
    public async Task Workflows_with_a_task_of_a_status_come_in_pages_by_id_each_once()
    {
        var blocked = Enumerable.Range(0, 3).Select(_ => New<WorkflowId>()).OrderBy(w => w.ToString(), StringComparer.Ordinal).ToArray();
        foreach (var workflow in blocked.Append(New<WorkflowId>()))
        {
            var status = blocked.Contains(workflow) ? "blocked" : "running";
            await AppendedAsync(workflow.ToString(), 0, changes: [.. Enumerable.Range(0, 2).Select(n => new ReadModelChange.PutTask(new TaskRow(New<TaskId>(), workflow, $"t{n}", "Do it", status, null, null)))]);
        }

        Same([blocked[0], blocked[1]], await ReadModels.WithTasksAsync("blocked", null, 2, CancellationToken.None));
        Same([blocked[2]], await ReadModels.WithTasksAsync("blocked", blocked[1], 2, CancellationToken.None));
    }

    [Fact]
    public async Task A_ledger_that_nobody_wrote_to_holds_nothing() =>
        Assert.Equal(Amounts.None, await ReadModels.LedgerAsync("b", "k", "all", null, CancellationToken.None));

    [Fact]
    public async Task Ledgers_add_every_field_exactly()
    {
        var stream = New<WorkflowId>().ToString();
        var each = new Amounts(0.000001m, 0.000000001m, 3, 1);
        var changes = Enumerable.Range(0, 200).Select(i => (ReadModelChange)new ReadModelChange.Reserve($"c{i}", new Reservation("b", "k", "all", each, Amounts.None), Time.Now));
        await AppendedAsync(stream, 0, changes: [.. changes]);
        Assert.Equal(new Amounts(0.0002m, 0.0000002m, 600, 200), await ReadModels.LedgerAsync("b", "k", "all", null, CancellationToken.None));
    }

    [Fact]
    public async Task The_entries_of_a_ledger_are_found_by_their_age()
    {
        var reserved = new Reservation("b", "k", "rolling", new Amounts(ToolCalls: 1), new Amounts(ToolCalls: 9));
        await AppendedAsync(New<WorkflowId>().ToString(), 0, changes: [.. Enumerable.Range(0, 4).Select(i => (ReadModelChange)new ReadModelChange.Reserve($"e{i}", reserved, Time.Now.AddMinutes(i)))]);
        Assert.Equal(Time.Now.AddMinutes(1), await ReadModels.EntryAtAsync("b", "k", "rolling", Time.Now.AddMinutes(1), 0, CancellationToken.None));
        Assert.Equal(Time.Now.AddMinutes(3), await ReadModels.EntryAtAsync("b", "k", "rolling", Time.Now.AddMinutes(1), 2, CancellationToken.None));
        Assert.Null(await ReadModels.EntryAtAsync("b", "k", "rolling", Time.Now.AddMinutes(1), 3, CancellationToken.None));
        Assert.Null(await ReadModels.EntryAtAsync("b", "other", "rolling", Time.Now, 0, CancellationToken.None));
    }

    private async Task<ImmutableArray<TaskRow>> OpenTasksAsync(string? executor) => (await ReadModels.TasksAsync(new TaskQuery(executor), CancellationToken.None)).Items;

    [Fact]
    public async Task A_reader_never_sees_half_an_append()
    {
        var id = New<WorkflowId>();
        var stream = id.ToString();
        await PutAsync(Row(id) with { TasksTotal = 0 });
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var seen = 0;
            while (!stop.IsCancellationRequested || seen == 0)
            {
                var total = Assert.Single(await ReadModels.OpenWorkflowsAsync(CancellationToken.None)).TasksTotal;
                var tasks = (await OpenTasksAsync(null)).Length;
                Assert.True(tasks >= total, $"{total} tasks are counted and only {tasks} are there");
                seen++;
            }
        });

        for (var seq = 1; seq <= 100; seq++)
        {
            await AppendedAsync(
                stream,
                seq,
                changes:
                [
                    new ReadModelChange.PutWorkflow(Row(id) with { TasksTotal = seq }),
                    new ReadModelChange.PutTask(new TaskRow(New<TaskId>(), id, $"t{seq}", "T", "ready", null, null)),
                ]);
        }

        await stop.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task Workflows_and_tasks_that_are_asked_for_together_are_as_each_is_alone()
    {
        var (open, over) = (New<WorkflowId>(), New<WorkflowId>());
        await PutAsync(Row(over, status: "completed"));
        TaskRow Of(string key, string status, string? executor) => new(New<TaskId>(), open, key, "Look", status, executor, null);
        TaskRow[] tasks = [Of("a", "waiting_person", "person:petra"), Of("b", "ready", "person:petra"), Of("c", "done", "person:petra"), Of("d", "ready", null)];
        await AppendedAsync(open.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(Row(open)), .. tasks.Select(t => new ReadModelChange.PutTask(t))]);

        var found = await ReadModels.ListAsync(
            new AskedLists
            {
                Workflows = [new WorkflowQuery { IsOpen = false }, new WorkflowQuery { IsOpen = true }, new WorkflowQuery(Limit: 1)],
                Tasks = [new TaskQuery("person:petra", "waiting_person"), new TaskQuery()],
                TaskCounts = ["person:petra", "person:omar", null],
            },
            CancellationToken.None);

        Assert.Equal([over, open], found.Workflows.Take(2).Select(page => Assert.Single(page.Items).Workflow));
        Assert.NotNull(found.Workflows[2].Next);
        Assert.Equal(tasks[0], Assert.Single(found.Tasks[0].Items));
        Assert.Equal(["a", "b", "d"], found.Tasks[1].Items.Select(t => t.Key).Order());
        Assert.Equal([("ready", 1), ("waiting_person", 1)], found.TaskCounts[0].Select(c => (c.Status, c.Count)));
        Assert.Empty(found.TaskCounts[1]);
        Assert.Equal(3, found.TaskCounts[2].Sum(c => c.Count));
    }

    private async Task<IEnumerable<ApprovalRow>> ApprovalsAsync(string? status = null) => (await ReadModels.ApprovalsAsync(new InboxQuery(status), CancellationToken.None)).Items;

    private async Task<IEnumerable<EscalationRow>> EscalationsAsync(string? status = null) => (await ReadModels.EscalationsAsync(new InboxQuery(status), CancellationToken.None)).Items;

    private static async Task<List<TRow>> AllAsync<TRow>(InboxQuery query, Func<InboxQuery, CancellationToken, Task<Page<TRow>>> read, int pages)
    {
        var seen = new List<TRow>();
        for (var page = 1; ; page++)
        {
            var found = await read(query, CancellationToken.None);
            seen.AddRange(found.Items);
            if (found.Next is null)
            {
                Assert.Equal(pages, page);
                return seen;
            }

            Assert.Equal(query.Limit, found.Items.Length);
            query = query with { Cursor = found.Next };
        }
    }

    private static void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual) => Assert.Equal(expected, actual);

    private Task PutAsync(WorkflowRow row) => AppendedAsync(row.Workflow.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(row)]);
}
