using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.Contracts;
using Xunit.Abstractions;

namespace AiManager.Scenarios.Tests;

/// <summary>Stopping everything on one of two hosts, while both work.</summary>
[NeedsPostgres]
public sealed class SuspensionTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_starts_on_any_host_once_a_suspension_has_been_answered_and_all_goes_on_when_it_is_lifted()
    {
        await using var run = await SharedRun.OpenAsync();
        await using var first = await run.ServeAsync();
        await using var second = await run.ServeAsync();
        using var jana = first.As(await run.KeyAsync("jana"));
        using var there = second.As(await run.KeyAsync("jana"));
        var id = await SharedRun.SubmitAsync(jana);
        await SharedRun.FollowAsync(there, id, "CallStarted", 2);

        var begun = Stopwatch.GetTimestamp();
        var suspended = await there.PostAsJsonAsync(new Uri("/api/suspensions", UriKind.Relative), new { kind = "all", reason = "Odd orders" });
        var answered = Stopwatch.GetElapsedTime(begun);
        Assert.Equal(HttpStatusCode.NoContent, suspended.StatusCode);
        await SharedRun.StatusAsync(jana, id, "paused");
        var held = Stopwatch.GetElapsedTime(begun);

        var events = await ExportAsync(jana);
        var stop = events.Single(e => e.Type == "Suspended");
        var last = events.Last(e => e.Type is "CallStarted" or "ModelAsked");
        Assert.True(last.Position < stop.Position, $"{last} stands behind {stop}.");
        output.WriteLine($"answered after {answered.TotalMilliseconds:0} ms, held after {held.TotalMilliseconds:0} ms; last start {(stop.At - last.At).TotalMilliseconds:0} ms before the suspension");

        Assert.Equal(HttpStatusCode.NoContent, (await jana.DeleteAsync(new Uri("/api/suspensions/all/*", UriKind.Relative))).StatusCode);
        await SharedRun.StatusAsync(there, id, "waiting");
        using var petra = second.As(await run.KeyAsync("petra"));
        using var helena = second.As(await run.KeyAsync("helena"));
        await SharedRun.ApproveAllAsync(petra, helena);
        await SharedRun.StatusAsync(jana, id, "completed");
        await run.AssertDoneAsync();
    }

    private static async Task<List<(long Position, string Type, DateTimeOffset At)>> ExportAsync(HttpClient client)
    {
        var text = await client.GetStringAsync(new Uri("/api/journal/export", UriKind.Relative));
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(e => (e.GetProperty("position").GetInt64(), e.GetProperty("type").GetString()!, e.GetProperty("at").GetDateTimeOffset())),
        ];
    }
}
