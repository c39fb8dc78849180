using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class WorkflowViewTests
{
    private static readonly CallId Call = Given.Call("c");
    private static readonly ApprovalId Approval = Given.Approval("ap");

    [Fact]
    public void Rows_do_not_depend_on_how_events_are_batched() =>
        Prop.ForAll(Universe.Histories, ArbMap.Default.ArbFor<int>(), (choices, seed) =>
        {
            var told = Universe.Tell(choices);
            var events = told.Zip(Universe.States(told)).Where(e => WorkflowFold.TryApply(e.Second, e.First) is not null).Select(e => e.First).ToList();
            var single = new Tables();
            var batched = new Tables();
            var chance = new Random(seed);
            var (before, one) = (WorkflowFold.Start(Given.Workflow), WorkflowFold.Start(Given.Workflow));
            for (var i = 0; i < events.Count;)
            {
                var batch = events.Skip(i).Take(chance.Next(1, 9)).ToList();
                i += batch.Count;
                foreach (var recorded in batch)
                {
                    var next = WorkflowFold.Apply(one, recorded);
                    single.Change(WorkflowView.Changes(one, [recorded], next));
                    one = next;
                }

                var after = batch.Aggregate(before, WorkflowFold.Apply);
                batched.Change(WorkflowView.Changes(before, batch, after));
                before = after;
                Assert.Equal(single.ToString(), batched.ToString());
            }

            var rebuilt = new Tables();
            rebuilt.Change(WorkflowView.Changes(WorkflowFold.Start(Given.Workflow), events, before));
            Assert.Equal(single.ToString(), rebuilt.ToString());
        }).Check(Universe.Often);

    [Fact]
    public void Rows_say_what_the_state_says() =>
        Prop.ForAll(Universe.Histories, choices =>
        {
            var tables = new Tables();
            var before = WorkflowFold.Start(Given.Workflow);
            foreach (var recorded in Universe.Tell(choices))
            {
                var after = WorkflowFold.Apply(before, recorded);
                tables.Change(WorkflowView.Changes(before, [recorded], after));
                before = after;
                if (after.Submitted is null)
                {
                    Assert.Empty(tables.Workflows);
                    continue;
                }

                Assert.Equal([WorkflowView.Row(after)], tables.Workflows.Values);
                Assert.Equal(StatusNames.Write(after.ShownStatus), tables.Workflows.Values.Single().Status);
                Assert.Equal(after.Tasks.Select(t => (t.Task.Id, StatusNames.Write(t.Status))).Order(Comparer), tables.Tasks.Values.Select(t => (t.Task, t.Status)).Order(Comparer));
                Assert.Equal(after.Approvals.Count, tables.Approvals.Count);
                Assert.Equal(after.Escalations.Count, tables.Escalations.Count);
                Assert.Equal(Wakes(after).Order(StringComparer.Ordinal), tables.Due.Keys.Order(StringComparer.Ordinal));
                Assert.True(!after.IsFinal || tables.Approvals.Values.All(a => a.Status != "pending"), "nobody is asked about what is over");
            }
        }).Check(Universe.Often);

    [Fact]
    public void A_workflow_is_listed_with_what_people_look_for()
    {
        var story = Story.Submitted().Then(
            Given.Contract() with { Playbook = "restock", Singleton = "restock" },
            new PlanAdopted(Given.Plan(Given.WorkTask("a"), Given.Template("t", "$inputs.list"), Given.WorkTask("b"))),
            new TaskExpanded(Given.Task("t"), [Given.Child("t", 1)]),
            new TaskFailed(Given.Task("b"), "no"),
            Given.Assigned("a"),
            new DeliverableSubmitted(Given.Task("a"), Given.Json("{}")),
            new DeliverableReviewed(Given.Task("a"), Actor.System, true, [], []));
        Assert.Equal(
            new WorkflowRow(Given.Workflow, "Restock", "petra", "running", "restock", "restock", 0, Given.Noon.AddSeconds(1), Given.Noon.AddSeconds(8), 1, 3),
            WorkflowView.Row(story.State));
        story.Then(new GoalCancelled(Given.Words("stop")));
        Assert.Equal(("cancelled", null), (WorkflowView.Row(story.State).Status, WorkflowView.Row(story.State).Singleton));
    }

    [Fact]
    public void A_models_or_a_tools_next_step_writes_no_row_but_the_ledgers()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"));
        var before = story.State;
        var ask = AgentTurn.NextAsk(before.Tasks[0]);
        var changes = Then(
            story, Given.Asked(ask, "a") with { Reserved = [Given.Reserved(0)] }, Given.Replied(ask, "a", null, Given.Wants()) with { Settled = [Given.Reserved(0)] });
        Assert.Equal(
            [new ReadModelChange.Reserve(ask.ToString(), Given.Reserved(0), Given.Noon.AddSeconds(5)), new ReadModelChange.Settle(ask.ToString(), Given.Reserved(0))], changes);
    }

    [Fact]
    public void An_approval_is_in_the_inbox_with_its_open_seats_and_its_clock()
    {
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask));
        var requested = Given.Requested(Approval, Call, seats: [new Seat("lead", 1), new Seat("cfo", 1)]);
        var due = requested.ExpiresAt;
        Assert.Equal(
            [
                new ReadModelChange.PutApproval(new ApprovalRow(Approval, Given.Workflow, "pending", "lead,cfo", due, Given.Noon.AddSeconds(4))),
                new ReadModelChange.PutDue(Given.Workflow.ToString(), "approvalExpires", Approval.ToString(), due),
            ],
            Then(story, requested)[1..]);
        Assert.Equal("cfo", Assert.IsType<ReadModelChange.PutApproval>(Then(story, Given.Seat(Approval))[1]).Row.Roles);
        Assert.Contains(
            new ReadModelChange.ClearDue(Given.Workflow.ToString(), "approvalExpires", Approval.ToString()),
            Then(story, Given.Seat(Approval, "carl", "cfo"), Given.Verdict(Approval, ApprovalVerdict.Approved)));
        Assert.Equal("used", Assert.IsType<ReadModelChange.PutApproval>(Then(story, Given.Started(Call, Approval, 50))[0]).Row.Status);
    }

    [Fact]
    public void The_clock_of_an_approval_stands_still_while_the_workflow_is_paused_and_for_ever_when_it_is_over()
    {
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(Approval, Call));
        Assert.Contains(Then(story, new WorkflowPaused(Given.Words(""))), c => c is ReadModelChange.ClearDue);
        Assert.Contains(Then(story, new WorkflowResumed()), c => c is ReadModelChange.PutDue);
        var over = Then(story, new GoalCancelled(Given.Words("")));
        Assert.Contains(over, c => c is ReadModelChange.ClearDue);
        Assert.Contains(over, c => c is ReadModelChange.PutApproval { Row.Status: "void" });
    }

    [Fact]
    public void An_escalation_is_open_until_it_is_answered_or_nobody_need_answer_any_more()
    {
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call), Given.Settled(Call, CallOutcome.Unknown));
        var opened = Then(
            story, Given.Escalated("e1", EscalationKind.BlockedTask, "a"), Given.Escalated("e2", EscalationKind.Finding),
            Given.Escalated("e3", EscalationKind.UnknownCall, null, Call)).OfType<ReadModelChange.PutEscalation>().Select(c => c.Row).ToList();
        Assert.Equal(["blockedTask", "finding", "unknownCall"], opened.Select(r => r.Kind).Order(StringComparer.Ordinal));
        Assert.All(opened, r => Assert.Equal(("open", "lead", "What now?"), (r.Status, r.Role, r.Question)));
        Assert.Equal("answered", Then(story, Given.Answered("e2", "noted")).OfType<ReadModelChange.PutEscalation>().Single().Row.Status);
        var closed = Then(story, new GoalCancelled(Given.Words(""))).OfType<ReadModelChange.PutEscalation>().Single().Row;
        Assert.Equal(("closed", "blockedTask"), (closed.Status, closed.Kind));
    }

    [Fact]
    public void A_finding_stays_open_when_the_workflow_is_over()
    {
        var story = Story.Planned();
        Then(story, Given.Escalated("f", EscalationKind.Finding));
        Assert.DoesNotContain(Then(story, new GoalCompleted("Done.")), c => c is ReadModelChange.PutEscalation);
        Assert.Equal("answered", Then(story, Given.Answered("f", "noted")).OfType<ReadModelChange.PutEscalation>().Single().Row.Status);
    }

    [Fact]
    public void Tasks_are_in_inboxes_with_their_executor()
    {
        var story = Story.Planned(Given.WorkTask("a"));
        var row = Then(story, Given.AssignedToPerson("a")).OfType<ReadModelChange.PutTask>().Single().Row;
        Assert.Equal(new TaskRow(Given.Task("a"), Given.Workflow, "a", "Do a", "waiting_person", "person:nora", null), row);
    }

    /// <summary>What a workflow must be woken for, said once more in another way than the program says it.</summary>
    private static IEnumerable<string> Wakes(WorkflowState state)
    {
        if (state.IsFinal || state.Status == WorkflowStatus.Paused)
        {
            return [];
        }

        var approvals = state.Approvals.Values.Where(a => a.Verdict is null).SelectMany(a => new[]
        {
            ("approvalExpires", true),
            ("approvalReminds", a.RemindedAt is null && a.Requested.Ladder?.RemindAt is not null),
            ("approvalStandIns", a.StandInsAdmittedAt is null && a.Requested.Ladder?.StandInsAt is not null),
            ("approvalEscalates", a.EscalatedTo.IsEmpty && a.Requested.Ladder is { Escalations.IsEmpty: false }),
        }.Where(kind => kind.Item2).Select(kind => $"{kind.Item1} {a.Requested.Approval}"));
        var tasks = state.Tasks.Where(t => t.Task.Deadline is { } end && end != t.PassedDeadline && !t.IsFinal && !t.IsExpanded).Select(t => $"taskDeadline {t.Task.Id}")
            .Concat(state.Tasks.Where(t => t.NextAssignment is not null).Select(t => $"assignment {t.Task.Id}"));
        return approvals.Concat(tasks).Concat(state.Deferred.Select(c => $"callDeferred {c}")).Concat(state.Deadline is { } goal && goal != state.PassedDeadline ? [$"goalDeadline {state.Id}"] : []);
    }

    private static Comparer<(TaskId Id, string)> Comparer => Comparer<(TaskId Id, string)>.Create((a, b) => a.Id.Value.CompareTo(b.Id.Value));

    private static ReadModelChange[] Then(Story story, params WorkflowEvent[] facts)
    {
        var (before, count) = (story.State, story.Events.Count);
        story.Then(facts);
        return [.. WorkflowView.Changes(before, story.Events.Skip(count), story.State)];
    }

    /// <summary>The read models as a store would hold them.</summary>
    private sealed class Tables
    {
        public Dictionary<WorkflowId, WorkflowRow> Workflows { get; } = [];

        public Dictionary<TaskId, TaskRow> Tasks { get; } = [];

        public Dictionary<ApprovalId, ApprovalRow> Approvals { get; } = [];

        public Dictionary<EscalationId, EscalationRow> Escalations { get; } = [];

        public Dictionary<string, DateTimeOffset> Due { get; } = [];

        private readonly List<string> _ledger = [];

        public void Change(IEnumerable<ReadModelChange> changes)
        {
            foreach (var change in changes)
            {
                switch (change)
                {
                    case ReadModelChange.PutWorkflow put:
                        Workflows[put.Row.Workflow] = put.Row;
                        break;
                    case ReadModelChange.PutTask put:
                        Tasks[put.Row.Task] = put.Row;
                        break;
                    case ReadModelChange.PutApproval put:
                        Approvals[put.Row.Approval] = put.Row;
                        break;
                    case ReadModelChange.PutEscalation put:
                        Escalations[put.Row.Escalation] = put.Row;
                        break;
                    case ReadModelChange.PutDue put:
                        Due[$"{put.Kind} {put.Key}"] = put.At;
                        break;
                    case ReadModelChange.ClearDue clear:
                        Assert.True(Due.Remove($"{clear.Kind} {clear.Key}"), "what is cleared was there");
                        break;
                    default:
                        _ledger.Add(change.ToString());
                        break;
                }
            }
        }

        public override string ToString() =>
            string.Join('\n', Rows(Workflows).Concat(Rows(Tasks)).Concat(Rows(Approvals)).Concat(Rows(Escalations)).Concat(Rows(Due)).Concat(_ledger));

        private static IEnumerable<string> Rows<TKey, TRow>(Dictionary<TKey, TRow> table)
            where TKey : notnull => table.Select(r => $"{r.Key}: {r.Value}").Order(StringComparer.Ordinal);
    }
}
