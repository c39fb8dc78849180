using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A monitor as its stream says it is. Of long histories only what later decisions need is kept.</summary>
public sealed record MonitorState
{
    /// <summary>Which monitor.</summary>
    public required MonitorId Id { get; init; }

    /// <summary>The last event folded in; 0 for none.</summary>
    public int Seq { get; init; }

    /// <summary>Its name; null before the first event.</summary>
    public string? Name { get; init; }

    /// <summary>The schedule in force, in one line; null before the first event.</summary>
    public string? Schedule { get; init; }

    /// <summary>The last moment of the schedule that is dealt with, or when the schedule came into force. Nothing up to it is due any more.</summary>
    public DateTimeOffset SeenUntil { get; init; }

    /// <summary>How many runs there were.</summary>
    public int Runs { get; init; }

    /// <summary>The run that is not over; null for none.</summary>
    public MonitorRun? Open { get; init; }

    /// <summary>The last runs that are over, oldest first, at most <see cref="MostRecent"/>.</summary>
    public ImmutableArray<MonitorRun> Recent { get; init; } = [];

    /// <summary>Firings that wait for the open run, oldest first.</summary>
    public ImmutableArray<MonitorWaiting> Queue { get; init; } = [];

    /// <summary>Who stopped it and why; null when nobody did.</summary>
    public MonitorPause? Pause { get; init; }

    /// <summary>When a goal was last submitted by it; null for never.</summary>
    public DateTimeOffset? LastGoalAt { get; init; }

    /// <summary>The last firing that was left out; null for none.</summary>
    public MonitorSkipped? LastSkip { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastSkipAt { get; init; }

    /// <summary>Money of the runs that are over, by day; the last <see cref="MostDays"/> days.</summary>
    public ImmutableSortedDictionary<DateOnly, decimal> Spent { get; init; } = ImmutableSortedDictionary<DateOnly, decimal>.Empty;

    /// <summary>Runs kept.</summary>
    public const int MostRecent = 20;

    /// <summary>Days kept.</summary>
    public const int MostDays = 7;

    /// <summary>True when this very firing is known: it runs, waits, or ran lately.</summary>
    public bool Knows(string firing) =>
        Open?.Fired.Firing == firing || Queue.Any(q => q.Queued.Firing == firing) || Recent.Any(r => r.Fired.Firing == firing);

    /// <summary>How often this very firing was tried lately; 0 when it is not known.</summary>
    public int Attempts(string firing) =>
        Recent.Append(Open).Where(r => r?.Fired.Firing == firing).Select(r => r!.Fired.Attempt).DefaultIfEmpty().Max();
}

/// <summary>One run.</summary>
/// <param name="Fired">How it began.</param>
/// <param name="FiredSeq">The seq of that event.</param>
/// <param name="StartedAt">When.</param>
public sealed record MonitorRun(MonitorFired Fired, int FiredSeq, DateTimeOffset StartedAt)
{
    /// <summary>The seq of the event from which on it is known what led to it: where it began to wait, or where it was first tried; else <see cref="FiredSeq"/>.</summary>
    public int KnownSeq { get; init; } = FiredSeq;

    /// <summary>The read of its condition, as the gate sees a workflow; null once the run is over.</summary>
    public WorkflowState? Check { get; init; }

    /// <summary>What was seen; null before.</summary>
    public MonitorChecked? Checked { get; init; }

    /// <summary>What was submitted; null when nothing was.</summary>
    public MonitorSubmitted? Submitted { get; init; }

    /// <summary>How it ended; null while it has not.</summary>
    public MonitorRunEnded? Ended { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>A firing that waits.</summary>
/// <param name="Queued">What it waits with.</param>
/// <param name="QueuedSeq">The seq of that event.</param>
public sealed record MonitorWaiting(MonitorQueued Queued, int QueuedSeq);

/// <summary>A pause.</summary>
/// <param name="Reason">In the words of whoever paused.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record MonitorPause(string Reason, Actor By, DateTimeOffset At);
