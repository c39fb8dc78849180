using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>What one host says, the others heed: suspensions, and which configuration is in force.</summary>
public sealed class CompanyWatchTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _company = SmallCompany.Make();
    private readonly TempFolder _data = new();
    private OpenedCompany _opened = null!;
    private CompanyAtWork _atWork = null!;
    private CompanyWatch _watch = null!;
    private Place _place = null!;
    private CompanyStream _elsewhere = null!;

    public async Task InitializeAsync()
    {
        var place = _place = new Place(_company.Path, _data.Path, new StoreSetting.Folder());
        var store = SqliteStore.Open(_data.Path, new SqliteStoreOptions());
        var (stream, company) = (new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System), place.LoadFolder());
        _elsewhere = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
        var standing = await Standing.SettleAsync(company.Bundle, activates: false, company.Other, stream, store.Blobs, CancellationToken.None);
        _opened = new OpenedCompany(store, stream, company, standing, new DriverOptions(), NoCrashPoints.Instance, TimeProvider.System);
        _atWork = new CompanyAtWork(_opened, NullLoggerFactory.Instance);
        _watch = new CompanyWatch(stream, _atWork, store.Blobs, place, TimeProvider.System, NullLogger<CompanyWatch>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _atWork.DisposeAsync();
        _elsewhere.Dispose();
        await _opened.DisposeAsync();
    }

    public void Dispose()
    {
        _watch.Dispose();
        _company.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_suspension_made_on_one_host_is_known_on_another_by_itself()
    {
        await _watch.StartAsync(CancellationToken.None);
        await _elsewhere.AppendAsync([new Suspended("tool", "erp.order", new PrivateText("jana", "Stop."))], Actor.Person("jana"), CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!_opened.Stream.State.Suspensions.ContainsKey("tool/erp.order"))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        await _watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Another_configuration_is_taken_on_for_what_comes_next()
    {
        var before = _atWork.Get<WorkflowDesk>();
        await ActivateAsync("# Reviewed.\n");
        Assert.Equal(_opened.Company.Bundle.Hash, _atWork.Company.Bundle.Hash);
        await _watch.LookAsync(CancellationToken.None);

        Assert.NotEqual(_opened.Company.Bundle.Hash, _atWork.Company.Bundle.Hash);
        Assert.NotSame(before, _atWork.Get<WorkflowDesk>());
        Assert.False(_atWork.IsDraining);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_here_stops_this_host_from_taking_work_on_until_another_comes()
    {
        await ActivateAsync("model: { url: 'http://a/', name: m, key: '${NOT_SET_ANYWHERE}' }\n");
        await _watch.LookAsync(CancellationToken.None);
        Assert.True(_atWork.IsDraining);
        Assert.Contains("NOT_SET_ANYWHERE", _atWork.Fault);
        Assert.Equal(_opened.Company.Bundle.Hash, _atWork.Company.Bundle.Hash);

        await Standing.SettleAsync(_opened.Company.Bundle, activates: true, _opened.Company.Other, _elsewhere, _opened.Store.Blobs, CancellationToken.None);
        await _watch.LookAsync(CancellationToken.None);
        Assert.False(_atWork.IsDraining);
        Assert.Null(_atWork.Fault);
    }

    [Fact]
    public async Task A_configuration_whose_texts_the_store_does_not_have_stops_this_host_from_taking_work_on_and_is_not_asked_for_at_each_look()
    {
        await ActivateAsync("# Reviewed.\n");
        var gone = new GoneBlobs();
        using var watch = new CompanyWatch(_opened.Stream, _atWork, gone, _place, TimeProvider.System, NullLogger<CompanyWatch>.Instance);
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);

        Assert.True(_atWork.IsDraining);
        Assert.Contains("does not have its text", _atWork.Fault);
        Assert.Equal(_opened.Company.Bundle.Hash, _atWork.Company.Bundle.Hash);
        Assert.Equal(1, gone.Asked);
    }

    [Fact]
    public async Task A_host_with_another_folder_runs_what_is_in_force_and_names_what_is_not_the_same()
    {
        using var other = SmallCompany.Make(("authority.yaml", "version: 1\nrules: []\n# Mine.\n"), ("knowledge/notes.md", "Notes.\n"));
        var standing = await Standing.SettleAsync(CompanyFolder.Read(other.Path), activates: false, _opened.Company.Other, _elsewhere, _opened.Store.Blobs, CancellationToken.None);

        Assert.Equal(_opened.Company.Bundle.Hash, standing.Active.Hash);
        Assert.Equal(_opened.Company.Bundle.Texts, standing.Active.Texts);
        Assert.Equal(["authority.yaml (differs)", "knowledge/notes.md (only in the folder)"], standing.Differences.AsEnumerable());
        Assert.Contains("activate", standing.Sentence);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Data_of_one_company_under_the_folder_of_another_are_said_to_be_that(bool activates)
    {
        using var other = SmallCompany.Make(("company.yaml", SmallCompany.Settings.Replace("Small", "Large", StringComparison.Ordinal)));
        var standing = await Standing.SettleAsync(CompanyFolder.Read(other.Path), activates, _opened.Company.Other, _elsewhere, _opened.Store.Blobs, CancellationToken.None);

        Assert.StartsWith("The data here is that of the company 'Small', and the folder's company is 'Large'.", standing.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_that_differ_are_named_and_those_that_are_gone_are_not()
    {
        var now = TimeProvider.System.GetUtcNow();
        NodeRow Node(string name, string bundle, string folder, bool hasLeft = false) =>
            new(new NodeBeat(name, now, now, TimeSpan.FromSeconds(6), "1", bundle, folder, null, IsDraining: false), hasLeft ? now : null, 0);

        Assert.Empty(NodeNotices.Of([Node("a", "one", "one"), Node("b", "one", "one"), Node("c", "two", "two", hasLeft: true)], now));
        Assert.Contains("a has one; b has two", Assert.Single(NodeNotices.Of([Node("a", "one", "one"), Node("b", "one", "two")], now)));
        Assert.Equal(2, NodeNotices.Of([Node("a", "one", "one"), Node("b", "two", "two")], now).Length);
    }

    [Theory]
    [InlineData("3s", 3)]
    [InlineData("2m", 120)]
    [InlineData("0s", null)]
    [InlineData("11m", null)]
    [InlineData("3", null)]
    [InlineData("-1s", null)]
    public void A_lease_is_read_from_the_environment(string text, int? seconds)
    {
        DriverOptions Read() => DriverSettings.Read(name => name == DriverSettings.Lease ? text : null);
        if (seconds is { } wanted)
        {
            Assert.Equal(TimeSpan.FromSeconds(wanted), Read().Lease);
        }
        else
        {
            Assert.Contains(DriverSettings.Lease, Assert.Throws<UsageException>(Read).Message);
        }
    }

    private async Task ActivateAsync(string more)
    {
        using var changed = SmallCompany.Make(("company.yaml", SmallCompany.Settings + more));
        await Standing.SettleAsync(CompanyFolder.Read(changed.Path), activates: true, _opened.Company.Other, _elsewhere, _opened.Store.Blobs, CancellationToken.None);
    }

    /// <summary>A store that names texts and has lost them.</summary>
    private sealed class GoneBlobs : IBlobs
    {
        public int Asked { get; private set; }

        public Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>?> GetAsync(string digest, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult<ReadOnlyMemory<byte>?>(null);
        }
    }
}
