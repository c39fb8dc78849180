namespace AiManager.Host;

/// <summary>Lets work go on whose suspension has been lifted. Doing it twice, or on several hosts at once, is harmless: what has been released is not held any more.</summary>
internal sealed class HeldWork(CompanyStream company, IReadModels lists)
{
    /// <summary>Looks through what is open and releases what nothing holds any more.</summary>
    public async Task ReleaseAsync(IWorkflowOutside workflows, CancellationToken cancellationToken)
    {
        var paused = (await lists.OpenWorkflowsAsync(cancellationToken)).Where(w => w.Status == StatusNames.Write(WorkflowStatus.Paused)).Select(w => w.Workflow);
        var blocked = (await lists.TasksAsync(null, cancellationToken)).Where(t => t.Status == StatusNames.Write(WorkTaskStatus.Blocked)).Select(t => t.Workflow);
        foreach (var workflow in paused.Concat(blocked).Distinct().ToList())
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

/// <summary>On every host: sees that a suspension is gone, whoever lifted it, and that a host died over releasing what it held.</summary>
internal sealed class HeldWorkWatch(CompanyStream company, HeldWork held, CompanyAtWork atWork, TimeProvider time, ILogger<HeldWorkWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        object? seen = null;
        try
        {
            do
            {
                var now = company.State.Suspensions;
                if (!ReferenceEquals(seen, now) && await ReleasedAsync(stoppingToken))
                {
                    seen = now;
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
