using AiManager.ManagerAgent;
using Quartz;

namespace AiManager.Host;

/// <summary>Runs one <see cref="IUpkeep"/> and lists the attempt.</summary>
[DisallowConcurrentExecution]
internal sealed class UpkeepJob(IEnumerable<IUpkeep> all, IJobRuns rows, RunsUnderWay underWay, MonitorSettings settings, TimeProvider time, ILogger<UpkeepJob> logger) : IJob
{
    /// <summary>The group of these jobs; their names are the upkeeps'.</summary>
    public const string Group = "upkeep";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (all.FirstOrDefault(u => u.Name == context.JobDetail.Key.Name) is not { } upkeep)
        {
            return;
        }

        var now = EventHash.Cut(time.GetUtcNow());
        var id = Guid.CreateVersion7(now).ToString("N");
        using var entry = underWay.Begin(id, null);
        await rows.BeginAsync(
            new JobRun(id, $"{Group}/{upkeep.Name}", "schedule", settings.Node, context.ScheduledFireTimeUtc, now, null, null, string.Empty, null, context.RefireCount + 1), cancellationToken);
        try
        {
            await rows.EndAsync(id, time.GetUtcNow(), JobOutcome.Done, await upkeep.RunAsync(cancellationToken), null, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.UpkeepFailed(fault, upkeep.Name);
            await rows.EndAsync(id, time.GetUtcNow(), JobOutcome.Failed, "It could not be done; the service's log has why.", null, cancellationToken);
        }
    }
}
