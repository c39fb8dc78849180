using AiManager.ManagerAgent;
using Quartz;

namespace AiManager.Host;

/// <summary>A monitor's time has come, or may have: what is due is for the monitor to say.</summary>
[DisallowConcurrentExecution]
internal sealed class MonitorJob(MonitorClock clock) : IJob
{
    /// <summary>The group of these jobs; their names are the monitors'.</summary>
    public const string Group = "monitors";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await clock.TickAsync(context.JobDetail.Key.Name, cancellationToken);
}
