using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What holds for every workflow at every rest, whatever the tools, the models and the people did.</summary>
internal static class Invariants
{
    public static void Check(House house, WorkflowSnapshot snapshot)
    {
        var state = snapshot.State;
        EveryEventIsALegalMove(snapshot);
        NothingIsDoneTwice(house, snapshot);
        NobodyJudgesTheirOwnWork(snapshot);
        TheReportHolds(snapshot);
        Assert.NotEmpty(NowLine.Of(state, Plain.Words));
        Assert.True(
            state.IsFinal || state.ShownStatus is WorkflowStatus.Waiting or WorkflowStatus.Paused,
            $"It rests and is {state.ShownStatus}: " + string.Join(", ", snapshot.Events.TakeLast(6).Select(e => e.Event)));
    }

    private static void EveryEventIsALegalMove(WorkflowSnapshot snapshot)
    {
        var state = WorkflowFold.Start(snapshot.State.Id);
        foreach (var recorded in snapshot.Events)
        {
            Assert.True(WorkflowFold.TryApply(state, recorded) is not null, $"Seq {recorded.Seq} is no legal move: {recorded.Event}");
            Assert.Equal(state.Seq + 1, recorded.Seq);
            state = WorkflowFold.Apply(state, recorded);
        }
    }

    private static void NothingIsDoneTwice(House house, WorkflowSnapshot snapshot)
    {
        foreach (var (id, call) in snapshot.State.Calls)
        {
            var starts = snapshot.Events.Count(e => e.Event is CallStarted s && s.Call == id);
            var again = snapshot.State.Escalations.Values.Count(e => e.Raised.Call == id && e.Choice == "again");
            Assert.InRange(starts, 0, 1 + again);
            Assert.InRange(house.Tools.Effects.GetValueOrDefault(id.ToString()), 0, starts);
            Assert.False(call.Status == CallStatus.Refused && house.Tools.Effects.ContainsKey(id.ToString()), "A refused call had an effect.");
        }
    }

    private static void NobodyJudgesTheirOwnWork(WorkflowSnapshot snapshot)
    {
        var doers = new Dictionary<TaskId, Actor>();
        foreach (var fact in snapshot.Events.Select(e => e.Event))
        {
            switch (fact)
            {
                case TaskAssigned assigned:
                    doers[assigned.Task] = assigned.Executor.Actor;
                    break;
                case TaskReassigned reassigned:
                    doers[reassigned.Task] = reassigned.Executor.Actor;
                    break;
                case DeliverableReviewed review:
                    Assert.NotEqual(doers[review.Task], review.Reviewer);
                    Assert.True(review.Accepted || !review.Reasons.IsEmpty, "Sent back without a reason.");
                    break;
            }
        }
    }

    private static void TheReportHolds(WorkflowSnapshot snapshot)
    {
        var positions = snapshot.Events.Select(e => e.Position).ToHashSet();
        foreach (var line in StatusReport.Of(snapshot, "EUR", Plain.Words, 10).Lines)
        {
            Assert.NotEmpty(line.Text);
            Assert.False(line.Events.IsEmpty, $"Rests on nothing: {line.Text}");
            Assert.Subset(positions, line.Events.ToHashSet());
        }
    }
}
