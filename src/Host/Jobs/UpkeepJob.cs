using AiManager.ManagerAgent;
using Quartz;

namespace AiManager.Host;

/// <summary>Runs one <see cref="IUpkeep"/> and lists the attempt.</summary>
[DisallowConcurrentExecution]
internal sealed class UpkeepJob(IEnumerable<IUpkeep> all, IJobRuns rows, RunsUnderWay underWay, MonitorSettings settings, TimeProvider time, ILogger<UpkeepJob> logger) : IJob
{
    /// <summary>The group of these jobs; their names are the upkeeps'.</summary>
    public const string Group = "upkeep";

    /// <summary>Stands with what somebody has set off, rather than the schedule.</summary>
    public const string ByHand = "byHand";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (all.FirstOrDefault(u => u.Name == context.JobDetail.Key.Name) is not { } upkeep)
        {
            return;
        }

        var now = EventHash.Cut(time.GetUtcNow());
        var id = Guid.CreateVersion7(now).ToString("N");
        var isByHand = context.MergedJobDataMap.ContainsKey(ByHand);
        using var entry = underWay.Begin(id, null);
        await rows.BeginAsync(
            new JobRun(id, $"{Group}/{upkeep.Name}", isByHand ? "manual" : "schedule", settings.Node, isByHand ? null : context.ScheduledFireTimeUtc, now, null, null, string.Empty, null, context.RefireCount + 1), cancellationToken);
        try
        {
            await rows.EndAsync(id, time.GetUtcNow(), JobOutcome.Done, await upkeep.RunAsync(cancellationToken), null, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.UpkeepFailed(fault, upkeep.Name);
            await rows.EndAsync(id, time.GetUtcNow(), JobOutcome.Failed, Why(fault), null, cancellationToken);
        }
    }

    /// <summary>What kind of fault it was. Its own words may hold anything, so only the log has them.</summary>
    internal static string Why(Exception fault) => fault switch
    {
        StoreUnavailableException => "The store could not be reached.",
        IOException or UnauthorizedAccessException => "A file could not be read or written: the disk is full, or the service may not.",
        HttpRequestException => "Another service could not be reached.",
        TimeoutException => "It took too long.",
        _ => $"Something unexpected ({fault.GetType().Name}).",
    } + " The service's log has the rest; it is done again at its next time.";
}
