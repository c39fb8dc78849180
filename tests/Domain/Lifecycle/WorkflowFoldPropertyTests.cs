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
        var missing = Enum.GetNames<WorkflowStatus>().Where(s => s != "Waiting").Select(s => "workflow " + s)
            .Concat(Enum.GetNames<WorkTaskStatus>().Select(s => "task " + s))
            .Concat(Enum.GetNames<CallStatus>().Select(s => "call " + s))
            .Concat(Enum.GetNames<ApprovalVerdict>().Select(s => "approval " + s))
            .Concat(["approval used", "call sent again", "reminded", "seat of a stand-in", "seat of an escalation", "task late", "goal late", "task ordered", "deadline extended"])
            .ToHashSet();
        for (var seed = 0; seed < 3000 && missing.Count > 0; seed++)
        {
            var chance = new Random(seed);
            foreach (var state in Universe.States(Universe.Tell([.. Enumerable.Range(0, 80).Select(_ => chance.Next(1_000_000))])))
            {
                missing.Remove($"workflow {state.Status}");
                missing.ExceptWith(state.Tasks.Select(t => $"task {t.Status}"));
                missing.ExceptWith(state.Calls.Values.Select(c => $"call {c.Status}"));
                missing.ExceptWith(state.Approvals.Values.Select(a => $"approval {a.Verdict}"));
                missing.ExceptWith(state.Approvals.Values.Where(a => a.IsUsed).Select(_ => "approval used"));
                missing.ExceptWith(state.Calls.Values.Where(c => c.Status == CallStatus.Started && c.Settled is not null).Select(_ => "call sent again"));
                missing.ExceptWith(state.Approvals.Values.Where(a => a.RemindedAt is not null).Select(_ => "reminded"));
                missing.ExceptWith(state.Approvals.Values.Where(a => a.Filled.Any(f => f.StandsInFor is not null)).Select(_ => "seat of a stand-in"));
                missing.ExceptWith(state.Approvals.Values.Where(a => a.Filled.Any(f => f.EscalatedTo is not null)).Select(_ => "seat of an escalation"));
                missing.ExceptWith(state.Tasks.Where(t => t.PassedDeadline is not null).Select(_ => "task late"));
                missing.ExceptWith(state.Tasks.Where(t => t.Order is not null).Select(_ => "task ordered"));
                missing.ExceptWith(state.PassedDeadline is null ? [] : ["goal late"]);
                missing.ExceptWith(state.ExtendedDeadline is null ? [] : ["deadline extended"]);
            }
        }

        Assert.Empty(missing);
    }
}
