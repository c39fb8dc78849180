namespace AiManager.Host;

/// <summary>Lets work go on whose suspension has been lifted. Doing it twice, or on several hosts at once, is harmless: what has been released is not held any more.</summary>
internal sealed class HeldWork(CompanyStream company, IReadModels lists)
{
    private const int PageSize = 200;

    private static readonly string Paused = StatusNames.Write(WorkflowStatus.Paused);
    private static readonly string Blocked = StatusNames.Write(WorkTaskStatus.Blocked);

    /// <summary>Looks through what is paused or blocked, a page at a time, and releases what nothing holds any more.</summary>
    public async Task ReleaseAsync(IWorkflowOutside workflows, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await lists.WorkflowsAsync(new WorkflowQuery(Paused, Cursor: cursor, Limit: PageSize), cancellationToken);
            await ReleaseAsync(page.Items.Select(w => w.Workflow), workflows, cancellationToken);
            cursor = page.Next;
        }
        while (cursor is not null);

        WorkflowId? last = null;
        while (await lists.WithTasksAsync(Blocked, last, PageSize, cancellationToken) is { IsEmpty: false } page)
        {
            await ReleaseAsync(page, workflows, cancellationToken);
            last = page[^1];
        }
    }

    private async Task ReleaseAsync(IEnumerable<WorkflowId> held, IWorkflowOutside workflows, CancellationToken cancellationToken)
    {
        foreach (var workflow in held)
        {
            try
            {
                await workflows.AppendAsync(
                    workflow,
                    state => company.State.Released(state) is { IsEmpty: false } released ? new OutsideDecision.Append(released) : new OutsideDecision.Refuse("Nothing of it is held for nothing."),
                    Actor.System,
                    cancellationToken);
            }
            catch (UnknownEventException)
            {
                // A newer program wrote in it: a host that runs that releases it.
            }
        }
    }
}

/// <summary>
/// On every host: sees that a suspension is gone, whoever lifted it, and that a host died over releasing what it held. Where nothing was ever stopped, it looks at
/// nothing. Now and then it looks again: work can be held for a suspension that was lifted in the same moment.
/// </summary>
internal sealed class HeldWorkWatch(CompanyStream company, HeldWork held, CompanyAtWork atWork, TimeProvider time, ILogger<HeldWorkWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        IReadOnlyDictionary<string, Suspension>? seen = null;
        var looked = time.GetTimestamp();
        try
        {
            do
            {
                var state = company.State;
                var isLifted = seen is null || seen.Keys.Any(key => !state.Suspensions.ContainsKey(key));
                if (!state.WasSuspended || (!isLifted && time.GetElapsedTime(looked) < BetweenLooks))
                {
                    seen = state.Suspensions;
                }
                else if (await ReleasedAsync(stoppingToken))
                {
                    (seen, looked) = (state.Suspensions, time.GetTimestamp());
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task<bool> ReleasedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await held.ReleaseAsync(atWork.Get<IWorkflowOutside>(), cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The outer edge of the watch: the store is away, or one workflow cannot be read here; the next look is soon.
            logger.ReleaseFailed(fault);
            return false;
        }
    }
}
