using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>
/// Follows the workflows that monitors submitted: when one is over its run is over, with what it cost; and when one that led to it was cancelled, it is cancelled too.
/// </summary>
internal sealed class MonitorFollower(IWorkflowJournal journal, MonitorBook book, WorkflowDesk desk, IWorkflowOutside outside, MonitorSettings settings, TimeProvider time, ILogger<MonitorFollower> logger)
{
    private const int PageSize = 1000;

    /// <summary>The last event of each open workflow up to which it has been looked through for its end.</summary>
    private readonly ConcurrentDictionary<WorkflowId, int> _seen = [];

    /// <summary>What the workflow of each monitor's open run had spent on a day, and up to which event that is so.</summary>
    private readonly ConcurrentDictionary<MonitorId, (WorkflowId Workflow, int Seq, DateOnly Day, decimal Money)> _spent = [];

    /// <summary>Ends the open run when its workflow is over. Answers the state then.</summary>
    public async Task<MonitorState> FollowAsync(MonitorId id, CancellationToken cancellationToken)
    {
        var state = await book.ReadAsync(id, cancellationToken);
        if (state.Open is not { Submitted.Workflow: var workflow } run)
        {
            return state;
        }

        var stage = await LookAsync(workflow, cancellationToken);
        if (stage == Stage.Gone)
        {
            // Only what is over is archived, and what it cost stays in the ledgers.
            return await EndAsync(id, run.Fired.Run, MonitorOutcome.Archived, "Its workflow is archived.", [], cancellationToken);
        }

        if (stage == Stage.Open && run.Submitted is { Joined: false } && await CancelledAsync(id, run.Fired.Ancestry, run.KnownSeq, cancellationToken) is { } cancelled)
        {
            await CancelAsync(workflow, $"{cancelled}, which led to it, was cancelled.", cancellationToken);
            stage = Stage.Over;
        }

        if (stage == Stage.Open || await desk.FindAsync(workflow, cancellationToken) is not { State.IsFinal: true } found)
        {
            return state;
        }

        var (outcome, detail) = (found.State.Status, found.State.Failure) switch
        {
            (WorkflowStatus.Completed, _) => (MonitorOutcome.Completed, found.State.Ending ?? string.Empty),
            (WorkflowStatus.Cancelled, _) => (MonitorOutcome.Cancelled, "Its workflow was cancelled."),
            (_, { Kind: GoalFailure.Joined } joined) => (MonitorOutcome.Joined, joined.Reason),
            (_, var failure) => (MonitorOutcome.Failed, failure?.Reason ?? string.Empty),
        };
        return await EndAsync(id, run.Fired.Run, outcome, detail, MonitorSpending.ByDay(found.State, found.Events, settings.Zone, null), cancellationToken);
    }

    /// <summary>
    /// A workflow that led to a firing and was cancelled after that was written down; null for none. What comes of one that had been cancelled before is no part of it: its effects
    /// outlive it, and somebody else tells of them. Nor is one cancelled that goes on in another workflow.
    /// </summary>
    /// <param name="id">The monitor.</param>
    /// <param name="ancestry">What led to the firing. Runs from before this was told go on: nobody who cancelled what led to one of them could know that it would end too.</param>
    /// <param name="seq">Of the event in the monitor's stream that says that it began, or waits.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<WorkflowId?> CancelledAsync(MonitorId id, Ancestry? ancestry, int seq, CancellationToken cancellationToken)
    {
        ImmutableArray<WorkflowId> all = ancestry?.Workflows ?? [];
        foreach (var behind in all.Reverse())
        {
            try
            {
                // In the order of the journal: the clocks of two hosts may differ by more than lies between the two.
                if (await outside.ReadAsync(behind, cancellationToken) is { Status: WorkflowStatus.Cancelled, JoinedTo: null }
                    && await journal.ReadAsync(id.ToString(), seq - 1, 1, cancellationToken) is [var written]
                    && await desk.FindAsync(behind, cancellationToken) is { } found
                    && found.Events.Any(e => e.Event is GoalCancelled && e.Position > written.Position))
                {
                    return behind;
                }
            }
            catch (Exception unreadable) when (unreadable is UnknownEventException or JsonException)
            {
                // A newer host, which can read it, cancels; here the monitor goes on, and so do the others that led to the run.
                logger.CauseUnreadable(unreadable, id.ToString(), behind.ToString());
            }
        }

        return null;
    }

