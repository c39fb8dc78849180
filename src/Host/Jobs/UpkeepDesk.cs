using System.Collections.Immutable;
using Quartz;

namespace AiManager.Host;

/// <summary>What a deployment does for itself, for people: what there is, when it is done next, and doing it now.</summary>
internal sealed class UpkeepDesk(ISchedulerFactory schedulers, IEnumerable<IUpkeep> all)
{
    /// <summary>Each, by name. Throws <see cref="StoreUnavailableException"/> where the scheduler's store is away.</summary>
    public async Task<ImmutableArray<UpkeepView>> LookAsync(CancellationToken cancellationToken)
    {
        var views = ImmutableArray.CreateBuilder<UpkeepView>();
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (var upkeep in all.OrderBy(u => u.Name, StringComparer.Ordinal))
        {
            views.Add(new UpkeepView(upkeep.Name, upkeep.Schedule.Words, await NextAsync(scheduler, upkeep, cancellationToken)));
        }

        return views.ToImmutable();
    }

    /// <summary>Has it done as soon as a host is free; what comes of it is listed like any other attempt. False where there is none of that name.</summary>
    public async Task<bool> RunAsync(string name, CancellationToken cancellationToken)
    {
        if (all.All(u => u.Name != name))
        {
            return false;
        }

        try
        {
            var scheduler = await schedulers.GetScheduler(cancellationToken);
            await scheduler.TriggerJob(new JobKey(name, UpkeepJob.Group), new JobDataMap { [UpkeepJob.ByHand] = bool.TrueString }, cancellationToken);
            return true;
        }
        catch (SchedulerException fault)
        {
            throw new StoreUnavailableException("The scheduler's store cannot be reached.", fault);
        }
    }

    /// <summary>True for a job of that name, with its group.</summary>
    public bool Has(string job) => all.Any(u => $"{UpkeepJob.Group}/{u.Name}" == job);

    private static async Task<DateTimeOffset?> NextAsync(IScheduler scheduler, IUpkeep upkeep, CancellationToken cancellationToken)
    {
        try
        {
            return (await scheduler.GetTrigger(new TriggerKey(upkeep.Name, UpkeepJob.Group), cancellationToken))?.NextFireTimeUtc;
        }
        catch (SchedulerException fault)
        {
            throw new StoreUnavailableException("The scheduler's store cannot be reached.", fault);
        }
    }
}

/// <summary>Something that a deployment does for itself.</summary>
/// <param name="Name">Without its group.</param>
/// <param name="Schedule">In one line.</param>
/// <param name="Next">When it is due next; null where nothing is planned.</param>
internal sealed record UpkeepView(string Name, string Schedule, DateTimeOffset? Next);
