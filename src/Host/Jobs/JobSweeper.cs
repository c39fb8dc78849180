using AiManager.ManagerAgent;
using Quartz;

namespace AiManager.Host;

/// <summary>Knows which hosts are gone: of a shared scheduler as it says; of one that is ours alone, every other.</summary>
internal sealed class JobSweeper(CompanyAtWork company, JobStore store, DriverOptions driving, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Looks after every monitor.</summary>
    public async Task SweepAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var alive = store is JobStore.Shared ? await AliveAsync(scheduler, cancellationToken) : [];
        await company.Get<MonitorClock>().SweepAsync(
            (node, at) => node == driving.Node ? at < _startedAt : !alive.Contains(node), // a process that has died can leave its name to the next
            cancellationToken);
    }

    private static async Task<HashSet<string>> AliveAsync(IScheduler scheduler, CancellationToken cancellationToken) =>
        (await scheduler.QueryClusterNodes(cancellationToken)).Where(n => n.State != ClusterNodeState.Failed).Select(n => n.InstanceId).ToHashSet(StringComparer.Ordinal);
}
