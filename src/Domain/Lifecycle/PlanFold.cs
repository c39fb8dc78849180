using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Plans, their revisions and expansions.</summary>
internal static class PlanFold
{
    public static WorkflowState? Apply(WorkflowState state, WorkflowEvent fact) => fact switch
    {
        PlanAdopted adopted when state.PlanVersion == 0 && state.Agreed is not null =>
            Settle(state with { PlanVersion = adopted.Plan.Version, Tasks = [.. adopted.Plan.Tasks.Select(t => new TaskState { Task = t })] }),
        PlanRevised revised when revised.Plan.Version > state.PlanVersion => Settle(Revise(state, revised.Plan)),
        TaskExpanded expanded => Expand(state, expanded),
        _ => null,
    };

    /// <summary>Promotes what can begin, ends templates whose children ended, and cancels what can never begin.</summary>
    public static WorkflowState Settle(WorkflowState state)
    {
        var tasks = state.Tasks;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = 0; i < tasks.Length; i++)
            {
                var status = Follow(tasks, tasks[i]);
                if (status != tasks[i].Status)
                {
                    tasks = tasks.SetItem(i, tasks[i] with { Status = status });
                    changed = true;
                }
            }
        }

        return tasks == state.Tasks ? state : state with { Tasks = tasks };
    }

    private static WorkTaskStatus Follow(ImmutableArray<TaskState> tasks, TaskState task)
    {
        if (task.Status == WorkTaskStatus.Pending)
        {
            var needs = tasks.Where(t => task.Task.Needs.Contains(t.Task.Id)).ToList();
            return needs.Any(n => n.Status is WorkTaskStatus.Failed or WorkTaskStatus.Cancelled) ? WorkTaskStatus.Cancelled
                : needs.All(n => n.Status == WorkTaskStatus.Done) ? WorkTaskStatus.Ready
                : WorkTaskStatus.Pending;
        }

        // A template ends with its children. One child that failed does not fail the rest: the report names it.
        return task.IsExpanded && task.Status == WorkTaskStatus.Running && tasks.Where(t => t.Task.Template == task.Task.Id).All(t => t.IsFinal)
            ? WorkTaskStatus.Done
            : task.Status;
    }

    private static WorkflowState Revise(WorkflowState state, Plan plan)
    {
        var named = plan.Tasks.Select(t => t.Id).ToHashSet();
        var kept = state.Tasks.Where(t => !named.Contains(t.Task.Id)).Select(t => t.IsFinal ? t : t with { Status = WorkTaskStatus.Cancelled });
        var wanted = plan.Tasks.Select(t => state.Task(t.Id) is { } known ? known with { Task = t } : new TaskState { Task = t });
        return state with { PlanVersion = plan.Version, Tasks = [.. kept, .. wanted], Acceptance = [] };
    }

    private static WorkflowState? Expand(WorkflowState state, TaskExpanded expanded)
    {
        if (state.Task(expanded.Task) is not { Task.ForEach: not null, IsExpanded: false } template
            || WorkTaskLifecycle.Next(template.Status, expanded) is not { } status)
        {
            return null;
        }

        var at = state.Tasks.IndexOf(template);
        var children = expanded.Children.Select(c => new TaskState { Task = c, Status = WorkTaskStatus.Ready });
        return Settle(state with
        {
            Tasks = state.Tasks.SetItem(at, template with { Status = status, IsExpanded = true }).InsertRange(at + 1, children),
        });
    }
}
