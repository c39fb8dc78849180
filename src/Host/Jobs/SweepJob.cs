using Quartz;

namespace AiManager.Host;

/// <summary>Follows what monitors submitted, and takes up what a dead host left.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepJob(JobSweeper sweeper) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await sweeper.SweepAsync(context.Scheduler, cancellationToken);
}
