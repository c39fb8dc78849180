using Quartz;

namespace AiManager.Host;

/// <summary>Follows what monitors submitted, takes up what a dead host left, and notices that another configuration is in force.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepJob(JobKeeper keeper, JobSweeper sweeper) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await keeper.KeepUpAsync(context.Scheduler, cancellationToken);
        await sweeper.SweepAsync(context.Scheduler, cancellationToken);
    }
}
