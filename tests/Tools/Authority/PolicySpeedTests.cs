using System.Diagnostics;

namespace AiManager.Tools.Tests;

public sealed class PolicySpeedTests
{
    /// <summary>The aim is 50 µs at the 99th percentile on a quiet machine; the bound is on the median, and loose, because build machines are busy.</summary>
    [Fact]
    public void A_hundred_rules_decide_in_microseconds()
    {
        var policy = Policies.OfRules([.. Enumerable.Range(0, 100).Select(i => $"{{ id: r{i}, effect: {(i % 9 == 0 ? "deny" : "allow")}, tools: ['erp.*'], when: \"facts.total > {i}00 && args.supplier != 's{i}'\" }}")]);
        var request = Policies.Request("erp.create_purchase_order", "purchaser", """{"supplier":"acme","lines":[]}""", """{"total":4200}""");
        var times = new long[20_000];
        for (var round = 0; round < times.Length; round++)
        {
            var start = Stopwatch.GetTimestamp();
            policy.Decide(request);
            times[round] = Stopwatch.GetTimestamp() - start;
        }

        var settled = times[10_000..];
        Array.Sort(settled);
        var median = Stopwatch.GetElapsedTime(0, settled[settled.Length / 2]);
        Assert.True(median < TimeSpan.FromMilliseconds(0.5), $"{median.TotalMicroseconds} µs");
    }
}
