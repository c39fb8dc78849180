using System.Diagnostics;
using AiManager.Contracts;
using Xunit.Abstractions;

namespace AiManager.Scenarios.Tests;

/// <summary>The server of a shared store that goes away in the middle of a load, and comes back.</summary>
[NeedsPostgres]
public sealed class ServerRestartTests(ITestOutputHelper output)
{
    private const int Hosts = 2, Least = 120;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(333), Away = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_was_acknowledged_before_between_and_after_is_done_once_and_hosts_go_on_by_themselves()
    {
        using var server = PostgresServer.StartOwn();
        await using var house = await CountingHouse.OpenAsync(server);
        var key = await house.KeyAsync();
        await using var hosts = new HostFleet(Hosts, house.Arguments, house.Environment);
        await hosts.StartAllAsync();
        var somebody = new CountingOperator(house, hosts, key);

        using var enough = new CancellationTokenSource();
        var load = somebody.SubmitUntilAsync(Pace, enough.Token);
        foreach (var goAway in new[] { server.Stop, server.Crash })
        {
            // Not before the load is on, again.
            var sent = house.Sent().Count;
            await UntilAsync(() => Task.FromResult(house.Sent().Count >= sent + 10));
            goAway();
            Assert.Equal([false, false], await Task.WhenAll(SaysAsync(hosts, 0), SaysAsync(hosts, 1)));
            using var timer = new PeriodicTimer(Away, TimeProvider.System);
            await timer.WaitForNextTickAsync();

            server.Start();
            var back = Stopwatch.GetTimestamp();
            await Task.WhenAll(hosts.ReadyAsync(0), hosts.ReadyAsync(1));
            output.WriteLine($"{goAway.Method.Name}: ready again {Stopwatch.GetElapsedTime(back).TotalSeconds:N1} s after the server");
        }

        await UntilAsync(() => Task.FromResult(house.Sent().Count >= Least));
        await enough.CancelAsync();
        await load;
        await somebody.EndAsync(Patience);
        output.WriteLine($"{somebody.Answered.Count} letters in doubt were put before a person: {string.Join(", ", somebody.Answered.CountBy(a => a))}");
        await somebody.AuditAsync();
    }

    /// <summary>Whether it says that it is ready: on a busy machine it may not say so at the first time of asking.</summary>
    private static async Task<bool?> SaysAsync(HostFleet hosts, int host)
    {
        bool? said = null;
        for (var attempt = 0; said is null && attempt < 12; attempt++)
        {
            said = await hosts.IsReadyAsync(host);
        }

        return said;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        for (var attempt = 0; !await isSo(); attempt++)
        {
            Assert.True(attempt < 1800, "It never came to that.");
            await timer.WaitForNextTickAsync();
        }
    }
}
