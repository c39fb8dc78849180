using System.Diagnostics;
using System.Globalization;
using AiManager.Contracts;
using Xunit.Abstractions;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// Three hosts on one store, three hundred goals, and every two seconds for a minute one host that is killed or frozen for longer than its lease. Effects are
/// counted outside the product. To play a printed plan again: AIMANAGER_CHAOS_SEED.
/// </summary>
[NeedsPostgres]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Hosts = 3, Goals = 300, Steps = 30;
    private static readonly TimeSpan MostForTheRest = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Hosts_that_are_killed_and_frozen_lose_nothing_and_do_nothing_twice()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("AIMANAGER_CHAOS_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 20261126;
        var plan = FaultPlan.Of(seed, Steps, Hosts);
        output.WriteLine($"seed {seed}: {string.Join(", ", plan.Select(f => $"{f.Step}:{f.Kind}({f.Host})"))}");

        await using var house = await CountingHouse.OpenAsync();
        var key = await house.KeyAsync();
        await using var hosts = new HostFleet(Hosts, house.Arguments, house.Environment);
        await hosts.StartAllAsync();
        var somebody = new CountingOperator(house, hosts, key);

        var begun = Stopwatch.GetTimestamp();
        var faults = BreakAsync(hosts, plan);
        await somebody.SubmitManyAsync(Goals, FaultPlan.Pace * Steps);
        await faults;
        var broken = Stopwatch.GetElapsedTime(begun);
        await somebody.EndAsync(MostForTheRest);
        output.WriteLine($"{broken.TotalSeconds:N0} s of faults, then {(Stopwatch.GetElapsedTime(begun) - broken).TotalSeconds:N0} s until nothing was open");
        output.WriteLine($"{somebody.Answered.Count} letters in doubt were put before a person: {string.Join(", ", somebody.Answered.CountBy(a => a))}.");
        await somebody.AuditAsync();
    }

    /// <summary>Plays the plan by the wall clock; ends when every host is up again.</summary>
    private static async Task BreakAsync(HostFleet hosts, IReadOnlyList<Fault> plan)
    {
        var coming = new List<Task>();
        using var timer = new PeriodicTimer(FaultPlan.Pace, TimeProvider.System);
        for (var step = 0; step < Steps; step++)
        {
            await timer.WaitForNextTickAsync();
            if (plan.FirstOrDefault(f => f.Step == step) is { } fault)
            {
                coming.Add(fault.Kind == FaultKind.Kill ? ReplaceAsync(hosts, fault.Host) : FreezeAsync(hosts, fault.Host));
            }
        }

        await Task.WhenAll(coming);
        for (var host = 0; host < hosts.Count; host++)
        {
            await hosts.ReadyAsync(host);
        }
    }

    private static async Task ReplaceAsync(HostFleet hosts, int host)
    {
        await hosts.KillAsync(host);
        hosts.Start(host);
    }

    private static async Task FreezeAsync(HostFleet hosts, int host)
    {
        hosts.Freeze(host);
        using var timer = new PeriodicTimer(FaultPlan.Frozen, TimeProvider.System);
        await timer.WaitForNextTickAsync();
        hosts.Thaw(host);
    }
}
