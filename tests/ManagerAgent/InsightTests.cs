using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What is counted of workflows, from events alone.</summary>
public sealed class InsightTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly WorkflowId Workflow = PrefixedId.Derive<WorkflowId>(Guid.Empty, "insights");

    [Fact]
    public void Each_seat_is_a_wait_for_its_role_and_a_no_ends_what_nobody_filled()
    {
        var (first, second, open) = (Id<ApprovalId>("1"), Id<ApprovalId>("2"), Id<ApprovalId>("3"));
        var digest = Digest(
            (0, Asked(first, new Seat("lead", 1), new Seat("cfo", 1))),
            (5, new SeatFilled(first, "lead", "petra", "api", null)),
            (30, new SeatFilled(first, "cfo", "helena", "mcp", null)),
            (30, new ApprovalDecided(first, "helena", "mcp", ApprovalVerdict.Approved, null)),
            (40, Asked(second, new Seat("lead", 2))),
            (50, new ApprovalDecided(second, "omar", "api", ApprovalVerdict.Rejected, null)),
            (60, Asked(open, new Seat("lead", 1))));

        Assert.Equal([("lead", 5.0), ("cfo", 30.0), ("lead", 10.0)], digest.Waits.Select(w => (w.Role, w.Time.TotalMinutes)));
    }

    [Fact]
    public void An_answer_ends_a_wait_and_what_is_only_looked_at_was_none()
    {
        var (asked, look) = (Id<EscalationId>("1"), Id<EscalationId>("2"));
        var digest = Digest(
            (0, new Escalated(asked, EscalationKind.BlockedTask, null, null, "What now?", ["again"], "lead", null)),
            (0, new Escalated(look, EscalationKind.Notice, null, null, "Look.", ["noted"], "cfo", null)),
            (7, new EscalationAnswered(look, "noted", null)),
            (9, new EscalationAnswered(asked, "again", null)));

        Assert.Equal([("lead", 9.0)], digest.Waits.Select(w => (w.Role, w.Time.TotalMinutes)));
    }

    [Fact]
    public void Work_counts_for_whoever_had_it_at_the_time()
    {
        var (one, two) = (Id<TaskId>("1"), Id<TaskId>("2"));
        var (anna, ben) = (Executor("anna"), Executor("ben"));
        var digest = Digest(
            (0, new TaskAssigned(one, anna, null, null, "Fits.")),
            (1, Reviewed(one, false)),
            (2, new TaskReassigned(one, ben, null, null, "Another.")),
            (3, Reviewed(one, true)),
            (4, new TaskAssigned(two, anna, null, null, "Fits.")),
            (5, Reviewed(two, false)),
            (6, Reviewed(two, true)),
            (7, new TaskAssigned(one, anna, null, null, "Fits.")),
            (8, new TaskFailed(one, "It cannot be done.")));

        var report = InsightReport.Of(Begin, Begin.AddDays(1), [Row("completed", 0, 10)], true, [digest], "EUR");
        Assert.Equal([new InsightExecutor("agent:anna", 0, 1, 2, 1), new InsightExecutor("agent:ben", 1, 0, 0, 0)], report.Executors.AsEnumerable());
    }

    [Fact]
    public void Outcomes_and_times_are_of_all_rows_and_a_percentile_is_a_time_that_was_taken()
    {
        ImmutableArray<WorkflowRow> rows = [.. Enumerable.Range(1, 10).Select(i => Row("completed", 0, i)), Row("failed", 26 * 60, 99), Row("waiting", 26 * 60, 99)];
        var report = InsightReport.Of(Begin, Begin.AddDays(3), rows, true, [], "EUR");
        Assert.Equal(new InsightTimes(10, 300, 540, 3300), report.LeadTime);
        Assert.Equal([("completed", 10), ("failed", 1), ("waiting", 1)], report.Outcomes.Select(o => (o.Key, o.Value)));
        Assert.Equal([(10, 0, 0), (0, 1, 1)], report.Days.Take(2).Select(d => (d.Completed, d.Ended, d.Open)));
        Assert.Null(report.Cost.ModelCostPerSuccess);
    }

    [Fact]
    public void A_fortnight_is_drawn_at_least_and_each_day_says_how_long_its_goals_waited_and_what_they_cost()
    {
        var approval = Id<ApprovalId>("1");
        var digest = Digest(
            (0, Asked(approval, new Seat("lead", 1))),
            (5, new SeatFilled(approval, "lead", "petra", "api", null)),
            (6, new CallSettled(Id<CallId>("1"), CallOutcome.Succeeded, JsonText.EmptyObject, new Money("12.50", "EUR"), null, [])));
        var report = InsightReport.Of(Begin.AddDays(-30), Begin.AddHours(2), [Row("completed", 0, 10) with { Workflow = Workflow }], true, [digest], "EUR");
        Assert.Equal(14, report.Days.Length);
        Assert.Equal((300, new Money("12.50", "EUR"), new Money("0.00", "EUR")), (report.Days[^1].WaitedSeconds, report.Days[^1].Money, report.Days[^1].ModelCost));
        Assert.All(report.Days.Take(13), d => Assert.Equal((0, 0), (d.Completed, d.WaitedSeconds)));
        Assert.Single(InsightReport.Of(DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddHours(1), [], true, [], "EUR").Days);
    }

    [Fact]
    public void A_long_time_is_drawn_in_few_bars_and_nothing_is_left_out()
    {
        ImmutableArray<WorkflowRow> rows = [.. Enumerable.Range(0, 400).Select(day => Row("completed", day * 24 * 60, 1))];
        var report = InsightReport.Of(Begin, Begin.AddDays(400), rows, true, [], "EUR");
        Assert.InRange(report.Days.Length, 20, 31);
        Assert.Equal(400, report.Days.Sum(d => d.Completed));
    }

    [Fact]
    public void What_is_said_after_the_end_makes_it_take_no_longer_and_what_is_settled_then_still_costs()
    {
        var digest = Digest(
            (0, new CallSettled(Id<CallId>("1"), CallOutcome.Succeeded, JsonText.EmptyObject, new Money("12.50", "EUR"), null, [])),
            (10, new GoalCancelled(new PrivateText("jana", "Enough."))),
            (11, new CallSettled(Id<CallId>("2"), CallOutcome.Succeeded, JsonText.EmptyObject, new Money("7.50", "EUR"), null, [])));

        Assert.Equal(Begin.AddMinutes(10), digest.EndedAt);
        Assert.Equal(20m, digest.Spent.Money);
        var report = InsightReport.Of(Begin, Begin.AddDays(1), [Row("completed", 0, 90) with { Workflow = Workflow }], true, [digest], "EUR");
        Assert.Equal(600, report.LeadTime!.MedianSeconds);
    }

    [Fact]
    public void What_it_cost_is_what_was_settled()
    {
        var ask = Id<AskId>("ask");
        var digest = Digest(
            (0, new CallSettled(Id<CallId>("1"), CallOutcome.Succeeded, JsonText.EmptyObject, new Money("12.50", "EUR"), null, [])),
            (1, new CallSettled(Id<CallId>("2"), CallOutcome.Failed, JsonText.EmptyObject, null, null, [])),
            (2, new ModelReplied(ask, null, ModelOutcome.Replied, "Yes.", [], new ModelUsage(100, 20), new Money("0.02", "EUR"), null, [])),
            (3, new GoalCancelled(new PrivateText("jana", "Enough."))));

        Assert.True(digest.IsOver);
        Assert.Equal(new Amounts(Money: 12.50m, ModelCost: 0.02m, Tokens: 120, Calls: 1), digest.Spent);
    }

    private static WorkflowDigest Digest(params (int Minute, WorkflowEvent Event)[] events)
    {
        Assert.All(events, e => Assert.True(WorkflowDigest.Counts(e.Event.GetType().Name)));
        return WorkflowDigest.Of(Workflow, events.Select((e, i) => new Recorded(i + 1, i + 1, Begin.AddMinutes(e.Minute), Actor.System, e.Event)));
    }

    private static TId Id<TId>(string name)
        where TId : struct, IPrefixedId<TId> => PrefixedId.Derive<TId>(Guid.Empty, name);

    private static ApprovalRequested Asked(ApprovalId id, params Seat[] seats) => new(
        id, Id<CallId>("call"), null, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["large"], [], "It is large.", [.. seats], [], Begin.AddDays(2));

    private static DeliverableReviewed Reviewed(TaskId task, bool accepted) => new(task, Actor.System, accepted, ["Seen."], []);

    private static WorkflowRow Row(string status, int beginMinute, int minutes) => new(
        PrefixedId.Derive<WorkflowId>(Guid.Empty, $"{status}/{beginMinute}/{minutes}"), "Buy pens", "jana", status, null, null, 0, Begin.AddMinutes(beginMinute), Begin.AddMinutes(beginMinute + minutes), 0, 0);

    private static Executor Executor(string agent) => new(Actor.Agent(agent));
}
