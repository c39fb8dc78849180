namespace AiManager.ManagerAgent;

/// <summary>Who has the tasks of one workflow in hand, and what becomes of their work: for everything that counts it. Takes events in order; not thread-safe.</summary>
public sealed class TasksInHand
{
    private readonly Dictionary<TaskId, (Actor Who, bool WasSentBack)> _tasks = [];

    /// <summary>True for an event that it goes by.</summary>
    public static bool Counts(string type) =>
        type is nameof(TaskAssigned) or nameof(TaskReassigned) or nameof(TaskRetried) or nameof(DeliverableReviewed) or nameof(TaskFailed);

    /// <summary>Takes an event, and answers what became of somebody's work with it; null when nothing did.</summary>
    public Effort? Take(WorkflowEvent happened)
    {
        switch (happened)
        {
            case TaskAssigned assigned:
                _tasks[assigned.Task] = (assigned.Executor.Actor, false);
                return null;
            case TaskReassigned again:
                var before = _tasks.TryGetValue(again.Task, out var other) ? new Effort(other.Who, EffortEnd.TakenAway) : null;
                _tasks[again.Task] = (again.Executor.Actor, false);
                return before;
            case TaskRetried retried when _tasks.TryGetValue(retried.Task, out var doer):
                _tasks[retried.Task] = (doer.Who, true);
                return null;
            case DeliverableReviewed { Accepted: false } reviewed when _tasks.TryGetValue(reviewed.Task, out var doer):
                _tasks[reviewed.Task] = (doer.Who, true);
                return new Effort(doer.Who, EffortEnd.SentBack);
            case DeliverableReviewed reviewed when _tasks.Remove(reviewed.Task, out var doer):
                return new Effort(doer.Who, doer.WasSentBack ? EffortEnd.AcceptedLater : EffortEnd.AcceptedFirst);
            case TaskFailed failed when _tasks.Remove(failed.Task, out var doer):
                return new Effort(doer.Who, EffortEnd.Failed);
            default:
                return null;
        }
    }
}
