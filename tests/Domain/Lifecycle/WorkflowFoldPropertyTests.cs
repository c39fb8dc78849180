using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class WorkflowFoldPropertyTests
{
    [Fact]
    public void No_history_reaches_an_undefined_state() =>
        Prop.ForAll(Universe.Histories, choices =>
        {
            var events = Universe.Tell(choices);
            foreach (var (recorded, (before, after)) in events.Zip(Universe.States(events).Zip(Universe.States(events).Skip(1))))
            {
                Invariants.Hold(after);
                Invariants.Hold(before, recorded, after);
            }
        }).Check(Universe.Often);

    [Fact]
    public void What_is_no_legal_move_changes_nothing_but_the_seq_and_the_time() =>
        Prop.ForAll(Universe.Histories, choices =>
        {
            var events = Universe.Tell(choices);
            foreach (var (recorded, before) in events.Zip(Universe.States(events)))
            {
                var after = WorkflowFold.Apply(before, recorded);
                Assert.Equal((recorded.Seq, recorded.At), (after.Seq, after.UpdatedAt));
                if (WorkflowFold.TryApply(before, recorded) is null)
                {
                    Assert.Equal(before with { Seq = recorded.Seq, UpdatedAt = recorded.At }, after);
                }
            }
        }).Check(Universe.Often);

    [Fact]
    public void Folding_in_two_parts_or_from_stored_bytes_comes_to_the_same() =>
        Prop.ForAll(Universe.Histories, Arb.From(Gen.Choose(0, 100)), (choices, cut) =>
        {
            var events = Universe.Tell(choices);
            var whole = Dump.Of(WorkflowFold.Of(Given.Workflow, events));
            var first = WorkflowFold.Of(Given.Workflow, events.Take(cut));
            Assert.Equal(whole, Dump.Of(events.Skip(cut).Aggregate(first, WorkflowFold.Apply)));
            Assert.Equal(whole, Dump.Of(WorkflowFold.Of(Given.Workflow, events.Select(e => e with { Event = EventCodecTests.ThereAndBack(e.Event) }))));
        }).Check(Universe.Often.WithMaxTest(30));

    [Fact]
    public void The_histories_reach_every_corner()
    {
        var seen = new HashSet<string>();
        foreach (var seed in Enumerable.Range(0, 150))
        {
            var chance = new Random(seed);
            foreach (var state in Universe.States(Universe.Tell([.. Enumerable.Range(0, 80).Select(_ => chance.Next(1_000_000))])))
            {
                seen.Add($"workflow {state.Status}");
                seen.UnionWith(state.Tasks.Select(t => $"task {t.Status}"));
                seen.UnionWith(state.Calls.Values.Select(c => $"call {c.Status}"));
                seen.UnionWith(state.Approvals.Values.Select(a => $"approval {a.Verdict}"));
                seen.UnionWith(state.Approvals.Values.Where(a => a.IsUsed).Select(_ => "approval used"));
                seen.UnionWith(state.Calls.Values.Where(c => c.Status == CallStatus.Started && c.Settled is not null).Select(_ => "call sent again"));
            }
        }

        Assert.Empty(Enum.GetNames<WorkflowStatus>().Where(s => s != "Waiting").Select(s => "workflow " + s)
            .Concat(Enum.GetNames<WorkTaskStatus>().Select(s => "task " + s))
            .Concat(Enum.GetNames<CallStatus>().Select(s => "call " + s))
            .Concat(Enum.GetNames<ApprovalVerdict>().Select(s => "approval " + s))
            .Append("approval used")
            .Append("call sent again")
            .Except(seen));
    }
}
