using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>
/// What whoever keeps time calls, and need not get right: look which moments are due, take up what a dead host left, follow what was submitted, and let the
/// next in a queue go. Called too often, or by several hosts, it does nothing more.
/// </summary>
public sealed class MonitorClock
{
    /// <summary>Whoever declares a run lost makes up for it at once; after so long they are gone, too.</summary>
    private static readonly TimeSpan BeforeMakingUp = TimeSpan.FromMinutes(1);

    /// <summary>What was lost longer ago was left: nobody expects it any more, whatever the monitor's file says by now.</summary>
    private static readonly TimeSpan LongestToMakeUp = TimeSpan.FromHours(1);

    private const string Broken = "What led to it is damaged in the journal and cannot be read.";

    private readonly ImmutableArray<MonitorDefinition> _monitors;
    private readonly MonitorBook _book;
    private readonly MonitorFollower _follower;
    private readonly MonitorRunner _runner;
    private readonly WorkflowDesk _desk;
    private readonly IOccurrences _occurrences;
    private readonly IJobRuns _rows;
    private readonly RunsUnderWay _underWay;
    private readonly MonitorSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>One look at a time for each monitor here: its own trigger and the sweep often come at the same moment.</summary>
    private readonly ConcurrentDictionary<MonitorId, SemaphoreSlim> _looking = [];

    internal MonitorClock(
        ImmutableArray<MonitorDefinition> monitors,
        MonitorBook book,
        MonitorFollower follower,
        MonitorRunner runner,
        WorkflowDesk desk,
        IOccurrences occurrences,
        IJobRuns rows,
        RunsUnderWay underWay,
        MonitorSettings settings,
        TimeProvider time,
        ILogger<MonitorClock> logger) =>
        (_monitors, _book, _follower, _runner, _desk, _occurrences, _rows, _underWay, _settings, _time, _logger) =
        (monitors, book, follower, runner, desk, occurrences, rows, underWay, settings, time, logger);

    /// <summary>Fires what is due of one monitor. A name that no monitor has any more is nothing.</summary>
    public async Task TickAsync(string name, CancellationToken cancellationToken)
    {
        if (_monitors.FirstOrDefault(m => m.Name == name) is { } definition)
        {
            await TickAsync(definition, cancellationToken);
        }
    }

    /// <summary>Looks after every monitor. One that fails does not keep the others.</summary>
    /// <param name="isGone">Whether another host is. Of this one it is known what is under way; a process that has died can have left its name to it.</param>
    /// <param name="cancellationToken">Stops between monitors.</param>
    public async Task SweepAsync(Func<string, bool> isGone, CancellationToken cancellationToken)
    {
        foreach (var definition in _monitors)
        {
            try
            {
                await RecoverAsync(definition, isGone, cancellationToken);
                await MakeUpAsync(definition, cancellationToken);
                await _follower.FollowAsync(definition.Id, cancellationToken);
                await TickAsync(definition, cancellationToken);
                await StartWaitingAsync(definition, cancellationToken);
            }
            catch (Exception fault) when (fault is not (OperationCanceledException or StoreUnavailableException))
            {
                _logger.SweepFailed(fault, definition.Name);
            }
        }

        await CloseRowsAsync(isGone, cancellationToken);
    }

