using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Bench;

/// <summary>
/// What open pages cost: so many browsers on one host over the store of <see cref="PagesBenchmark"/>, half on the first page and half on ten workflows. Somebody writes to
/// these workflows at a steady rate; the time is from before the writing to when the words have come to each page that shows them.
/// </summary>
internal static partial class StreamsBenchmark
{
    private const int Watched = 10;
    private static readonly string[] People = ["petra", "omar", "helena", "tomas", "lukas", "jana"];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        using var server = BenchedServer.IfWanted(options);
        var store = await FilledStore.OpenAsync(options, server);
        var keys = await store.KeysAsync(People);
        using var host = await store.ServeAsync();
        var (browsers, seconds, rate) = (options.Count("--browsers", 500), options.Count("--seconds", 30), options.Number("--rate", 2));
        var workflows = await PausedAsync(host, keys[^1]);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = host.Client.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        using var stop = new CancellationTokenSource();
        var seen = new Seen();
        var alone = host.WorkingSet();
        var watching = Enumerable.Range(0, browsers).Select(n => WatchAsync(
            client, keys[n % keys.Count], n % 2 == 0 ? "/live" : $"/workflows/{workflows[n / 2 % Watched]}/live", seen, stop.Token)).ToList();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (seen.Open < browsers && watching.Find(w => w.IsCompleted) is null)
        {
            await timer.WaitForNextTickAsync();
        }

        if (watching.Find(w => w.IsCompleted) is { } ended)
        {
            await ended;
            throw new InvalidOperationException("A stream ended before all were open.");
        }

        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var idle = await CpuOfAsync(host, TimeSpan.FromSeconds(5));
        var (bytes, parts, cpu, begin) = (seen.Bytes, seen.Parts, host.Cpu(), Stopwatch.GetTimestamp());
        var said = await SayAsync(host, keys[^1], workflows, seen, rate, TimeSpan.FromSeconds(seconds));
        var (took, used) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, host.Cpu() - cpu);
        var memory = host.WorkingSet();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var delays = seen.Delays.Order().ToList();
        var expected = Enumerable.Range(0, said).Sum(i => Enumerable.Range(0, browsers).Count(n => n % 2 == 1 && n / 2 % Watched == i % Watched));
        await stop.CancelAsync();
        await Task.WhenAll(watching);
        Console.WriteLine("| browsers | events/s | MiB before | MiB with them | CPU idle, of one core | CPU meanwhile, of one core | delay, ms: median | p99 | most | screens reached | parts/s | KiB/s |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {browsers} | {said / took:N1} | {alone / 1048576.0:N0} | {memory / 1048576.0:N0} | {idle:P1} | {used.TotalSeconds / took:P1} | {At(delays, 50):N0} | {At(delays, 99):N0} | {At(delays, 100):N0} | {delays.Count} of {expected} | {(seen.Parts - parts) / took:N0} | {(seen.Bytes - bytes) / 1024.0 / took:N0} |"));
        return 0;
    }

    private static double At(List<double> sorted, int percent) => sorted.Count == 0 ? double.NaN : sorted[Math.Max(0, ((sorted.Count * percent) + 99) / 100 - 1)];

    private static async Task<double> CpuOfAsync(BenchedHost host, TimeSpan span)
    {
        var before = host.Cpu();
        await Task.Delay(span, TimeProvider.System);
        return (host.Cpu() - before) / span;
    }

    /// <summary>Paused, so that nobody drives them: what is said is kept for later, and only the pages have work.</summary>
    private static async Task<List<string>> PausedAsync(BenchedHost host, string key)
    {
        using var list = Request(HttpMethod.Get, $"/api/workflows?limit={Watched}&status=running", key);
        using var reply = await host.Client.SendAsync(list);
        using var page = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        var ids = page.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!).ToList();
        foreach (var id in ids)
        {
            using var pause = Request(HttpMethod.Post, $"/api/workflows/{id}/pause", key, new { reason = "To be looked at." });
            using var paused = await host.Client.SendAsync(pause);
            paused.EnsureSuccessStatusCode();
        }

        return ids;
    }

    private static async Task<int> SayAsync(BenchedHost host, string key, List<string> workflows, Seen seen, double rate, TimeSpan span)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate), TimeProvider.System);
        var said = 0;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < span; said++)
        {
            seen.Said[said] = Stopwatch.GetTimestamp();
            using var message = Request(HttpMethod.Post, $"/api/workflows/{workflows[said % Watched]}/messages", key, new { text = $"mark-{said}-mark" });
            using var taken = await host.Client.SendAsync(message);
            taken.EnsureSuccessStatusCode();
            await timer.WaitForNextTickAsync();
        }

        return said;
    }

    private static async Task WatchAsync(HttpClient client, string key, string path, Seen seen, CancellationToken stop)
    {
        try
        {
            using var request = Request(HttpMethod.Get, path, key);
            using var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            reply.EnsureSuccessStatusCode();
            seen.Begin();
            using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(stop));
            var mine = new HashSet<int>();
            while (await lines.ReadLineAsync(stop) is { } line)
            {
                seen.Take(line, mine);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measuring is over.
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string key, object? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", key);
        return request;
    }

    /// <summary>What has come to all screens. Thread-safe.</summary>
    private sealed partial class Seen
    {
        private int _open;
        private long _bytes;
        private long _parts;

        public ConcurrentDictionary<int, long> Said { get; } = new();

        public ConcurrentBag<double> Delays { get; } = [];

        public int Open => Volatile.Read(ref _open);

        public long Bytes => Interlocked.Read(ref _bytes);

        public long Parts => Interlocked.Read(ref _parts);

        public void Begin() => Interlocked.Increment(ref _open);

        public void Take(string line, HashSet<int> mine)
        {
            Interlocked.Add(ref _bytes, line.Length + 1);
            if (line.StartsWith("event: part", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _parts);
            }

            foreach (Match match in Mark().Matches(line))
            {
                var number = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                if (Said.TryGetValue(number, out var at) && mine.Add(number))
                {
                    Delays.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                }
            }
        }

        [GeneratedRegex("mark-([0-9]+)-mark")]
        private static partial Regex Mark();
    }
}
