using AiManager.ManagerAgent;
using Quartz;

namespace AiManager.Host;

/// <summary>Knows which other hosts are gone: of a shared scheduler as it says; of one that is ours alone, every one.</summary>
internal sealed class JobSweeper(CompanyAtWork company, JobStore store)
{
    /// <summary>Looks after every monitor; nothing while this host takes nothing on.</summary>
    public async Task SweepAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        if (company.IsDraining)
        {
            return;
        }

        var alive = store is JobStore.Shared ? await AliveAsync(scheduler, cancellationToken) : [];
        await company.Get<MonitorClock>().SweepAsync(node => !alive.Contains(node), cancellationToken);
    }

    private static async Task<HashSet<string>> AliveAsync(IScheduler scheduler, CancellationToken cancellationToken) =>
        (await scheduler.QueryClusterNodes(cancellationToken)).Where(n => n.State != ClusterNodeState.Failed).Select(n => n.InstanceId).ToHashSet(StringComparer.Ordinal);
}
