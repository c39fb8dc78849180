using System.Reflection;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AiManager.Host;

/// <summary>Says that this host is alive, for as long as it is.</summary>
internal sealed class NodeService(
    MemoryStore store, INodes nodes, CompanyAtWork atWork, Standing standing, DriverOptions driving, IServer server, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<NodeService> logger) : BackgroundService
{
    private const int BeatsPerLease = 3;

    private static readonly TimeSpan WorthSaying = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private bool _hasSaidClock;

    /// <summary>This program's.</summary>
    public static string Version { get; } =
        typeof(NodeService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Says that it is there before anything listens: whoever finds it ready finds it among the hosts, and it finds itself beside those that differ.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeatAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Says that it takes nothing more on; what it is doing is let go next.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        atWork.Drain();
        await BeatAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Says that it is gone, once everything is let go. A store that is away finds out by the silence.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await nodes.LeaveAsync(driving.Node, time.GetUtcNow(), cancellationToken);
        }
        catch (Exception away) when (away is StoreUnavailableException or OperationCanceledException)
        {
            logger.BeatFailed(away);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(driving.Lease / BeatsPerLease, time);
            do
            {
                await BeatAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (time is StoreClock clock)
            {
                await clock.MeasureAsync(store.NowAsync, cancellationToken);
                if (clock.Ahead.Duration() > WorthSaying && !_hasSaidClock)
                {
                    _hasSaidClock = true;
                    logger.ClockIsOff(clock.Ahead);
                }
            }

            var url = lifetime.ApplicationStarted.IsCancellationRequested ? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() : null;
            await nodes.BeatAsync(
                new NodeBeat(driving.Node, _startedAt, time.GetUtcNow(), driving.Lease, Version, atWork.Company.Bundle.Hash, standing.Folder, url, atWork.IsDraining), cancellationToken);
        }
        catch (StoreUnavailableException away)
        {
            logger.BeatFailed(away);
        }
    }
}
