namespace AiManager.Domain.Tests;

/// <summary>A workflow told event by event. An event that is not a legal move ends the test.</summary>
internal sealed class Story
{
    public WorkflowState State { get; private set; } = WorkflowFold.Start(Given.Workflow);

    public List<Recorded> Events { get; } = [];

    public static Story Submitted() => new Story().Then(Given.Goal());

    public static Story Agreed(params AcceptanceCheck[] acceptance) => Submitted().Then(Given.Contract(acceptance));

    public static Story Planned(params WorkTask[] tasks) => Agreed().Then(new PlanAdopted(Given.Plan(tasks)));

    public Story Then(params WorkflowEvent[] facts)
    {
        foreach (var fact in facts)
        {
            var recorded = Next(fact);
            Assert.True(WorkflowFold.TryApply(State, recorded) is not null, $"{fact} may not happen now.");
            State = WorkflowFold.Apply(State, recorded);
            Events.Add(recorded);
        }

        return this;
    }

    /// <summary>Nothing of what it says may happen now, and telling it changes nothing.</summary>
    public Story Never(params WorkflowEvent[] facts)
    {
        Assert.All(facts, fact =>
        {
            var recorded = Next(fact);
            Assert.Null(WorkflowFold.TryApply(State, recorded));
            Assert.Equal(State with { Seq = recorded.Seq, UpdatedAt = recorded.At }, WorkflowFold.Apply(State, recorded));
        });
        return this;
    }

    public WorkflowCommand[] Commands(DateTimeOffset? now = null)
    {
        var commands = Decider.Decide(State, now ?? State.UpdatedAt);
        Assert.Equal(commands.AsEnumerable(), Decider.Decide(State, now ?? State.UpdatedAt));
        return [.. commands];
    }

    public WorkTaskStatus Status(string task) => State.Task(Given.Task(task))!.Status;

    public Recorded Next(WorkflowEvent fact, Actor? by = null) => Given.At(fact, State.Seq + 1, by);
}
