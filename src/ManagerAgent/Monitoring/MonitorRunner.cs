using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>
/// What happens when a monitor is set off: decide, write down, check, submit. Everything it knows is in the monitor's stream, and a run of it leaves a row
/// from its first moment on; killing it at any line loses nothing and submits nothing twice.
/// </summary>
internal sealed class MonitorRunner(
    MonitorBook book,
    MonitorFollower follower,
    MonitorCheckers checkers,
    MonitorChains chains,
    WorkflowDesk desk,
    IJobRuns rows,
    RunsUnderWay underWay,
    MonitorSettings settings,
    TimeProvider time,
    ILogger<MonitorRunner> logger)
{
    private const int MostAttempts = 50;
    private const string Unexpected = "Something unexpected happened; the service's log has it.";

    /// <summary>The name under which a monitor's attempts are listed.</summary>
    public static string JobOf(MonitorDefinition definition) => "monitor/" + definition.Name;

    /// <summary>A firing with what led to it. Throws <see cref="UnknownEventException"/> where this program cannot read that, and <see cref="JsonException"/> where none can.</summary>
    public async Task<MonitorFiring> ChainedAsync(MonitorFiring firing, CancellationToken cancellationToken)
    {
        var (chain, ancestry) = await chains.OfAsync(firing.Cause, cancellationToken);
        return firing with { Chain = chain, Ancestry = ancestry };
    }

    /// <summary>Deals with one firing to the end: it is run, or left out, or waits.</summary>
    /// <param name="definition">The monitor.</param>
    /// <param name="firing">What sets it off; its chain is looked up here.</param>
    /// <param name="actor">Who sets it off.</param>
    /// <param name="cancellationToken">Stops as long as nothing is written; a run that has begun goes on to its end, or until the host stops.</param>
    public async Task<MonitorResult> FireAsync(MonitorDefinition definition, MonitorFiring firing, Actor actor, CancellationToken cancellationToken) =>
        await FireChainedAsync(definition, await ChainedAsync(firing, cancellationToken), actor, cancellationToken);

    /// <summary>The same for a firing of which it is known what led to it.</summary>
    public async Task<MonitorResult> FireChainedAsync(MonitorDefinition definition, MonitorFiring firing, Actor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var state = await follower.FollowAsync(definition.Id, cancellationToken);
            var spent = definition.MoneyPerDay is null ? 0 : await follower.SpentTodayAsync(state, cancellationToken);
            var decision = MonitorDecider.Decide(definition, state, firing, spent, time.GetUtcNow());
            MonitorResult? result;
            switch (decision)
            {
                case MonitorDecision.Nothing:
                    return Known(state, firing);
                case MonitorDecision.Skip skip:
                    var skipped = new MonitorSkipped(firing.Key, firing.Trigger, firing.ScheduledFor, skip.Reason, skip.Detail, 1);
                    result = await NoteAsync(definition, firing, state, skipped, JobOutcome.Skipped, skip.Detail, actor, cancellationToken);
                    break;
                case MonitorDecision.Queue when firing.Waited:
                    return new MonitorResult(JobOutcome.Queued, "It goes on waiting.", null, null);
                case MonitorDecision.Queue:
                    var queued = new MonitorQueued(firing.Key, firing.Trigger, firing.ScheduledFor, firing.Cause, firing.Body) { By = firing.By };
                    result = await NoteAsync(definition, firing, state, queued, JobOutcome.Queued, $"It waits for run {Number(state.Open!.Fired.Run)}.", actor, cancellationToken);
                    break;
                case MonitorDecision.Replace:
                    await follower.ReplaceAsync(state, cancellationToken);
                    continue;
                case MonitorDecision.Run run:
                    result = await RunAsync(definition, firing, state, run, actor, cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"A firing was decided as {decision}.");
            }

            if (result is not null)
            {
                return result;
            }
        }

        throw new StoreUnavailableException($"The monitor '{definition.Name}' was changed by others {MostAttempts} times in a row. Try again.");
    }

    /// <summary>Writes down what is not run. Null when somebody else was first.</summary>
    private async Task<MonitorResult?> NoteAsync(
        MonitorDefinition definition, MonitorFiring firing, MonitorState state, WorkflowEvent fact, string outcome, string detail, Actor actor, CancellationToken cancellationToken)
    {
        var (recorded, after) = book.Fold(state, [fact], actor);
        if (recorded is null || !await book.TryAppendAsync(state, recorded, after, cancellationToken))
        {
            return null;
        }

        await ListAsync(definition, firing, outcome, detail, cancellationToken);
        return new MonitorResult(outcome, detail, null, null);
    }

    /// <summary>Lists a firing that is dealt with without a run.</summary>
    public async Task ListAsync(MonitorDefinition definition, MonitorFiring firing, string outcome, string detail, CancellationToken cancellationToken)
    {
        var row = Row(definition, firing);
        using var entry = underWay.Begin(row.Id, null);
        await rows.BeginAsync(row, cancellationToken);
        await rows.EndAsync(row.Id, row.StartedAt, outcome, detail, null, cancellationToken);
    }

    /// <summary>Ends a firing that waits without running it: its run is over where it begins, with the reason.</summary>
    public async Task GiveUpAsync(MonitorDefinition definition, MonitorFiring firing, MonitorOutcome outcome, string word, string detail, CancellationToken cancellationToken)
    {
        var isNew = false;
        await book.AppendAsync(
            definition.Id,
            state => (isNew = state.Open is null && state.Queue.Any(q => q.Queued.Firing == firing.Key)) ? [Fired(state, firing), new MonitorRunEnded(state.Runs + 1, outcome, detail, [])] : [],
            Actor.System,
            cancellationToken);
        if (isNew)
        {
            await ListAsync(definition, firing, word, detail, cancellationToken);
        }
    }

    /// <summary>Null when somebody else was first.</summary>
    private async Task<MonitorResult?> RunAsync(
        MonitorDefinition definition, MonitorFiring firing, MonitorState state, MonitorDecision.Run run, Actor actor, CancellationToken cancellationToken)
    {
        var fired = Fired(state, firing);
        var (recorded, after) = book.Fold(state, [fired], actor);
        if (recorded is null)
        {
            return null;
        }

        // From here on whoever asked may hang up: half a run would be worse than one that nobody waits for.
        cancellationToken.ThrowIfCancellationRequested();
        var row = Row(definition, firing);
        using var entry = underWay.Begin(row.Id, (definition.Id, fired.Run));
        try
        {
            await rows.BeginAsync(row, underWay.Stopping);
            if (!await book.TryAppendAsync(state, recorded, after, underWay.Stopping))
            {
                await rows.EndAsync(row.Id, time.GetUtcNow(), JobOutcome.Skipped, "Something else happened to the monitor first; it was decided anew.", null, underWay.Stopping);
                return null;
            }

            var result = await TryCarryOutAsync(definition, run, after);
            await rows.EndAsync(row.Id, time.GetUtcNow(), result.Outcome, result.Detail, result.Workflow, underWay.Stopping);
            return result;
        }
        catch (OperationCanceledException) when (underWay.Stopping.IsCancellationRequested)
        {
            return new MonitorResult(JobOutcome.Running, "This host is being stopped; whoever comes next takes the run up.", fired.Run, null);
        }
    }

    private async Task<MonitorResult> TryCarryOutAsync(MonitorDefinition definition, MonitorDecision.Run run, MonitorState state)
    {
        try
        {
            return await CarryOutAsync(definition, run, state, underWay.Stopping);
        }
        catch (Exception fault) when (fault is not StoreUnavailableException && !underWay.Stopping.IsCancellationRequested)
        {
            // A run that stayed open would keep every later one from running.
            logger.MonitorFailed(fault, definition.Name, state.Runs);
            await follower.EndAsync(definition.Id, state.Runs, MonitorOutcome.Failed, Unexpected, [], underWay.Stopping);
            return new MonitorResult(JobOutcome.Failed, Unexpected, state.Runs, null);
        }
    }

    /// <summary>Checks and submits.</summary>
    private async Task<MonitorResult> CarryOutAsync(MonitorDefinition definition, MonitorDecision.Run run, MonitorState state, CancellationToken cancellationToken)
    {
        var (open, session) = (state.Open!, new MonitorSession(book, state, state.Runs));
        var number = open.Fired.Run;

        // Between the look at what led to it and its beginning that may have been cancelled. Where it is cancelled later still, whoever follows the workflow ends it.
        if (open.KnownSeq < open.FiredSeq && await follower.CancelledAsync(definition.Id, open.Fired.Ancestry, open.KnownSeq, cancellationToken) is { } cancelled)
        {
            return await EndAsync(session, number, [], MonitorOutcome.Cancelled, JobOutcome.Skipped, $"{cancelled}, which led to it, was cancelled.", cancellationToken);
        }

        switch (await checkers.CheckAsync(definition, session, cancellationToken))
        {
            case MonitorCheck.HoldsNot { Made: var made }:
                return await EndAsync(session, number, [made], MonitorOutcome.NothingToDo, JobOutcome.NothingToDo, made.Seen.Length == 0 ? "There is nothing to do." : $"There is nothing to do: {made.Seen}.", cancellationToken);
            case MonitorCheck.Failed { Reason: var reason }:
                return await EndAsync(session, number, [], MonitorOutcome.Failed, JobOutcome.Failed, reason, cancellationToken);
            case MonitorCheck.Holds holds:
                if (await session.AppendAsync(holds.Events, [], Actor.System, cancellationToken) is not LogResult.Appended)
                {
                    return Overtaken(number);
                }

                return definition.Submission.Inputs.Fill(holds.Result, open.Fired.Body) is { } inputs
                    ? await SubmitAsync(definition, run, open, inputs, session, cancellationToken)
                    : await EndAsync(session, number, [], MonitorOutcome.Failed, JobOutcome.Failed, $"The inputs are larger than {InputTemplate.MostBytes / 1024} KB.", cancellationToken);
            default:
                throw new InvalidOperationException("A check came to nothing.");
        }
    }

    private async Task<MonitorResult> SubmitAsync(
        MonitorDefinition definition, MonitorDecision.Run run, MonitorRun open, JsonText inputs, MonitorSession session, CancellationToken cancellationToken)
    {
        var number = open.Fired.Run;
        var request = Request(definition, open) with { Inputs = inputs, Budget = run.Money is { } money ? (settings.Budget ?? Amounts.None) with { Money = money } : settings.Budget };
        switch (await desk.SubmitAsync(request, cancellationToken))
        {
            case SubmitResult.Created { Workflow: var workflow }:
                return await LinkAsync(workflow, isOurs: true);
            case SubmitResult.Joined { Workflow: var workflow }:
                return await LinkAsync(workflow, isOurs: workflow == request.KeyedId);
            case SubmitResult.Invalid { Reason: var reason }:
                return await EndAsync(session, number, [], MonitorOutcome.Failed, JobOutcome.Failed, reason, cancellationToken);
            default:
                throw new InvalidOperationException("A submission came to nothing.");
        }

        async Task<MonitorResult> LinkAsync(WorkflowId workflow, bool isOurs)
        {
            var submitted = new MonitorSubmitted(number, workflow, Joined: !isOurs, run.Money is null ? null : request.Budget);
            ImmutableArray<WorkflowEvent> events = isOurs ? [submitted] : [submitted, new MonitorRunEnded(number, MonitorOutcome.Joined, "Another workflow pursues the goal already.", [])];
            if (await session.AppendAsync(events, [], Actor.System, cancellationToken) is not LogResult.Appended)
            {
                // Declared lost or replaced meanwhile. Whoever replaced it does not know this workflow; whoever retries it has the same one.
                if (isOurs && !HasRun(await book.ReadAsync(definition.Id, cancellationToken), open.Fired.Firing, workflow))
                {
                    await follower.CancelAsync(workflow, "The run of the monitor that submitted it was over already.", cancellationToken);
                }

                return Overtaken(number);
            }

            return new MonitorResult(
                isOurs ? JobOutcome.Submitted : JobOutcome.Joined, isOurs ? "A goal was submitted." : "Another workflow pursues the goal already.", number, workflow);
        }
    }

    /// <summary>What a run submits, inputs and budget aside: the key makes one workflow of one firing, however often it is tried.</summary>
    public SubmitRequest Request(MonitorDefinition definition, MonitorRun run) => new(definition.Submission.Goal, definition.Submission.Owner, settings.Company)
    {
        Playbook = definition.Submission.Playbook,
        Monitor = definition.Name,
        Parent = run.Fired.Cause,
        Ancestry = run.Fired.Ancestry,
        SetOffBy = run.Fired.By,
        IdempotencyKey = $"{definition.Id}/{run.Fired.Firing}",
        Cause = string.Create(CultureInfo.InvariantCulture, $"{definition.Id}/{run.FiredSeq}"),
    };

    private static async Task<MonitorResult> EndAsync(
        MonitorSession session, int run, ImmutableArray<WorkflowEvent> before, MonitorOutcome outcome, string word, string detail, CancellationToken cancellationToken) =>
        await session.AppendAsync([.. before, new MonitorRunEnded(run, outcome, detail, [])], [], Actor.System, cancellationToken) is LogResult.Appended
            ? new MonitorResult(word, detail, run, null)
            : Overtaken(run);

    /// <summary>Whether a run follows this workflow, or is about to submit it again under the same key. A workflow of a monitor's that nobody follows counts nowhere.</summary>
    private static bool HasRun(MonitorState state, string firing, WorkflowId workflow) =>
        state.Open?.Fired.Firing == firing || state.Queue.Any(q => q.Queued.Firing == firing) || state.Recent.Any(r => r.Submitted?.Workflow == workflow);

    private static MonitorResult Overtaken(int run) => new(JobOutcome.Skipped, "The run was ended by somebody else meanwhile.", run, null);

    private static MonitorResult Known(MonitorState state, MonitorFiring firing)
    {
        var run = state.Open?.Fired.Firing == firing.Key ? state.Open : state.Recent.LastOrDefault(r => r.Fired.Firing == firing.Key);
        return new MonitorResult(JobOutcome.Skipped, "This firing is dealt with already.", run?.Fired.Run, run?.Submitted?.Workflow);
    }

    private MonitorFired Fired(MonitorState state, MonitorFiring firing) =>
        new(state.Runs + 1, firing.Key, firing.Trigger, firing.ScheduledFor, firing.Attempt, settings.Node, firing.Cause, firing.Body) { Ancestry = firing.Ancestry, By = firing.By };

    private JobRun Row(MonitorDefinition definition, MonitorFiring firing)
    {
        var now = EventHash.Cut(time.GetUtcNow());
        return new JobRun(
            Guid.CreateVersion7(now).ToString("N"), JobOf(definition), ClosedWords.Of(firing.Trigger), settings.Node, firing.ScheduledFor, now, null, null, string.Empty, null, firing.Attempt);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
