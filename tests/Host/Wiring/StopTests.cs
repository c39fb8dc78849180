using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Data.Sqlite;
using Quartz;

namespace AiManager.Host.Tests;

/// <summary>A server that is told to stop lets go of what it has, whatever its monitors are waiting for.</summary>
public sealed class StopTests
{
    private const string Authority = "version: 1\nrules:\n  - { id: read, effect: allow, tools: [erp.slow] }\n";
    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n";
    private const string Monitors = "monitors:\n  - { name: often, schedule: { every: EVERY }, when: { tool: erp.slow, is: 'true' }, submit: { goal: Look. } }\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Workflows_are_handed_over_though_a_monitor_is_in_the_middle_of_a_check(bool isAskedFor)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var data = new TempFolder();
        var erp = Path.Combine(data.Path, "erp.db");
        SystemSqlite.Init();
        await using var holder = new SqliteConnection($"Data Source={erp};Pooling=False");
        await holder.OpenAsync();
        await using var hold = holder.CreateCommand();
        hold.CommandText = "create table things(n integer)";
        await hold.ExecuteNonQueryAsync();
        using var folder = SmallCompany.Make(
            ("company.yaml", SmallCompany.Settings + $"model: {{ url: 'http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/v1', name: silent }}\n"),
            ("tools.yaml", $"sources:\n  - name: erp\n    kind: sql\n    connection: 'Data Source={erp}'\n    tools:\n      - {{ name: slow, description: Slow., effect: observe, readOnly: true, timeout: 5m, sql: 'select n from things' }}\n"),
            ("authority.yaml", Authority), ("people.yaml", People), ("monitors.yaml", Monitors.Replace("EVERY", isAskedFor ? "1d" : "10s")));
        var place = new Place(folder.Path, data.Path, new StoreSetting.Folder());
        using var taken = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(data.Path, TimeProvider.System, CancellationToken.None)).Folder;
        var opened = await OpenedCompany.OfFolderAsync(place.LoadFolder(), taken, CancellationToken.None);
        opened.Driving.Lease = TimeSpan.FromMinutes(10);
        hold.CommandText = "begin exclusive"; // whoever reads waits
        await hold.ExecuteNonQueryAsync();
        await using var server = await CompanyServer.StartAsync(opened, place, new Uri("http://127.0.0.1:0"), CancellationToken.None);
        var workflow = Assert.IsType<SubmitResult.Created>(await server.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Buy pens", "jana", opened.Company.Bundle.Hash), CancellationToken.None)).Workflow;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var asked = await silent.AcceptSocketAsync(patience.Token);
        using var client = await ClientAsync(server);
        var reply = isAskedFor ? client.PostAsync(new Uri("/api/monitors/often/run", UriKind.Relative), null) : null;
        await UntilItRunsAsync(opened);

        using var stop = new CancellationTokenSource();
        var begun = Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        await server.RunAsync(stop.Token);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "It waited for the check.");
        Assert.NotNull(await opened.Store.Journal.ClaimAsync("elsewhere:1", TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1), workflow.ToString(), CancellationToken.None));
        if (reply is not null)
        {
            using var said = await reply;
            Assert.Contains("running", await said.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_that_is_closed_without_having_been_run_to_its_end_leaves_no_scheduler_at_work_over_a_closed_store()
    {
        using var data = new TempFolder();
        using var folder = SmallCompany.Make(("people.yaml", People));
        var place = new Place(folder.Path, data.Path, new StoreSetting.Folder());
        using var taken = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(data.Path, TimeProvider.System, CancellationToken.None)).Folder;
        var server = await CompanyServer.StartAsync(
            await OpenedCompany.OfFolderAsync(place.LoadFolder(), taken, CancellationToken.None), place, new Uri("http://127.0.0.1:0"), CancellationToken.None);
        var scheduler = await server.Get<ISchedulerFactory>().GetScheduler(CancellationToken.None);
        Assert.NotEqual(SchedulerStatus.Shutdown, await scheduler.GetStatus(CancellationToken.None));

        await server.DisposeAsync();
        Assert.Equal(SchedulerStatus.Shutdown, await scheduler.GetStatus(CancellationToken.None));
    }

    private static async Task<HttpClient> ClientAsync(CompanyServer server)
    {
        var key = await server.Get<KeyDesk>().CreateAsync("jana", [], null, Actor.System, CancellationToken.None);
        var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Write());
        return client;
    }

    private static async Task UntilItRunsAsync(OpenedCompany opened)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!(await opened.Store.Journal.ReadAsync(MonitorId.Named("often").ToString(), 0, 100, patience.Token)).Any(e => e.Type == nameof(MonitorFired)))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
