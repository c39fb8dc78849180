using AiManager.ManagerAgent;
using AiManager.Memory;
using AiManager.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>A host that takes another configuration on while the one before is at work.</summary>
public sealed class SwitchTests
{
    /// <summary>Leaves a file where it began and, once nobody wants it any more, another.</summary>
    private const string Server = """
        const fs = require('fs');
        fs.writeFileSync(`${process.argv[2]}/begun-${process.pid}`, '');
        require('readline').createInterface({ input: process.stdin }).on('line', line => {
          const { id, method, params } = JSON.parse(line);
          if (id === undefined) return;
          const results = { initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }), 'tools/list': () => ({ tools: [] }) };
          console.log(JSON.stringify(results[method] ? { jsonrpc: '2.0', id, result: results[method]() } : { jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
        }).on('close', () => { fs.writeFileSync(`${process.argv[2]}/ended-${process.pid}`, ''); process.exit(0); });
        """;

    [Fact]
    public async Task What_a_monitors_check_reads_through_is_let_go_when_it_has_ended_and_not_when_another_configuration_comes_into_force()
    {
        using var data = new TempFolder();
        using var marks = new TempFolder();
        using var company = SmallCompany.Make(("tools.yaml", $"sources: [ {{ name: files, kind: mcp, command: [node, ./server.cjs, '{marks.Path}'] }} ]"), ("server.cjs", Server));
        var place = new Place(company.Path, data.Path, new StoreSetting.Folder());
        var (store, first) = (SqliteStore.Open(data.Path, new SqliteStoreOptions()), place.LoadFolder());
        var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
        await using var opened = new OpenedCompany(
            store, stream, first, new Standing(first.Bundle, first.Bundle.Hash, []), new DriverOptions(), NoCrashPoints.Instance, TimeProvider.System);
        await using var atWork = new CompanyAtWork(opened, NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        var running = atWork.RunAsync(stop.Token);
        await atWork.Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        var server = Assert.Single(Directory.GetFiles(marks.Path, "begun-*"));

        // What is no monitor's reads through no tool, and is not waited for however long it takes.
        using var upkeep = atWork.Get<RunsUnderWay>().Begin("an archive", null);
        using (atWork.Get<RunsUnderWay>().Begin("a check", (MonitorId.Named("watch"), 1)))
        {
            await File.AppendAllTextAsync(Path.Combine(company.Path, "company.yaml"), "# Reviewed.\n");
            atWork.Switch(place.LoadFolder());
            await atWork.Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
            Assert.Equal(2, Directory.GetFiles(marks.Path, "begun-*").Length);
            Assert.Empty(Directory.GetFiles(marks.Path, "ended-*"));
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!File.Exists(server.Replace("begun-", "ended-", StringComparison.Ordinal)))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        Assert.Single(Directory.GetFiles(marks.Path, "ended-*"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
