namespace AiManager.Host;

/// <summary>What a task is about, for whoever looks at who does what.</summary>
/// <param name="Instruction">What is to be done.</param>
/// <param name="Why">Why whoever has it was chosen; null while nobody has it.</param>
/// <param name="Began">When it was first given to somebody; null while it was not.</param>
/// <param name="Ended">When it came to its end; null while it has not.</param>
internal sealed record TaskAbout(string Instruction, string? Why, DateTimeOffset? Began, DateTimeOffset? Ended)
{
    /// <summary>Every task of a workflow. Pure.</summary>
    public static IReadOnlyDictionary<TaskId, TaskAbout> Of(WorkflowState state, IEnumerable<Recorded> events)
    {
        var (why, began, ended) = (new Dictionary<TaskId, string>(), new Dictionary<TaskId, DateTimeOffset>(), new Dictionary<TaskId, DateTimeOffset>());
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case TaskAssigned assigned:
                    why[assigned.Task] = assigned.Reason;
                    began.TryAdd(assigned.Task, recorded.At);
                    break;
                case TaskReassigned reassigned:
                    why[reassigned.Task] = reassigned.Reason;
                    break;
                case TaskExpanded expanded:
                    began.TryAdd(expanded.Task, recorded.At);
                    break;
                case DeliverableReviewed { Accepted: true } accepted:
                    ended[accepted.Task] = recorded.At;
                    break;
                case TaskFailed failed:
                    ended[failed.Task] = recorded.At;
                    break;
            }
        }

        return state.Tasks.ToDictionary(t => t.Task.Id, t => new TaskAbout(
            t.Task.Instruction,
            why.GetValueOrDefault(t.Task.Id) is { Length: > 0 } said ? said : null,
            began.TryGetValue(t.Task.Id, out var from) ? from : null,
            t.IsFinal && ended.TryGetValue(t.Task.Id, out var to) ? to : null));
    }
}
