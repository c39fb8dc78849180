namespace AiManager.Domain;

/// <summary>Deadlines: passed, extended, and what people say is to be done about what is late.</summary>
internal static class DeadlineFold
{
    /// <summary>More time: the words say until when.</summary>
    public const string Extend = "extend";

    /// <summary>Somebody else is to do it.</summary>
    public const string Reassign = "reassign";

    /// <summary>It is left undone.</summary>
    public const string Skip = "skip";

    /// <summary>The goal is given up.</summary>
    public const string GiveUp = "giveUp";

    public static WorkflowState? Apply(WorkflowState state, WorkflowEvent fact) => fact switch
    {
        DeadlinePassed { Task: { } id } passed => state.Task(id) is { NextDeadline: not null } task && task.Task.Deadline == passed.Deadline
            ? TaskFold.Replace(state, task, task with { PassedDeadline = passed.Deadline })
            : null,
        DeadlinePassed passed => state.NextDeadline is not null && state.Deadline == passed.Deadline ? state with { PassedDeadline = passed.Deadline } : null,
        DeadlineExtended { Task: { } id } extended => state.Task(id) is { IsFinal: false } task && task.Task.Deadline != extended.Deadline
            ? TaskFold.Replace(state, task, task with { Task = task.Task with { Deadline = extended.Deadline } })
            : null,
        DeadlineExtended extended => state.Deadline != extended.Deadline ? state with { ExtendedDeadline = extended.Deadline } : null,
        _ => null,
    };

    /// <summary>Keeps in mind what is to be carried out.</summary>
    public static WorkflowState Answer(WorkflowState state, Escalated raised, string choice) =>
        raised is { Kind: EscalationKind.MissedDeadline, Task: { } id } && choice is Reassign or Skip && state.Task(id) is { IsFinal: false } task
            ? TaskFold.Replace(state, task, task with { Order = raised.Escalation })
            : state;
}
