namespace AiManager.Host;

/// <summary>What a task is about, for whoever looks at who does what.</summary>
/// <param name="Instruction">What is to be done.</param>
/// <param name="Why">Why whoever has it was chosen; null while nobody has it.</param>
internal sealed record TaskAbout(string Instruction, string? Why)
{
    /// <summary>Every task of a workflow. Pure.</summary>
    public static IReadOnlyDictionary<TaskId, TaskAbout> Of(WorkflowState state, IEnumerable<Recorded> events)
    {
        var why = new Dictionary<TaskId, string>();
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case TaskAssigned assigned:
                    why[assigned.Task] = assigned.Reason;
                    break;
                case TaskReassigned reassigned:
                    why[reassigned.Task] = reassigned.Reason;
                    break;
            }
        }

        return state.Tasks.ToDictionary(t => t.Task.Id, t => new TaskAbout(t.Task.Instruction, why.GetValueOrDefault(t.Task.Id) is { Length: > 0 } said ? said : null));
    }
}
