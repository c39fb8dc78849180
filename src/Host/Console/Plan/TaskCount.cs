namespace AiManager.Host;

/// <summary>How far a workflow's tasks are, in numbers that fit one another wherever they stand.</summary>
/// <param name="Done">Those that are done.</param>
/// <param name="Total">All that are still wanted, or were done.</param>
/// <param name="Earlier">How many of those done belong to an earlier version of the plan.</param>
internal sealed record TaskCount(int Done, int Total, int Earlier)
{
    /// <summary>Counts them: a list is one task, as its plan says, until it has become its tasks. Pure.</summary>
    public static TaskCount Of(WorkflowState state)
    {
        var counted = state.Tasks.Where(t => t.Status != WorkTaskStatus.Cancelled && (t.Task.ForEach is null || !t.IsExpanded)).ToList();
        var done = counted.Where(t => t.Status == WorkTaskStatus.Done).ToList();
        return new TaskCount(done.Count, counted.Count, done.Count(t => !state.IsInForce(t)));
    }

    /// <summary>"3 of 10 tasks done, 2 of them for an earlier plan"; empty where there are none.</summary>
    public string Words => Total == 0 ? string.Empty : $"{Done} of {Total} tasks done{(Earlier > 0 ? $", {Earlier} of them for an earlier plan" : string.Empty)}";
}
