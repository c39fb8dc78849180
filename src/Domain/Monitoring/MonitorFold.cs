using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Events of a monitor's stream to its state. As for workflows: <see cref="TryApply"/> judges, <see cref="Apply"/> reads what is stored and never throws.</summary>
public static class MonitorFold
{
    /// <summary>The state of a monitor in whose stream nothing has happened.</summary>
    public static MonitorState Start(MonitorId id) => new() { Id = id };

    /// <summary>Folds stored history. An event that is not a legal move changes nothing but the seq.</summary>
    public static MonitorState Apply(MonitorState state, Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(recorded);
        return TryApply(state, recorded) ?? state with { Seq = recorded.Seq };
    }

    /// <summary>The state after <paramref name="recorded"/>, or null when it is not a legal move.</summary>
    public static MonitorState? TryApply(MonitorState state, Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(recorded);
        return Move(state, recorded) is { } next ? next with { Seq = recorded.Seq } : null;
    }

    private static MonitorState? Move(MonitorState state, Recorded recorded)
    {
        if (recorded.Event is MonitorDefined defined)
        {
            return state.Name is { } name && name != defined.Name ? null
                : state with { Name = defined.Name, Schedule = defined.Schedule, SeenUntil = Later(state.SeenUntil, recorded.At) };
        }

        if (state.Name is null)
        {
            return null;
        }

        return recorded.Event switch
        {
            MonitorFired fired => Fire(state, fired, recorded),
            CallProposed or CallChanged or CallDecided or CallStarted or CallSettled => Check(state, recorded),
            MonitorChecked check => state.Open is { Checked: null, Submitted: null } run && run.Fired.Run == check.Run ? state with { Open = run with { Checked = check } } : null,
            MonitorSubmitted submitted => Submit(state, submitted, recorded.At),
            MonitorSkipped skipped => Skip(state, skipped, recorded.At),
            MonitorQueued queued => Queue(state, queued, recorded.Seq),
            MonitorRunEnded ended => End(state, ended, recorded.At),
            MonitorPaused paused => state.Pause is null ? state with { Pause = new MonitorPause(paused.Reason.Words, recorded.Actor, recorded.At) } : null,
            MonitorResumed => state.Pause is null ? null : state with { Pause = null },
            _ => null,
        };
    }

    private static MonitorState? Fire(MonitorState state, MonitorFired fired, Recorded recorded)
    {
        if (state.Open is not null || fired.Run != state.Runs + 1 || fired.Attempt < 1)
        {
            return null;
        }

        return state with
        {
            Runs = fired.Run,
            SeenUntil = Later(state.SeenUntil, fired.ScheduledFor),
            Queue = state.Queue.RemoveAll(q => q.Queued.Firing == fired.Firing),
            Open = new MonitorRun(fired, recorded.Seq, recorded.At) { KnownSeq = KnownOf(state, fired.Firing) ?? recorded.Seq, Check = CheckOf(state, fired, recorded) },
        };
    }

    /// <summary>Since when a firing was known before it begins; null where it begins at once.</summary>
    private static int? KnownOf(MonitorState state, string firing) =>
        state.Queue.FirstOrDefault(q => q.Queued.Firing == firing)?.QueuedSeq ?? state.Recent.LastOrDefault(r => r.Fired.Firing == firing)?.KnownSeq;

    /// <summary>
    /// The condition's read as the gate sees it: a workflow of nobody's, in which nothing but that read happens. It has the monitor's own bits for an id,
    /// and no stream, no row and no budget; and it serves the workflow that set the run off.
    /// </summary>
    private static WorkflowState CheckOf(MonitorState state, MonitorFired fired, Recorded recorded) => WorkflowFold.Start(WorkflowId.Of(state.Id.Value)) with
    {
        Submitted = new GoalSubmitted(new PrivateText("system", state.Name!), Actor.System.Value, null, null, JsonText.EmptyObject, null, null, null, string.Empty, fired.Cause, 0) { Ancestry = fired.Ancestry },
        SubmittedAt = recorded.At,
        Status = WorkflowStatus.Running,
        Seq = recorded.Seq,
        UpdatedAt = recorded.At,
    };

    private static MonitorState? Check(MonitorState state, Recorded recorded) =>
        state.Open is { Check: { } check, Checked: null, Submitted: null } run
            && recorded.Event is not CallProposed { Task: not null }
            && recorded.Event is not CallStarted { Reserved.IsEmpty: false }
            && WorkflowFold.TryApply(check, recorded) is { } next
            ? state with { Open = run with { Check = next } }
            : null;

    private static MonitorState? Submit(MonitorState state, MonitorSubmitted submitted, DateTimeOffset at) =>
        state.Open is { Submitted: null, Checked: null or { Held: true } } run && run.Fired.Run == submitted.Run
            ? state with { Open = run with { Submitted = submitted }, LastGoalAt = submitted.Joined ? state.LastGoalAt : at }
            : null;

    private static MonitorState? Skip(MonitorState state, MonitorSkipped skipped, DateTimeOffset at) =>
        skipped.Count < 1 ? null : state with
        {
            SeenUntil = Later(state.SeenUntil, skipped.ScheduledFor),
            Queue = state.Queue.RemoveAll(q => q.Queued.Firing == skipped.Firing),
            LastSkip = skipped,
            LastSkipAt = at,
        };

    private static MonitorState? Queue(MonitorState state, MonitorQueued queued, int seq) =>
        state.Open is null || state.Knows(queued.Firing) || state.Queue.Length >= MonitorDecider.MostQueued
            ? null
            : state with { Queue = state.Queue.Add(new MonitorWaiting(queued, seq)), SeenUntil = Later(state.SeenUntil, queued.ScheduledFor) };

    private static MonitorState? End(MonitorState state, MonitorRunEnded ended, DateTimeOffset at)
    {
        if (state.Open is not { } run || run.Fired.Run != ended.Run)
        {
            return null;
        }

        var recent = state.Recent.Add(run with { Check = null, Ended = ended, EndedAt = at });
        var spent = ended.Spent.Aggregate(state.Spent, (all, day) => all.SetItem(day.Day, (new Amounts(all.GetValueOrDefault(day.Day)) + new Amounts(day.Money)).Money!.Value));
        return state with
        {
            Open = null,
            Recent = recent.Length > MonitorState.MostRecent ? recent.RemoveRange(0, recent.Length - MonitorState.MostRecent) : recent,
            Spent = spent.RemoveRange(spent.Keys.Take(Math.Max(0, spent.Count - MonitorState.MostDays))),
        };
    }

    private static DateTimeOffset Later(DateTimeOffset seen, DateTimeOffset? moment) => moment is { } at && at > seen ? at : seen;
}
