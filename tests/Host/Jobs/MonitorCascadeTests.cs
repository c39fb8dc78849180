using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>What stops a workflow, or ends it, stops or ends what it set off through monitors, and what that set off in turn.</summary>
public sealed class MonitorCascadeTests
{
    private const string Condition = """when: { tool: erp.low, is: "size(result.rows) > 0" }""";

    private const string Chain = $"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: One. }} }}\n  - {{ name: second, schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Two. }} }}\n  - {{ name: third, schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Three. }}";

    private const string Queueing = $"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, overlap: queue";

    [Fact]
    public async Task What_stops_a_workflow_stops_all_that_comes_of_it_however_many_lie_between_also_after_a_restart()
    {
        await using var watched = await WatchedCompany.OpenAsync(Chain);
        var chain = await SetOffAsync(watched);
        var last = (await watched.WorkflowAsync(chain[3])).State;
        Assert.Equal([chain[2], chain[1], chain[0]], last.Submitted!.Ancestry!.Workflows.AsEnumerable());
        Assert.Equal(["purchaser"], last.Submitted.Ancestry.Agents.AsEnumerable());

        await watched.RestartAsync();
        foreach (var (kind, name) in new[] { (Suspension.Workflow, chain[0].ToString()), (Suspension.Agent, "purchaser") })
        {
            var company = watched.Get<ICompany>();
            await company.AppendAsync([new Suspended(kind, name, new PrivateText("jana", "It is odd."))], Actor.Person("jana"), CancellationToken.None);
            foreach (var workflow in chain[1..])
            {
                Assert.Equal($"{kind}/{name}", company.State.StopOf((await watched.WorkflowAsync(workflow)).State)?.Key);
            }

            await company.AppendAsync([new SuspensionLifted(kind, name)], Actor.Person("jana"), CancellationToken.None);
            Assert.Null(company.State.StopOf((await watched.WorkflowAsync(chain[3])).State));
        }

        // Nor does anything come of it anew: what the next run would read is refused.
        await watched.EndAsync(chain[3]);
        await watched.Get<ICompany>().AppendAsync([new Suspended(Suspension.Workflow, chain[0].ToString(), new PrivateText("jana", "It is odd."))], Actor.Person("jana"), CancellationToken.None);
        var refused = await watched.Desk.RunAsync(watched.Desk.Find("third")!, "jana", chain[2], CancellationToken.None);
        Assert.Equal(JobOutcome.Failed, refused.Outcome);
        Assert.Contains("is suspended: It is odd.", refused.Detail, StringComparison.Ordinal);
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task What_comes_of_a_workflow_is_cancelled_with_it_all_the_way_down()
    {
        await using var watched = await WatchedCompany.OpenAsync(Chain);
        var chain = await SetOffAsync(watched);
        await watched.AppendAsync(chain[0], new GoalCancelled(new PrivateText("jana", "Not wanted.")));

        await watched.RestartAsync();   // whoever cancelled it may die over it: whoever looks next goes on
        await watched.SweepAsync();

        foreach (var workflow in chain[1..])
        {
            var state = (await watched.WorkflowAsync(workflow)).State;
            Assert.Equal((WorkflowStatus.Cancelled, $"{chain[0]}, which led to it, was cancelled."), (state.Status, state.Ending));
        }

        foreach (var monitor in (string[])[WatchedCompany.Name, "second", "third"])
        {
            var state = (await watched.Desk.ViewAsync(watched.Desk.Find(monitor)!, CancellationToken.None)).State;
            Assert.Equal((null, MonitorOutcome.Cancelled), (state.Open, state.Recent[^1].Ended!.Outcome));
        }

        // What is told of its effects later on is no part of it.
        watched.Time.Advance(TimeSpan.FromMinutes(1));
        var late = await watched.RunAsync(chain[0]);
        await watched.SweepAsync();
        Assert.Equal((JobOutcome.Submitted, WorkflowStatus.Planning), (late.Outcome, (await watched.WorkflowAsync(late.Workflow!.Value)).State.Status));
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task What_comes_of_a_workflow_goes_on_where_that_failed_or_goes_on_in_another_and_what_a_person_asked_for_is_theirs()
    {
        await using var watched = await WatchedCompany.OpenAsync(Chain.Replace("goal: Two.", "goal: Two., playbook: restock", StringComparison.Ordinal));
        var desk = watched.Get<WorkflowDesk>();
        async Task<WorkflowId> AskAsync(string goal, string? playbook = null) =>
            Assert.IsType<SubmitResult.Created>(await desk.SubmitAsync(new SubmitRequest(goal, "petra", "bundle") { Playbook = playbook }, CancellationToken.None)).Workflow;
        var (joins, other, theirs) = (await AskAsync("One."), await AskAsync("Another."), await AskAsync("Restock.", "restock"));
        var own = (await watched.RunAsync(joins)).Workflow!.Value;
        var joined = await watched.Desk.RunAsync(watched.Desk.Find("second")!, "jana", joins, CancellationToken.None);
        Assert.Equal((JobOutcome.Joined, theirs), (joined.Outcome, joined.Workflow));
        Assert.IsType<OutsideResult.Appended>(await desk.JoinAsync(joins, other, "petra", CancellationToken.None));
        await watched.SweepAsync();
        Assert.Equal([WorkflowStatus.Planning, WorkflowStatus.Planning], new[] { (await watched.WorkflowAsync(own)).State.Status, (await watched.WorkflowAsync(theirs)).State.Status });

        var failing = await AskAsync("Three.");
        var child = (await watched.Desk.RunAsync(watched.Desk.Find("third")!, "jana", failing, CancellationToken.None)).Workflow!.Value;
        await watched.EndAsync(failing);
        await watched.SweepAsync();
        Assert.Equal(WorkflowStatus.Planning, (await watched.WorkflowAsync(child)).State.Status);
    }

    [Fact]
    public async Task What_an_earlier_release_submitted_goes_on_when_what_led_to_it_is_cancelled()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var desk = watched.Get<WorkflowDesk>();
        async Task<WorkflowId> AskAsync(string goal) => Assert.IsType<SubmitResult.Created>(await desk.SubmitAsync(new SubmitRequest(goal, "petra", "bundle"), CancellationToken.None)).Workflow;
        var (cause, own) = (await AskAsync("One."), await AskAsync("Two."));
        await watched.SweepAsync();
        await watched.WroteAsync(
            new MonitorFired(1, "f", MonitorTrigger.Manual, null, 1, "elsewhere:1", cause, JsonText.Null), new MonitorSubmitted(1, own, Joined: false, null));
        await watched.AppendAsync(cause, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        await watched.SweepAsync();
        Assert.Equal((1, WorkflowStatus.Planning), ((await watched.StateAsync()).Open!.Fired.Run, (await watched.WorkflowAsync(own)).State.Status));
    }

    [Fact]
    public async Task What_led_to_a_run_and_cannot_be_read_here_keeps_nothing_else_from_being_done()
    {
        await using var watched = await WatchedCompany.OpenAsync(Chain);
        var chain = await SetOffAsync(watched);
        await FromTheFutureAsync(watched, chain[0]);
        await watched.AppendAsync(chain[1], new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        await watched.SweepAsync();
        foreach (var workflow in chain[2..])
        {
            Assert.Equal(WorkflowStatus.Cancelled, (await watched.WorkflowAsync(workflow)).State.Status);
        }
    }

    [Fact]
    public async Task A_run_of_a_dead_host_is_left_to_a_newer_one_where_what_led_to_it_cannot_be_read_here()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var cause = Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("One.", "petra", "bundle"), CancellationToken.None)).Workflow;
        await FromTheFutureAsync(watched, cause);
        await watched.SweepAsync();
        await watched.WroteAsync(new MonitorFired(1, "f", MonitorTrigger.Manual, null, 1, "elsewhere:1", cause, JsonText.Null));
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal(1, state.Open!.Fired.Run);
    }

