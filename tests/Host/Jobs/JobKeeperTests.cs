using AiManager.Contracts;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Quartz;

namespace AiManager.Host.Tests;

/// <summary>The scheduler is brought to what the files say, and a host that takes nothing on leaves what is due to others.</summary>
public sealed class JobKeeperTests : IAsyncLifetime, IDisposable
{
    private const string Monitors = "monitors:\n  - { name: hourly, schedule: { every: 1h }, submit: { goal: Look. } }\n";
    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n";

    private readonly TempFolder _idle = SmallCompany.Make();
    private readonly TempFolder _watching = SmallCompany.Make(("people.yaml", People), ("monitors.yaml", Monitors));
    private readonly TempFolder _data = new();
    private readonly ServiceProvider _scheduling = new ServiceCollection().AddLogging().AddQuartz().BuildServiceProvider();
    private readonly ManualTime _time = new();
    private IScheduler _scheduler = null!;
    private OpenedCompany _opened = null!;
    private CompanyAtWork _atWork = null!;

    public async Task InitializeAsync()
    {
        _scheduler = await _scheduling.GetRequiredService<ISchedulerFactory>().GetScheduler();
        var store = SqliteStore.Open(_data.Path, new SqliteStoreOptions { Time = _time });
        var (stream, company) = (new CompanyStream(store.Journal, store.Envelopes, _time), Load(_idle));
        _opened = new OpenedCompany(store, stream, company, new Standing(company.Bundle, company.Bundle.Hash, []), new DriverOptions(), NoCrashPoints.Instance, _time);
        _atWork = new CompanyAtWork(_opened, NullLoggerFactory.Instance);
    }

    public async Task DisposeAsync()
    {
        await _atWork.DisposeAsync();
        await _opened.DisposeAsync();
        await _scheduler.Shutdown();
        await _scheduling.DisposeAsync();
    }

    public void Dispose()
    {
        _idle.Dispose();
        _watching.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task What_could_not_be_scheduled_is_tried_again()
    {
        var occurrences = new Stumbling();
        using var keeper = new JobKeeper(_scheduling.GetRequiredService<ISchedulerFactory>(), _atWork, [], occurrences, _time, NullLogger<JobKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        _atWork.Switch(Load(_watching));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!await _scheduler.Exists(new JobKey("hourly", MonitorJob.Group), CancellationToken.None))
        {
            await timer.WaitForNextTickAsync(patience.Token);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(occurrences.HasStumbled);
        await keeper.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_upkeep_that_another_release_took_out_comes_back_and_one_that_only_it_knows_stays()
    {
        var stranger = new JobKey("of-another-release", UpkeepJob.Group);
        await _scheduler.AddJob(JobBuilder.Create<UpkeepJob>().WithIdentity(stranger).StoreDurably().Build(), AddJobOptions.Replacing, CancellationToken.None);
        using var keeper = new JobKeeper(
            _scheduling.GetRequiredService<ISchedulerFactory>(), _atWork, [new Sealing()], new QuartzOccurrences(), _time, NullLogger<JobKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        var ours = new JobKey("seal", UpkeepJob.Group);
        Assert.True(await _scheduler.DeleteJob(ours, CancellationToken.None));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!await _scheduler.Exists(ours, CancellationToken.None))
        {
            await timer.WaitForNextTickAsync(patience.Token);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.True(await _scheduler.Exists(stranger, CancellationToken.None));
        await keeper.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_upkeep_says_when_it_is_next_and_is_set_off_by_hand_where_there_is_one()
    {
        var desk = new UpkeepDesk(_scheduling.GetRequiredService<ISchedulerFactory>(), [new Sealing()]);
        Assert.Equal(new UpkeepView("seal", "every 600s", null), Assert.Single(await desk.LookAsync(CancellationToken.None)));
        using var keeper = new JobKeeper(
            _scheduling.GetRequiredService<ISchedulerFactory>(), _atWork, [new Sealing()], new QuartzOccurrences(), _time, NullLogger<JobKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        Assert.NotNull(Assert.Single(await desk.LookAsync(CancellationToken.None)).Next);

        Assert.False(await desk.RunAsync("gone", CancellationToken.None));
        var before = await TriggersAsync();
        Assert.True(await desk.RunAsync("seal", CancellationToken.None));
        Assert.Equal(before + 1, await TriggersAsync());
        await keeper.StopAsync(CancellationToken.None);

        async Task<int> TriggersAsync() => (await _scheduler.QueryTriggers(new TriggerQuery(), CancellationToken.None)).Items.Count(t => t.JobKey.Name == "seal");
    }

    [Fact]
    public void A_failed_upkeep_says_what_kind_of_fault_it_was_and_nothing_of_its_words()
    {
        Assert.StartsWith("The store could not be reached.", UpkeepJob.Why(new StoreUnavailableException("Host=secret")), StringComparison.Ordinal);
        Assert.StartsWith("A file could not be read or written", UpkeepJob.Why(new IOException("/srv/secret")), StringComparison.Ordinal);
        Assert.StartsWith("Something unexpected (InvalidOperationException).", UpkeepJob.Why(new InvalidOperationException("secret")), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", UpkeepJob.Why(new HttpRequestException("https://secret")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_takes_nothing_on_leaves_monitors_alone()
    {
        var sweeper = new JobSweeper(_atWork, new JobStore.File(_data.Path));
        _atWork.Switch(Load(_watching));
        _atWork.Refuse("The configuration in force cannot be used on this host.");
        await sweeper.SweepAsync(_scheduler, CancellationToken.None);
        Assert.Empty(await SeenAsync());

        _atWork.Switch(Load(_watching));
        await sweeper.SweepAsync(_scheduler, CancellationToken.None);
        Assert.NotEmpty(await SeenAsync());
    }

    private async Task<IEnumerable<StoredEvent>> SeenAsync() => await _opened.Store.Journal.ReadAsync(MonitorId.Named("hourly").ToString(), 0, 10, CancellationToken.None);

    private LoadedCompany Load(TempFolder folder) => LoadedCompany.Load(folder.Path, _data.Path, _ => null);

    private sealed class Sealing : IUpkeep
    {
        public string Name => "seal";

        public MonitorSchedule Schedule => new MonitorSchedule.Every(TimeSpan.FromMinutes(10));

        public Task<string> RunAsync(CancellationToken cancellationToken) => Task.FromResult("Nothing to seal.");
    }

    /// <summary>Fails the first time, as a store that is away does.</summary>
    private sealed class Stumbling : IOccurrences
    {
        private readonly QuartzOccurrences _occurrences = new();

        public bool HasStumbled { get; private set; }

        public DateTimeOffset? Next(MonitorSchedule schedule, DateTimeOffset after)
        {
            if (HasStumbled)
            {
                return _occurrences.Next(schedule, after);
            }

            HasStumbled = true;
            throw new InvalidOperationException("Not now.");
        }
    }
}