    private async Task TickAsync(MonitorDefinition definition, CancellationToken cancellationToken)
    {
        var turn = _looking.GetOrAdd(definition.Id, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            await FireDueAsync(definition, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task FireDueAsync(MonitorDefinition definition, CancellationToken cancellationToken)
    {
        var words = definition.Schedule.Words;
        var state = await _book.AppendAsync(
            definition.Id, s => s.Schedule == words ? [] : [new MonitorDefined(definition.Name, words)], Actor.System, cancellationToken);
        if (definition.Schedule is MonitorSchedule.Webhook)
        {
            return;
        }

        var due = MissedFirings.Find(definition.CatchUp, state.SeenUntil, _time.GetUtcNow(), after => _occurrences.Next(definition.Schedule, after));
        if (due.MissedUntil is { } until || (due.Missed > 0 && definition.CatchUp == MonitorCatchUp.All))
        {
            await SkipMissedAsync(definition, due, cancellationToken);
        }

        foreach (var (moment, trigger) in due.Fire)
        {
            if (_underWay.Stopping.IsCancellationRequested)
            {
                return; // it stays due
            }

            await _runner.FireAsync(definition, new MonitorFiring(KeyOf(moment), trigger) { ScheduledFor = moment }, Actor.System, cancellationToken);
        }
    }

    private async Task SkipMissedAsync(MonitorDefinition definition, DueFirings due, CancellationToken cancellationToken)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"{due.Missed} {(due.Missed == 1 ? "firing" : "firings")} fell due while nobody was there, and the monitor does not make up for {(due.Missed == 1 ? "it" : "them")}.");
        var skipped = new MonitorSkipped("missed", MonitorTrigger.CatchUp, due.MissedUntil, MonitorSkip.Missed, detail, due.Missed);
        var isNew = false;
        await _book.AppendAsync(
            definition.Id,
            state =>
            {
                isNew = due.MissedUntil is not { } until || until > state.SeenUntil;
                return isNew ? [skipped] : [];
            },
            Actor.System,
            cancellationToken);
        if (isNew)
        {
            await _runner.ListAsync(definition, new MonitorFiring("missed", MonitorTrigger.CatchUp) { ScheduledFor = due.MissedUntil }, JobOutcome.Missed, detail, cancellationToken);
        }
    }

    /// <summary>A run that nobody is at any more and that had not submitted anything is lost; unless it had, and only could not say so any more.</summary>
    private async Task RecoverAsync(MonitorDefinition definition, Func<string, bool> isGone, CancellationToken cancellationToken)
    {
        if (await _book.ReadAsync(definition.Id, cancellationToken) is not { Open: { Submitted: null, Fired: var fired } run } || IsAlive(definition.Id, fired, isGone))
        {
            return;
        }

        if (_runner.Request(definition, run).KeyedId is { } id && await _desk.FindAsync(id, cancellationToken) is { State.Submitted: { } submitted })
        {
            await _book.AppendAsync(
                definition.Id, s => IsUnsubmitted(s, fired) ? [new MonitorSubmitted(fired.Run, id, Joined: false, submitted.Budget)] : [], Actor.System, cancellationToken);
            return;
        }

        var again = Again(definition, fired);
        var (outcome, detail) = (MonitorOutcome.Lost, WhatHappenedTo(fired.Node));
        try
        {
            again = again is null ? null : await _runner.ChainedAsync(again, cancellationToken);
        }
        catch (UnknownEventException newer)
        {
            // Once it is lost nobody makes up for it any more: a newer host can.
            _logger.CauseUnreadable(newer, definition.Name, $"{fired.Cause}");
            return;
        }
        catch (JsonException broken)
        {
            // Nobody can, and a run that stayed open would keep every later one from running.
            _logger.CauseBroken(broken, definition.Name, $"{fired.Cause}");
            (again, detail) = (null, $"{detail} {Broken}");
        }

        if (again is not null && await _follower.CancelledAsync(definition.Id, fired.Ancestry, run.KnownSeq, cancellationToken) is { } cancelled)
        {
            (again, outcome, detail) = (null, MonitorOutcome.Cancelled, $"{cancelled}, which led to it, was cancelled.");
        }

        // Between the look and here it may have come to its own end: then that is how it ended, and there is nothing to make up for.
        var isLost = false;
        await _book.AppendAsync(
            definition.Id,
            s => (isLost = IsUnsubmitted(s, fired)) ? [new MonitorRunEnded(fired.Run, outcome, detail, [])] : [],
            Actor.System,
            cancellationToken);
        if (isLost && again is not null)
        {
            await _runner.FireChainedAsync(definition, again, Actor.System, cancellationToken);
        }
    }

    /// <summary>The run that ended last was lost, and whoever found that died before they had made up for it; nothing has been decided about the monitor since.</summary>
    private async Task MakeUpAsync(MonitorDefinition definition, CancellationToken cancellationToken)
    {
        if (await _book.ReadAsync(definition.Id, cancellationToken) is not { Open: null, Recent: [.., { Ended.Outcome: MonitorOutcome.Lost, EndedAt: { } lost } run] } state
            || _time.GetUtcNow() - lost is var since && (since < BeforeMakingUp || since > LongestToMakeUp) || state.LastSkipAt >= lost || Again(definition, run.Fired) is not { } again)
        {
            return;
        }

        try
        {
            again = await _runner.ChainedAsync(again, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is UnknownEventException or JsonException)
        {
            return; // it was said when it was declared lost, or a newer host can
        }

        if (await _follower.CancelledAsync(definition.Id, run.Fired.Ancestry, run.KnownSeq, cancellationToken) is null)
        {
            await _runner.FireChainedAsync(definition, again, Actor.System, cancellationToken);
        }
    }

    /// <summary>The next attempt at what a run was for; null where it is not made up for.</summary>
    private static MonitorFiring? Again(MonitorDefinition definition, MonitorFired fired) => definition.CatchUp != MonitorCatchUp.None && fired.Attempt < MonitorDecider.MostAttempts
        ? new MonitorFiring(fired.Firing, MonitorTrigger.CatchUp) { ScheduledFor = fired.ScheduledFor, Attempt = fired.Attempt + 1, Cause = fired.Cause, Body = fired.Body, By = fired.By }
        : null;

    private bool IsAlive(MonitorId id, MonitorFired fired, Func<string, bool> isGone) =>
        fired.Node == _settings.Node ? _underWay.Has(id, fired.Run) : !isGone(fired.Node);

    private async Task StartWaitingAsync(MonitorDefinition definition, CancellationToken cancellationToken)
    {
        if (await _book.ReadAsync(definition.Id, cancellationToken) is not { Open: null, Queue: [{ Queued: var queued } next, ..] })
        {
            return;
        }

        var firing = new MonitorFiring(queued.Firing, queued.Trigger) { ScheduledFor = queued.ScheduledFor, Waited = true, Cause = queued.Cause, Body = queued.Body, By = queued.By };
        try
        {
            firing = await _runner.ChainedAsync(firing, cancellationToken);
        }
        catch (UnknownEventException newer)
        {
            // It goes on waiting: a newer host can begin it.
            _logger.CauseUnreadable(newer, definition.Name, $"{queued.Cause}");
            return;
        }
        catch (JsonException broken)
        {
            _logger.CauseBroken(broken, definition.Name, $"{queued.Cause}");
            await _runner.GiveUpAsync(definition, firing, MonitorOutcome.Failed, JobOutcome.Failed, Broken, cancellationToken);
            return;
        }

        if (await _follower.CancelledAsync(definition.Id, firing.Ancestry, next.QueuedSeq, cancellationToken) is { } cancelled)
        {
            await _runner.GiveUpAsync(definition, firing, MonitorOutcome.Cancelled, JobOutcome.Skipped, $"{cancelled}, which led to it, was cancelled while it waited.", cancellationToken);
            return;
        }

        await _runner.FireChainedAsync(definition, firing, Actor.System, cancellationToken);
    }

    /// <summary>A row that nobody is at any more says so from here on.</summary>
    private async Task CloseRowsAsync(Func<string, bool> isGone, CancellationToken cancellationToken)
    {
        foreach (var row in (await _rows.OpenAsync(cancellationToken)).Where(r => r.Node == _settings.Node ? !_underWay.HasRow(r.Id) : isGone(r.Node)))
        {
            await _rows.EndAsync(row.Id, _time.GetUtcNow(), JobOutcome.Lost, WhatHappenedTo(row.Node), null, cancellationToken);
        }
    }

    private static bool IsUnsubmitted(MonitorState state, MonitorFired fired) => state.Open is { Submitted: null } open && open.Fired.Run == fired.Run;

    private static string WhatHappenedTo(string node) => $"The host {node} died over it, or could not go on.";

    private static string KeyOf(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
