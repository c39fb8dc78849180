using Quartz;

namespace AiManager.Host;

/// <summary>
/// Brings the scheduler to what the files say, before it starts and whenever another configuration comes into force: what is new is added, what has another
/// schedule is changed, what is gone goes. Now and then it looks whether all are there: a host of the release before takes out what it does not know.
/// </summary>
internal sealed class JobKeeper(ISchedulerFactory schedulers, CompanyAtWork atWork, IEnumerable<IUpkeep> upkeeps, IOccurrences occurrences, TimeProvider time, ILogger<JobKeeper> logger) : BackgroundService
{
    private const string Sweeping = "sweep";
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WithNothingToFollow = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan BeforeTryingAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private LoadedCompany? _kept;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await KeepAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var kept = atWork.Company;
            var switched = atWork.SwitchedAsync(stoppingToken);
            if (ReferenceEquals(kept, _kept))
            {
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(switched, Task.Delay(BetweenLooks, time, waiting.Token));
                await waiting.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
            }

            try
            {
                if (!ReferenceEquals(atWork.Company, _kept) || await IsAnyMissingAsync(stoppingToken))
                {
                    await KeepAsync(stoppingToken);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // The outer edge of the loop: the scheduler's store is away; what was kept before goes on meanwhile.
                logger.JobsNotKept(fault);
                await Task.Delay(BeforeTryingAgain, time, stoppingToken);
            }
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var company = atWork.Company;
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var monitors = await KeepAsync<MonitorJob>(scheduler, MonitorJob.Group, company.Monitors.Select(m => (m.Name, m.Schedule)), cancellationToken);
        await RemoveOthersAsync(scheduler, MonitorJob.Group, monitors, cancellationToken);

        // An upkeep that this release does not know belongs to another one, which runs beside it or will again.
        await KeepAsync<UpkeepJob>(scheduler, UpkeepJob.Group, upkeeps.Select(u => (u.Name, u.Schedule)), cancellationToken);
        var pause = company.Monitors.IsEmpty ? WithNothingToFollow : BetweenSweeps;
        await ScheduleAsync<SweepJob>(scheduler, new JobKey(Sweeping, Sweeping), new MonitorSchedule.Every(pause), time.GetUtcNow(), cancellationToken);
        _kept = company; // last: what failed on the way is tried again
    }

    private async Task<bool> IsAnyMissingAsync(CancellationToken cancellationToken)
    {
        var there = (await KeysAsync(await schedulers.GetScheduler(cancellationToken), UpkeepJob.Group, cancellationToken)).Select(k => k.Name).ToHashSet(StringComparer.Ordinal);
        return upkeeps.Any(u => u.Schedule is not MonitorSchedule.Webhook && !there.Contains(u.Name));
    }

    /// <returns>The names of those that are kept.</returns>
    private async Task<IReadOnlySet<string>> KeepAsync<TJob>(IScheduler scheduler, string group, IEnumerable<(string Name, MonitorSchedule Schedule)> wanted, CancellationToken cancellationToken)
        where TJob : IJob
    {
        var timed = wanted.Where(w => w.Schedule is not MonitorSchedule.Webhook).ToList();
        foreach (var (name, schedule) in timed)
        {
            if (occurrences.Next(schedule, time.GetUtcNow()) is { } first)
            {
                await ScheduleAsync<TJob>(scheduler, new JobKey(name, group), schedule, first, cancellationToken);
            }
        }

        return timed.Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
    }

    private static async Task RemoveOthersAsync(IScheduler scheduler, string group, IReadOnlySet<string> kept, CancellationToken cancellationToken)
    {
        foreach (var gone in (await KeysAsync(scheduler, group, cancellationToken)).Where(key => !kept.Contains(key.Name)))
        {
            await scheduler.DeleteJob(gone, cancellationToken);
        }
    }

    private static async Task ScheduleAsync<TJob>(IScheduler scheduler, JobKey key, MonitorSchedule schedule, DateTimeOffset first, CancellationToken cancellationToken)
        where TJob : IJob
    {
        var job = JobBuilder.Create<TJob>().WithIdentity(key).StoreDurably().Build();
        var trigger = TriggerBuilder.Create().WithIdentity(key.Name, key.Group).ForJob(key).StartAt(first);
        await scheduler.ScheduleJob(
            job,
            [schedule is MonitorSchedule.Cron cron
                ? trigger.WithSchedule(CronScheduleBuilder.Create(QuartzOccurrences.Of(cron))).Build()
                : trigger.WithSchedule(SimpleScheduleBuilder.Create().WithInterval(((MonitorSchedule.Every)schedule).Interval).RepeatForever()).Build()],
            ScheduleJobOptions.Replacing,
            cancellationToken);
    }

    private static async Task<IEnumerable<JobKey>> KeysAsync(IScheduler scheduler, string group, CancellationToken cancellationToken) =>
        (await scheduler.QueryJobs(new JobQuery { Group = GroupMatcher<JobKey>.GroupEquals(group) }, cancellationToken)).Items.Select(j => j.Key).ToList();
}
