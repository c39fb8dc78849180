using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Plans, their revisions and expansions.</summary>
internal static class PlanFold
{
    public static WorkflowState? Apply(WorkflowState state, WorkflowEvent fact) => fact switch
    {
        PlanAdopted adopted when state.PlanVersion == 0 && state.Agreed is not null && adopted.Plan.Version > 0 && IsSound(state, adopted.Plan) =>
            Settle(state with { PlanVersion = adopted.Plan.Version, Tasks = [.. adopted.Plan.Tasks.Select(t => new TaskState { Task = t, PlanVersion = adopted.Plan.Version })] }),
        PlanRevised revised when revised.Plan.Version > state.PlanVersion && IsSound(state, revised.Plan) => Settle(Revise(state, revised.Plan)),
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

    /// <summary>
    /// Every task has an id of its own, and no two wait for one another: not by what they need, and not as template and child. What has begun as a template
    /// stays one, and the other way round.
    /// </summary>
    private static bool IsSound(WorkflowState state, Plan plan)
    {
        var tasks = plan.Tasks.DistinctBy(t => t.Id).ToDictionary(t => t.Id);
        return tasks.Count == plan.Tasks.Length
            && IsOrderable(state.Tasks.Select(t => t.Task.Id).Where(id => !tasks.ContainsKey(id)), plan.Tasks)
            && plan.Tasks.All(t =>
                (t.Template is not { } id || !tasks.TryGetValue(id, out var template) || NeedsNoMore(t, template, plan.Tasks))
                && (state.Task(t.Id) is not { } begun || begun.IsFinal || begun.Status is WorkTaskStatus.Pending or WorkTaskStatus.Ready || begun.Task.ForEach is null == t.ForEach is null));
    }

    private static bool IsOrderable(IEnumerable<TaskId> before, ImmutableArray<WorkTask> tasks)
    {
        var known = before.ToHashSet();
        var left = tasks.ToList();
        while (left.RemoveAll(t => t.Needs.All(known.Contains) && known.Add(t.Id)) > 0)
        {
            // Each round places what needs only those placed before.
        }

        return left.Count == 0;
    }

    private static bool NeedsNoMore(WorkTask child, WorkTask template, ImmutableArray<WorkTask> siblings) =>
        child.Needs.All(n => template.Needs.Contains(n) || siblings.Any(s => s.Id == n && s.Template == template.Id));

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
        var children = state.Tasks.Where(t => t.Task.Template is { } template && named.Contains(template) && !named.Contains(t.Task.Id)).ToLookup(t => t.Task.Template);
        var kept = state.Tasks
            .Where(t => !named.Contains(t.Task.Id) && !children[t.Task.Template].Contains(t))
            .Select(t => t.IsFinal ? t : t with { Status = WorkTaskStatus.Cancelled });
        var wanted = plan.Tasks
            .SelectMany(t => children[t.Id].Prepend(state.Task(t.Id) is { } known ? Rename(known, t) : new TaskState { Task = t }))
            .Select(t => t with { PlanVersion = plan.Version });

        // Nobody need say any more what is to become of a goal that the plan before did not reach: there is another one.
        var escalations = TakenBack.From(state.Escalations, asked => asked.Kind == EscalationKind.UnmetGoal);
        return state with { PlanVersion = plan.Version, Tasks = [.. kept, .. wanted], Acceptance = [], WantsPlan = false, HasNewTerms = false, Escalations = escalations };
    }

    /// <summary>What could begin is looked at again: the new plan may have it need more.</summary>
    private static TaskState Rename(TaskState known, WorkTask task) =>
        known with { Task = task, Status = known.Status == WorkTaskStatus.Ready ? WorkTaskStatus.Pending : known.Status, PutOffUntil = null };

    private static bool AreChildren(WorkflowState state, ImmutableArray<WorkTask> children, WorkTask template)
    {
        var known = new HashSet<TaskId>();
        return children.All(c =>
            c.Template == template.Id
            && c.Needs.All(n => template.Needs.Contains(n) || known.Contains(n))
            && state.Task(c.Id) is null
            && known.Add(c.Id));
    }

    private static WorkflowState? Expand(WorkflowState state, TaskExpanded expanded)
    {
        if (state.Task(expanded.Task) is not { Task.ForEach: not null, IsExpanded: false } template
            || WorkTaskLifecycle.Next(template.Status, expanded) is not { } status
            || !AreChildren(state, expanded.Children, template.Task))
        {
            return null;
        }

        var at = state.Tasks.IndexOf(template);
        var children = expanded.Children.Select(c => new TaskState { Task = c, PlanVersion = template.PlanVersion });
        return Settle(state with
        {
            Tasks = state.Tasks.SetItem(at, template with { Status = status, IsExpanded = true }).InsertRange(at + 1, children),
        });
    }
}
