using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>A host that says that it is there.</summary>
public sealed class NodeServiceTests
{
    [Fact]
    public async Task A_host_is_among_the_hosts_before_it_is_ready_however_slow_the_store_is()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var data = new TempFolder();
        await using var store = SqliteStore.Open(data.Path, new SqliteStoreOptions());
        var nodes = new SlowNodes();
        var company = api.Get<LoadedCompany>();
        using var service = new NodeService(
            store, nodes, api.Get<CompanyAtWork>(), new Standing(company.Bundle, company.Bundle.Hash, []), new DriverOptions { Node = "here:1" }, api.Get<IServer>(),
            api.Get<IHostApplicationLifetime>(), TimeProvider.System, NullLogger<NodeService>.Instance);

        var starting = service.StartAsync(CancellationToken.None);
        Assert.False(starting.IsCompleted);
        nodes.Goes.SetResult();
        await starting;
        Assert.Equal("here:1", nodes.Seen.First().Node);
        await service.StopAsync(CancellationToken.None);
        Assert.True(nodes.Seen[^1].IsDraining);
    }

    /// <summary>Writes nothing down until it is let.</summary>
    private sealed class SlowNodes : INodes
    {
        private ImmutableArray<NodeBeat> _seen = [];

        public TaskCompletionSource Goes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ImmutableArray<NodeBeat> Seen => _seen;

        public async Task BeatAsync(NodeBeat beat, CancellationToken cancellationToken)
        {
            await Goes.Task.WaitAsync(cancellationToken);
            ImmutableInterlocked.Update(ref _seen, all => all.Add(beat));
        }

        public Task LeaveAsync(string node, DateTimeOffset at, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ImmutableArray<NodeRow>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<NodeRow>.Empty);
    }
}