    [Fact]
    public async Task A_run_of_a_dead_host_is_lost_and_not_made_up_for_where_what_led_to_it_is_damaged()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var cause = await AskAsync(watched, "One.");
        await DamageAsync(watched, cause);
        await watched.SweepAsync();
        await watched.WroteAsync(new MonitorFired(1, "f", MonitorTrigger.Manual, null, 1, "elsewhere:1", cause, JsonText.Null));
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal((null, 1, MonitorOutcome.Lost), (state.Open, state.Runs, Assert.Single(state.Recent).Ended!.Outcome));
        Assert.Equal(JobOutcome.Submitted, (await watched.RunAsync()).Outcome);
    }

    [Fact]
    public async Task A_run_of_a_dead_host_ends_as_cancelled_where_what_led_to_it_was_cancelled_meanwhile()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var cause = await AskAsync(watched, "One.");
        await watched.SweepAsync();
        await watched.WroteAsync(new MonitorFired(1, "f", MonitorTrigger.Manual, null, 1, "elsewhere:1", cause, JsonText.Null) { Ancestry = new Ancestry([cause], []) });
        await watched.AppendAsync(cause, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        var ended = Assert.Single(state.Recent).Ended!;
        Assert.Equal((null, MonitorOutcome.Cancelled, $"{cause}, which led to it, was cancelled."), (state.Open, ended.Outcome, ended.Detail));
    }

    [Fact]
    public async Task What_waits_ends_as_cancelled_when_what_led_to_it_is_cancelled_while_it_waits()
    {
        await using var watched = await WatchedCompany.OpenAsync(Queueing);
        var (first, before, meanwhile) = ((await watched.RunAsync()).Workflow!.Value, await AskAsync(watched, "One."), await AskAsync(watched, "Two."));
        await watched.AppendAsync(before, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        Assert.Equal([JobOutcome.Queued, JobOutcome.Queued], new[] { (await watched.RunAsync(meanwhile)).Outcome, (await watched.RunAsync(before)).Outcome });
        await watched.AppendAsync(meanwhile, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        await watched.EndAsync(first);

        await watched.RestartAsync();   // whatever was known of it is read again
        await watched.SweepAsync();
        var ended = (await watched.StateAsync()).Recent[^1];
        Assert.Equal((meanwhile, MonitorOutcome.Cancelled, $"{meanwhile}, which led to it, was cancelled while it waited."), (ended.Fired.Cause, ended.Ended!.Outcome, ended.Ended.Detail));
        Assert.Contains(await watched.RowsAsync(), row => row.Outcome == JobOutcome.Skipped && row.Detail == ended.Ended.Detail);

        // What is told of its effects later on is no part of it.
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal((3, before, 0), (state.Open!.Fired.Run, state.Open.Fired.Cause!.Value, state.Queue.Length));
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task What_waited_is_cancelled_with_what_led_to_it_also_where_that_was_cancelled_just_before_it_began()
    {
        await using var watched = await WatchedCompany.OpenAsync(Queueing);
        var (waiting, own) = await CancelledWhileItWaitsAsync(watched);
        var fired = waiting with { Ancestry = new Ancestry([waiting.Cause!.Value], []) };

        // Another host had looked before, and goes on as if nothing were.
        await watched.WroteAsync(fired, new MonitorSubmitted(2, own, Joined: false, null));
        await watched.SweepAsync();
        var state = (await watched.WorkflowAsync(own)).State;
        Assert.Equal((WorkflowStatus.Cancelled, $"{waiting.Cause}, which led to it, was cancelled."), (state.Status, state.Ending));
        Assert.Equal((2, MonitorOutcome.Cancelled), ((await watched.StateAsync()).Recent[^1].Fired.Run, (await watched.StateAsync()).Recent[^1].Ended!.Outcome));
    }

    [Fact]
    public async Task What_waited_and_died_with_its_host_is_not_made_up_for_where_what_led_to_it_was_cancelled_just_before_it_began()
    {
        await using var watched = await WatchedCompany.OpenAsync(Queueing);
        var (waiting, _) = await CancelledWhileItWaitsAsync(watched);
        await watched.WroteAsync(waiting with { Ancestry = new Ancestry([waiting.Cause!.Value], []) });
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal((null, 2, MonitorOutcome.Cancelled), (state.Open, state.Runs, state.Recent[^1].Ended!.Outcome));
    }

    [Fact]
    public async Task What_waited_submits_nothing_where_what_led_to_it_is_cancelled_between_the_look_and_its_beginning()
    {
        await using var watched = await WatchedCompany.OpenAsync(Queueing);
        var first = (await watched.RunAsync()).Workflow!.Value;
        var cause = await AskAsync(watched, "One.");
        await watched.RunAsync(cause);
        await watched.EndAsync(first);
        var before = await watched.WorkflowsAsync();
        watched.Beginning = () => watched.AppendAsync(cause, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        await watched.SweepAsync();
        var ended = (await watched.StateAsync()).Recent[^1];
        Assert.Equal((2, MonitorOutcome.Cancelled, $"{cause}, which led to it, was cancelled."), (ended.Fired.Run, ended.Ended!.Outcome, ended.Ended.Detail));
        Assert.Equal(before, await watched.WorkflowsAsync());
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task What_waits_goes_on_waiting_for_a_newer_host_and_is_given_up_where_what_led_to_it_is_damaged()
    {
        await using var watched = await WatchedCompany.OpenAsync(Queueing);
        var (first, damaged, strange) = ((await watched.RunAsync()).Workflow!.Value, await AskAsync(watched, "One."), await AskAsync(watched, "Two."));
        await watched.RunAsync(damaged);
        await watched.RunAsync(strange);
        await DamageAsync(watched, damaged);
        await FromTheFutureAsync(watched, strange);
        await watched.EndAsync(first);

        await watched.SweepAsync();
        var ended = (await watched.StateAsync()).Recent[^1];
        Assert.Equal((damaged, MonitorOutcome.Failed), (ended.Fired.Cause, ended.Ended!.Outcome));
        Assert.Contains("is damaged", ended.Ended.Detail, StringComparison.Ordinal);

        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal((null, strange), (state.Open, Assert.Single(state.Queue).Queued.Cause!.Value));
    }

    private static async Task<WorkflowId> AskAsync(WatchedCompany watched, string goal) =>
        Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest(goal, "petra", "bundle"), CancellationToken.None)).Workflow;

    /// <summary>A firing that waits, and what led to it is cancelled; how it would begin, and a workflow for it.</summary>
    private static async Task<(MonitorFired Fired, WorkflowId Own)> CancelledWhileItWaitsAsync(WatchedCompany watched)
    {
        var first = (await watched.RunAsync()).Workflow!.Value;
        var (cause, own) = (await AskAsync(watched, "One."), await AskAsync(watched, "Two."));
        await watched.RunAsync(cause);
        await watched.EndAsync(first);
        var queued = Assert.Single((await watched.StateAsync()).Queue).Queued; // the run before has ended by this look
        await watched.AppendAsync(cause, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        return (new MonitorFired(2, queued.Firing, queued.Trigger, null, 1, "elsewhere:1", cause, JsonText.Null), own);
    }

    private static Task FromTheFutureAsync(WatchedCompany watched, WorkflowId workflow) => WriteAsync(watched, workflow, told => told with { Type = "FromTheFuture" });

    private static Task DamageAsync(WatchedCompany watched, WorkflowId workflow) => WriteAsync(watched, workflow, told => told with { Body = "{"u8.ToArray() });

    private static async Task WriteAsync(WatchedCompany watched, WorkflowId workflow, Func<NewEvent, NewEvent> change)
    {
        var journal = watched.Get<IWorkflowJournal>();
        var seq = (await journal.ReadAsync(workflow.ToString(), 0, 1000, CancellationToken.None)).Length;
        var changed = change(EventCodec.Encode(new GoalCancelled(new PrivateText("jana", "x")), watched.Time.Now, Actor.System, ""));
        Assert.IsType<AppendResult.Appended>(await journal.AppendAsync(new AppendRequest(workflow.ToString(), seq, null, [changed], [], []), CancellationToken.None));
    }

    /// <summary>A workflow that somebody asked for, in which an agent has called something; what it set off; what that set off; and what that did.</summary>
    private static async Task<WorkflowId[]> SetOffAsync(WatchedCompany watched)
    {
        var asked = Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Other.", "petra", "bundle"), CancellationToken.None)).Workflow;
        var call = PrefixedId.Derive<CallId>(asked.Value, "call");
        await watched.AppendAsync(
            asked,
            new ContractAgreed(new Contract("Other.", [], [], null, null), null, null, "requester"),
            new PlanAdopted(new Plan(1, [])),
            new CallProposed(call, null, "purchaser", "erp.low", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Allow, ["read"], JsonText.EmptyObject, "", "policy", "1", []),
            new CallStarted(call, "key", true, [], null, null));
        List<WorkflowId> chain = [asked];
        foreach (var monitor in (string[])[WatchedCompany.Name, "second", "third"])
        {
            chain.Add((await watched.Desk.RunAsync(watched.Desk.Find(monitor)!, "jana", chain[^1], CancellationToken.None)).Workflow!.Value);
        }

        return [.. chain];
    }
}
