namespace AiManager.ManagerAgent.Tests;

/// <summary>Who has as many tasks as they may have at once is passed over; when everybody has, the task waits and says so.</summary>
public sealed class CapacityTests
{
    private readonly House _house = new(1);

    [Fact]
    public async Task Whoever_is_full_is_passed_over_and_the_journal_says_so()
    {
        WithBuyers(Buyer("paul", 0.9m, 1), Buyer("quentin", 0.5m, null));
        _house.Low = ["s1", "s2", "s3"];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(["paul", "quentin", "quentin"], WaitingFor(state).Order());
        Assert.Contains(await driving.EventsAsync<TaskAssigned>(workflow), a => a.Executor.Actor == Actor.Person("quentin") && a.Reason.Contains("paul 1 of 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_everybody_is_full_the_task_waits_and_goes_to_whoever_is_done_first()
    {
        WithBuyers(Buyer("paul", 0.9m, 1), Buyer("quentin", 0.5m, 1));
        _house.Low = ["s1", "s2", "s3"];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(["paul", "quentin"], WaitingFor(state).Order());
        var left = Assert.Single(state.Tasks, t => t.NextAssignment is not null);
        Assert.Equal("Everybody with the skill 'purchasing' has as many open tasks as they may have at once: paul 1 of 1, quentin 1 of 1.", left.Reason);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        Assert.Contains("somebody with time for", NowLine.Of(state, Plain.Words), StringComparison.Ordinal);
        Assert.Contains(StatusReport.Of(await driving.SnapshotAsync(workflow), "EUR", Plain.Words, 0).Lines, l => l.Kind == ReportKind.Waiting && !l.Events.IsEmpty && l.Text.Contains("quentin 1 of 1", StringComparison.Ordinal));
        Assert.Empty(state.Escalations);

        // Nobody has to wait for the clock.
        await HandInAsync(driving, workflow, "quentin");
        state = await driving.RunAsync(workflow);
        Assert.Equal("quentin", state.Task(left.Task.Id)!.Executor!.Actor.PersonId);
        await HandInAsync(driving, workflow, "quentin");
        await HandInAsync(driving, workflow, "paul");
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task What_somebody_has_to_do_in_another_workflow_counts_on_every_host_and_the_waits_grow()
    {
        _house.Playbooks = [.. _house.Playbooks.Select(p => p with { Singleton = null })];
        WithBuyers(Buyer("paul", 0.9m, 1));
        var first = _house.Start();
        var busy = await first.SubmitAsync();
        await first.RunAsync(busy);

        var second = _house.Start("node-2");
        _house.Time.Advance(TimeSpan.FromSeconds(1)); // ids of the two begin with the time
        var late = await second.SubmitAsync();
        Assert.Equal([], WaitingFor(await second.RunAsync(late)));
        for (var look = 1; look <= 6; look++)
        {
            _house.Time.Advance(TimeSpan.FromMinutes(look <= 4 ? 1 << (look - 1) : 10));
            Assert.Equal(look + 1, (await second.RunAsync(late)).Tasks.Single(t => t.NextAssignment is not null).PutOffs);
        }

        // The host that waited dies; the row that wakes the workflow is in the store.
        await HandInAsync(first, busy, "paul");
        await first.RunAsync(busy);
        var third = _house.Start("node-3");
        Assert.Equal([], WaitingFor(await third.RunAsync(late)));
        _house.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["paul"], WaitingFor(await third.RunAsync(late)));
    }

    [Fact]
    public async Task A_long_list_for_one_person_takes_events_for_each_of_its_tasks_and_not_for_each_pair()
    {
        const int Many = 60;
        WithBuyers(Buyer("paul", 0.9m, 1));
        _house.Low = [.. Enumerable.Range(1, Many).Select(i => $"s{i}")];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var state = await driving.RunAsync(workflow);
        Assert.Contains("somebody with time for", NowLine.Of(state, Plain.Words), StringComparison.Ordinal);
        Assert.Contains($"and {Many - 2} more", NowLine.Of(state, Plain.Words), StringComparison.Ordinal);
        for (var done = 0; done < Many; done++)
        {
            await HandInAsync(driving, workflow, "paul");
            state = await driving.RunAsync(workflow);
        }

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.InRange((await driving.EventsAsync<AssignmentPutOff>(workflow)).Length, Many - 1, Many);
    }

    [Fact]
    public async Task Of_equals_work_goes_to_who_is_at_work_and_then_to_who_has_less_to_do()
    {
        var (night, fault) = WorkHours.Read("Mon-Sun 22:00-06:00 Europe/Prague");
        Assert.Null(fault);
        WithBuyers(Buyer("anna", 0.9m, null) with { Hours = night }, Buyer("paul", 0.9m, null), Buyer("quentin", 0.9m, null));
        _house.Low = ["s1", "s2"];
        var driving = _house.Start();

        var state = await driving.RunAsync(await driving.SubmitAsync());

        Assert.Equal(["paul", "quentin"], WaitingFor(state).Order());
    }

    [Fact]
    public async Task Who_took_over_is_not_full_either()
    {
        _house.Playbooks = [.. _house.Playbooks.Select(p => p with { Singleton = null })];
        WithBuyers(Buyer("paul", 0.9m, null), Buyer("quentin", 0.5m, 1), Buyer("rita", 0.4m, null));
        var driving = _house.Start();
        _house.People = [.. _house.People.Where(p => p.Id is not ("paul" or "rita"))];
        var other = _house.Start("node-2");
        var busy = await other.SubmitAsync();
        await other.RunAsync(busy);
        _house.Time.Advance(TimeSpan.FromSeconds(1)); // ids of the two begin with the time

        var workflow = await driving.SubmitAsync();
        var task = (await driving.RunAsync(workflow)).Tasks.Single(t => t.Status == WorkTaskStatus.WaitingPerson);
        Assert.Equal("paul", task.Executor!.Actor.PersonId);
        Assert.IsType<OutsideResult.Appended>(await driving.Answers.DeliverAsync(workflow, task.Task.Id, JsonText.Parse("""{"cannot":"I do not know how."}"""), "paul", default));

        Assert.Equal(["rita"], WaitingFor(await driving.RunAsync(workflow)));
    }

    [Fact]
    public async Task Where_everybody_who_could_take_over_is_full_the_best_of_them_does_all_the_same()
    {
        WithBuyers(Buyer("paul", 0.9m, null), Buyer("quentin", 0.5m, 1));
        _house.Low = ["s1", "s2"];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        for (var time = 0; time < 2; time++)
        {
            await CannotAsync(driving, workflow, "paul");
            await driving.RunAsync(workflow);
        }

        var state = (await driving.SnapshotAsync(workflow)).State;
        Assert.Equal(["quentin", "quentin"], WaitingFor(state));
        Assert.Empty(state.Escalations);
        Assert.EndsWith("Nobody else who can do it has time: quentin 1 of 1.", (await driving.EventsAsync<TaskReassigned>(workflow))[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_tasks_that_find_another_executor_side_by_side_one_takes_the_last_place()
    {
        WithBuyers(Buyer("paul", 0.9m, null), Buyer("quentin", 0.5m, 1), Buyer("rita", 0.4m, null));
        _house.Low = ["s1", "s2"];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await CannotAsync(driving, workflow, "paul");
        await CannotAsync(driving, workflow, "paul");

        Assert.Equal(["quentin", "rita"], WaitingFor(await driving.RunAsync(workflow)).Order());
    }

    private static async Task CannotAsync(Driving driving, WorkflowId workflow, string person)
    {
        var task = (await driving.SnapshotAsync(workflow)).State.Tasks.First(t => t.Status == WorkTaskStatus.WaitingPerson && t.Executor!.Actor == Actor.Person(person));
        Assert.IsType<OutsideResult.Appended>(await driving.Answers.DeliverAsync(workflow, task.Task.Id, JsonText.Parse("""{"cannot":"I do not know how."}"""), person, default));
    }

    private static IEnumerable<string> WaitingFor(WorkflowState state) =>
        state.Tasks.Where(t => t.Status == WorkTaskStatus.WaitingPerson).Select(t => t.Executor!.Actor.PersonId!);

    private static Person Buyer(string id, decimal skill, int? capacity) =>
        House.Person(id, "buyer") with { Skills = System.Collections.Immutable.ImmutableDictionary<string, decimal>.Empty.Add("purchasing", skill), Capacity = capacity };

    private async Task HandInAsync(Driving driving, WorkflowId workflow, string person)
    {
        var task = (await driving.SnapshotAsync(workflow)).State.Tasks.First(t => t.Status == WorkTaskStatus.WaitingPerson && t.Executor!.Actor == Actor.Person(person));
        _house.Orders.Add(task.Task.Item.ToElement().GetProperty("supplier").GetString()!);
        Assert.IsType<OutsideResult.Appended>(await driving.Answers.DeliverAsync(workflow, task.Task.Id, JsonText.Parse("""{"order":"PO-1"}"""), person, default));
    }

    private void WithBuyers(params Person[] buyers)
    {
        _house.Agents = [.. _house.Agents.Where(a => !a.Skills.Contains("purchasing")), House.Agent("clerk", "filing", "orders.find", "orders.create")];
        _house.People = _house.People.AddRange(buyers);
    }
}
