using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class DeciderPropertyTests
{
    [Fact]
    public void Deciding_twice_gives_the_same_and_nothing_for_what_is_over() =>
        Prop.ForAll(Universe.Histories, choices =>
        {
            foreach (var state in Universe.States(Universe.Tell(choices)))
            {
                var commands = Decider.Decide(state, state.UpdatedAt);
                Assert.Equal(commands.AsEnumerable(), Decider.Decide(state, state.UpdatedAt));
                Assert.Equal(commands.Length, commands.Distinct().Count());
                Assert.True(commands.IsEmpty || !(state.Status == WorkflowStatus.Paused || state.Submitted is null));
                Assert.True(!state.IsFinal || commands.All(c => c is WorkflowCommand.TakeUp or WorkflowCommand.ResolveUnknown), "of what is over, only effects are still seen to");
                Assert.All(commands.Select(TaskOf).OfType<TaskId>(), id => Assert.False(state.Task(id)!.IsFinal));
            }
        }).Check(Universe.Often);

    [Fact]
    public void Whatever_does_nothing_waits_for_somebody() =>
        Prop.ForAll(Universe.Histories, choices =>
        {
            foreach (var state in Universe.States(Universe.Tell(choices)).Where(s => s.Submitted is not null && !s.IsFinal && s.Status != WorkflowStatus.Paused))
            {
                if (Decider.Decide(state, state.UpdatedAt).IsEmpty)
                {
                    Assert.True(state.WaitsForPeople || !state.Deferred.IsEmpty, "nothing to do, and nobody and nothing to wait for");
                    Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
                }
                else
                {
                    Assert.Equal(state.Status, state.ShownStatus);
                }
            }
        }).Check(Universe.Often);

    [Fact]
    public void Every_command_can_be_carried_out_by_a_legal_move() =>
        Prop.ForAll(Universe.Histories, choices =>
        {
            foreach (var state in Universe.States(Universe.Tell(choices)))
            {
                foreach (var command in Decider.Decide(state, state.UpdatedAt))
                {
                    Assert.All(Clerk.Outcomes(state, command), fact =>
                        Assert.True(WorkflowFold.TryApply(state, Given.At(fact, state.Seq + 1)) is not null, $"{command} cannot come to {fact}"));
                }
            }
        }).Check(Universe.Often);

    [Fact]
    public void Whatever_happened_it_can_come_to_an_end() =>
        Prop.ForAll(Universe.Histories, choices => ComeToAnEnd(Universe.States(Universe.Tell(choices)).Last())).Check(Universe.Often);

    [Fact]
    public void What_a_suspension_holds_can_come_to_an_end_once_it_is_released()
    {
        WorkflowEvent[] running = [Given.Goal(), Given.Contract(), new PlanAdopted(Given.Plan(Given.WorkTask("a"))), Given.Assigned("a")];
        foreach (var held in (WorkHeld[])[new(null, "all/*", Given.Words("Why")), new(Given.WorkTask("a").Id, "agent/purchaser", Given.Words("Why"))])
        {
            ComeToAnEnd(running.Append(held).Select((fact, i) => Given.At(fact, i + 1)).Aggregate(WorkflowFold.Start(Given.Workflow), WorkflowFold.Apply));
        }
    }

    private static void ComeToAnEnd(WorkflowState state)
    {
        for (var i = 0; !state.IsFinal && state.Submitted is not null; i++)
        {
            Assert.True(i < 2_000, "it goes on for ever");
            foreach (var fact in Clerk.Next(state))
            {
                state = WorkflowFold.TryApply(state, new Recorded(0, state.Seq + 1, state.UpdatedAt, Actor.System, fact))
                    ?? throw new InvalidOperationException($"{fact} may not happen.");
            }
        }
    }

    private static TaskId? TaskOf(WorkflowCommand command) => command switch
    {
        WorkflowCommand.Expand c => c.Task,
        WorkflowCommand.Assign c => c.Task,
        WorkflowCommand.Step c => c.Task,
        WorkflowCommand.Review c => c.Task,
        WorkflowCommand.Climb c => c.Task,
        _ => null,
    };
}
