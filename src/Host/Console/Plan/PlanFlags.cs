using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What the drawing of a plan says of a task beside its state. Pure.</summary>
internal static class PlanFlags
{
    /// <summary>A task as it is drawn.</summary>
    public static PlanItem Item(TaskState task, WorkflowState state, IReadOnlyDictionary<TaskId, string> usedUp, PageContent content) => new(
        task.Task.Id.ToString(),
        task.Task.Title,
        StatusNames.Write(task.Status),
        !state.IsInForce(task) ? "earlier plan" : task.Task.ForEach is not null ? "one for each" : content.Who(task.Executor?.Actor.Value),
        Of(task, state, usedUp, content.Now),
        [.. task.Task.Needs.Select(n => n.ToString())],
        task.Task.Template?.ToString());

    /// <summary>In which words a task was told that its slice of a budget, or the goal's budget, has no room for another question.</summary>
    public static IReadOnlyDictionary<TaskId, string> UsedUp(IEnumerable<Recorded> events)
    {
        var words = new Dictionary<TaskId, string>();
        foreach (var notice in events.Select(e => (e.Event as ModelReplied)?.UsedUp))
        {
            if (notice is { Task: { } task })
            {
                words[task] = notice.Words;
            }
        }

        return words;
    }

    /// <summary>Words of warning, the worst first: late, over budget, at risk, waiting, again. At risk is what is due within the hour, or has little left of its budget.</summary>
    public static ImmutableArray<string> Of(TaskState task, WorkflowState state, IReadOnlyDictionary<TaskId, string> usedUp, DateTimeOffset now)
    {
        if (task.IsFinal)
        {
            return [];
        }

        var (id, isLate) = (task.Task.Id, task.Task.Deadline < now);
        var asked = state.Approvals.Values.Where(a => a.Verdict is null && a.Requested.Task == id).ToList();
        var isOut = task.Status == WorkTaskStatus.Blocked && usedUp.TryGetValue(id, out var words) && task.Reason == words;
        var flags = new (string Word, bool Holds)[]
        {
            ("late", isLate),
            ("over budget", asked.Any(a => !a.Requested.Budgets.IsEmpty) || isOut),
            ("at risk", !isLate && task.Task.Deadline < now + RiskWords.Near || state.LowBudgets.Any(b => b.Task == id)),
            ("waiting", asked.Count > 0 || task.Status is WorkTaskStatus.WaitingApproval or WorkTaskStatus.WaitingPerson),
            ("again", task.Reason is not null && task.Status != WorkTaskStatus.Blocked),
        };
        return [.. flags.Where(f => f.Holds).Select(f => f.Word)];
    }
}