    /// <summary>What the monitor's workflows have spent or set aside today.</summary>
    public async Task<decimal> SpentTodayAsync(MonitorState state, CancellationToken cancellationToken)
    {
        var today = Today();
        var spent = new Amounts(state.Spent.GetValueOrDefault(today));
        return (state.Open?.Submitted is { Joined: false, Workflow: var workflow } ? spent + new Amounts(await OpenSpendAsync(state.Id, workflow, today, cancellationToken)) : spent).Money!.Value;
    }

    /// <summary>What an open run's workflow has spent or set aside on a day. One to which nothing was added is not read and folded again.</summary>
    private async Task<decimal> OpenSpendAsync(MonitorId id, WorkflowId workflow, DateOnly day, CancellationToken cancellationToken)
    {
        if (_spent.TryGetValue(id, out var known) && known.Workflow == workflow && known.Day == day
            && await journal.ReadAsync(workflow.ToString(), known.Seq - 1, 2, cancellationToken) is [{ } last] && last.Seq == known.Seq)
        {
            return known.Money;
        }

        if (await desk.FindAsync(workflow, cancellationToken) is not { } found)
        {
            return 0;
        }

        var money = MonitorSpending.ByDay(found.State, found.Events, settings.Zone, day).Where(d => d.Day == day).Sum(d => d.Money);
        _spent[id] = (workflow, found.State.Seq, day, money);
        return money;
    }

    /// <summary>Ends the open run so that another can take its place; its own workflow is cancelled, somebody else's is not.</summary>
    public async Task ReplaceAsync(MonitorState state, CancellationToken cancellationToken)
    {
        var run = state.Open!;
        ImmutableArray<DaySpend> spent = [];
        if (run.Submitted is { Joined: false, Workflow: var workflow })
        {
            await CancelAsync(workflow, "A later firing of the monitor takes its place.", cancellationToken);
            spent = await desk.FindAsync(workflow, cancellationToken) is { } found ? MonitorSpending.ByDay(found.State, found.Events, settings.Zone, null) : [];
        }

        await EndAsync(state.Id, run.Fired.Run, MonitorOutcome.Replaced, "A later firing took its place.", spent, cancellationToken);
    }

    /// <summary>Cancels a workflow that a monitor submitted; harmless when it is over.</summary>
    public Task CancelAsync(WorkflowId workflow, string reason, CancellationToken cancellationToken) => outside.AppendAsync(
        workflow, _ => new OutsideDecision.Append([new GoalCancelled(new PrivateText(Actor.System.Value, reason))]), Actor.System, cancellationToken);

    /// <summary>Ends a run that is still open.</summary>
    public Task<MonitorState> EndAsync(
        MonitorId id, int run, MonitorOutcome outcome, string detail, ImmutableArray<DaySpend> spent, CancellationToken cancellationToken) => book.AppendAsync(
        id, state => state.Open?.Fired.Run == run ? [new MonitorRunEnded(run, outcome, detail, spent)] : [], Actor.System, cancellationToken);

    /// <summary>Looks only at what is new, so that following a long workflow costs nothing; and at the event before, which is there as long as the workflow is.</summary>
    private async Task<Stage> LookAsync(WorkflowId workflow, CancellationToken cancellationToken)
    {
        var stage = Stage.Open;
        for (var seen = Math.Max(1, _seen.GetValueOrDefault(workflow)); stage == Stage.Open;)
        {
            var page = await journal.ReadAsync(workflow.ToString(), seen - 1, PageSize, cancellationToken);
            stage = page.IsEmpty ? Stage.Gone : page.Any(e => e.Type is nameof(GoalCompleted) or nameof(GoalFailed) or nameof(GoalCancelled)) ? Stage.Over : Stage.Open;
            if (page.Length < PageSize && stage == Stage.Open)
            {
                _seen[workflow] = page[^1].Seq;
                return stage;
            }

            seen = page.IsEmpty ? seen : page[^1].Seq;
        }

        _seen.TryRemove(workflow, out _);
        return stage;
    }

    /// <summary>How far a workflow is.</summary>
    private enum Stage
    {
        Open,
        Over,
        Gone,
    }

    private DateOnly Today() => MonitorSpending.DayOf(time.GetUtcNow(), settings.Zone);
}
