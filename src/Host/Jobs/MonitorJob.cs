using AiManager.ManagerAgent;
using Quartz;

namespace AiManager.Host;

/// <summary>
/// A monitor's time has come, or may have: what is due is for the monitor to say. A host that takes nothing on leaves it due, for another or for later.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class MonitorJob(CompanyAtWork company) : IJob
{
    /// <summary>The group of these jobs; their names are the monitors'.</summary>
    public const string Group = "monitors";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (!company.IsDraining)
        {
            await company.Get<MonitorClock>().TickAsync(context.JobDetail.Key.Name, cancellationToken);
        }
    }
}
