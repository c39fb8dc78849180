using System.Diagnostics;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>How often pages ask a store that is elsewhere: each time costs a way there and back, whatever is asked.</summary>
[NeedsPostgres]
public sealed class RoundTripTests
{
    // Little, and more than a list that is read one by one would bear.
    private const int Few = 3;
    private const int Many = 16;

    [Fact]
    public async Task A_page_asks_as_often_for_much_as_for_little_and_seldom()
    {
        await using var api = await ApiUnderTest.StartSharedAsync(await PostgresServer.NewDatabaseAsync(), "");
        using var trips = new Trips();
        using var petra = await api.AsAsync("petra");
        (string Path, int Most)[] pages = [("/", 9), ("/inbox", 7), ("/workflows?status=running", 6), ("/insights", 7), ("/api/approvals", 4), ("/api/tasks", 3)];
        await FillAsync(api, Few);
        var little = await CountAsync(petra, trips, pages);
        await FillAsync(api, Many - Few);
        var much = await CountAsync(petra, trips, pages);

        Assert.Equal(little, much);
        Assert.All(pages, page => Assert.InRange(much[page.Path], 1, page.Most));
    }

    private static async Task FillAsync(ApiUnderTest api, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await api.AskedAsync(await api.SubmittedAsync($"Buy {count} times {i} pens"));
        }
    }

    private static async Task<Dictionary<string, int>> CountAsync(HttpClient client, Trips trips, (string Path, int Most)[] pages)
    {
        var counts = new Dictionary<string, int>();
        foreach (var (path, _) in pages)
        {
            // What is read once and kept is there at the second look.
            await trips.OfAsync(client, path);
            counts[path] = await trips.OfAsync(client, path);
        }

        return counts;
    }

    /// <summary>Counts commands to the store that come of a request, and not what goes on beside it.</summary>
    private sealed class Trips : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly Lock _gate = new();
        private readonly Dictionary<ActivityTraceId, int> _commands = [];

        public Trips()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = Count,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public async Task<int> OfAsync(HttpClient client, string path)
        {
            var trace = ActivityTraceId.CreateRandom();
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using var reply = await client.SendAsync(request);
            await reply.Content.ReadAsByteArrayAsync();
            Assert.True(reply.IsSuccessStatusCode, $"{path}: {reply.StatusCode}");
            lock (_gate)
            {
                return _commands.GetValueOrDefault(trace);
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Count(Activity activity)
        {
            // A connection that had to be opened first is no question.
            if (activity.Source.Name == "Npgsql" && (activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")) is not null)
            {
                lock (_gate)
                {
                    _commands[activity.TraceId] = _commands.GetValueOrDefault(activity.TraceId) + 1;
                }
            }
        }
    }
}
