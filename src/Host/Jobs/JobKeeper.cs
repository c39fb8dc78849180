using Quartz;

namespace AiManager.Host;

/// <summary>
/// Brings the scheduler to what the configuration in force says, before it starts and whenever that is another one: what is new is added, what has another
/// schedule is changed, what is gone goes.
/// </summary>
internal sealed class JobKeeper(ISchedulerFactory schedulers, CompanyAtWork atWork, IEnumerable<IUpkeep> upkeeps, IOccurrences occurrences, TimeProvider time) : IHostedService
{
    private const string Sweeping = "sweep";
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WithNothingToFollow = TimeSpan.FromMinutes(10);

    private string? _kept;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken) => await KeepUpAsync(await schedulers.GetScheduler(cancellationToken), cancellationToken);

    /// <summary>Does nothing while the same configuration is in force.</summary>
    public async Task KeepUpAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var company = atWork.Company;
        if (_kept == company.Bundle.Hash)
        {
            return;
        }

        await KeepAsync<MonitorJob>(scheduler, MonitorJob.Group, company.Monitors.Select(m => (m.Name, m.Schedule)), cancellationToken);
        await KeepAsync<UpkeepJob>(scheduler, UpkeepJob.Group, upkeeps.Select(u => (u.Name, u.Schedule)), cancellationToken);
        var pause = company.Monitors.IsEmpty ? WithNothingToFollow : BetweenSweeps;
        await ScheduleAsync<SweepJob>(scheduler, new JobKey(Sweeping, Sweeping), new MonitorSchedule.Every(pause), time.GetUtcNow(), cancellationToken);
        _kept = company.Bundle.Hash;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task KeepAsync<TJob>(IScheduler scheduler, string group, IEnumerable<(string Name, MonitorSchedule Schedule)> wanted, CancellationToken cancellationToken)
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

        var kept = timed.Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
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
