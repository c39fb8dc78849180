using System.Diagnostics;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Bench;

/// <summary>
/// What waiting costs: so many workflows that each wait for an approval, with all the due rows that go with it, in one store that is then opened anew, as a
/// process that starts finds it. An idle poll is what a host does when nothing announces itself: one claim that finds nothing, and one look at what is due next.
/// On PostgreSQL a whole host is started on the same store afterwards, and left alone.
/// </summary>
internal static class WaitingBenchmark
{
    private const int Polls = 300;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        var most = options.Count("--workflows", 100_000);
        using var server = BenchedServer.IfWanted(options);
        IBenchedStores stores = server is null ? new SqliteStores() : new PostgresStores(server);
        var begin = TimeProvider.System.GetUtcNow();
        var workflows = new WaitingWorkflows(begin);
        await using var place = await stores.NewAsync();
        Console.WriteLine(stores.Name);
        Console.WriteLine();
        Console.WriteLine("| workflows waiting | ms per idle poll | of it the claim | of it what is due next | ms to wake one | process bytes per workflow | database bytes per workflow |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|");
        var (made, hosts) = (0, new List<string>());
        foreach (var count in new[] { 0, Math.Min(1000, most), most }.Distinct())
        {
            await MakeAsync(place, workflows, made, count);
            made = count;
            Console.WriteLine(await MeasureAsync(place, workflows, begin, count));
            if (server is not null)
            {
                hosts.Add(await IdleHost.MeasureAsync(place, count));
            }
        }

        Console.WriteLine();
        if (server is not null)
        {
            IdleHost.Print(hosts);
        }

        foreach (var line in await place.RunAsync(stores.Explain + Claim))
        {
            Console.WriteLine("claim: " + line);
        }

        return 0;
    }

    /// <summary>How the engine finds what is due: by the index, not by looking at every row.</summary>
    private const string Claim =
        "select s.stream from due join streams s on s.stream = due.stream where due.woken = 0 and due.at <= 1 and (s.lease_until is null or s.lease_until < 1) order by due.at limit 500";

    private static async Task MakeAsync(IBenchedPlace place, WaitingWorkflows workflows, int from, int to)
    {
        await using (var store = await place.OpenAsync())
        {
            await workflows.AppendAsync(store.Journal, from, to);
        }

        // They were submitted just now, so each is there to be looked at once; that is not what is measured here.
        await place.RunAsync("update streams set runnable = 0");
        await place.SettleAsync();
    }

    private static async Task<string> MeasureAsync(IBenchedPlace place, WaitingWorkflows workflows, DateTimeOffset begin, int count)
    {
        var memory = Settled();
        await using var store = await place.OpenAsync();
        var journal = store.Journal;
        var now = begin.AddDays(1);
        await PollAsync(journal, now, Polls / 10);
        var (claim, due) = await PollAsync(journal, now, Polls);
        var bytes = Settled() - memory;
        var wake = 0.0;
        if (count > 0)
        {
            // The very first deadline of all: one row among five hundred thousand.
            var first = await journal.NextDueAsync(CancellationToken.None) ?? throw new InvalidOperationException("Nothing is due.");
            Debug.Assert(first > now);
            var watch = Stopwatch.StartNew();
            await journal.AppendAsync(workflows.Message(count - 1), CancellationToken.None);
            var taken = await journal.ClaimAsync("bench", now, TimeSpan.FromMinutes(1), null, CancellationToken.None) ?? throw new InvalidOperationException("Nothing to claim.");
            wake = watch.Elapsed.TotalMilliseconds;
            await journal.ReleaseAsync(taken, WaitingWorkflows.Events + 1, CancellationToken.None);
        }

        var size = await place.BytesAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {count:N0} | {claim + due:N3} | {claim:N3} | {due:N3} | {wake:N2} | {(count == 0 ? 0 : (double)bytes / count):N1} | {(count == 0 ? 0 : (double)size / count):N0} |");
    }

    /// <summary>Medians in milliseconds: a claim that finds nothing, and a look at what is due next.</summary>
    private static async Task<(double Claim, double Due)> PollAsync(IWorkflowJournal journal, DateTimeOffset now, int times)
    {
        var (claims, dues) = (new List<double>(times), new List<double>(times));
        for (var i = 0; i < times; i++)
        {
            var watch = Stopwatch.StartNew();
            if (await journal.ClaimAsync("bench", now, TimeSpan.FromMinutes(1), null, CancellationToken.None) is not null)
            {
                throw new InvalidOperationException("Something was there to do.");
            }

            claims.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            await journal.NextDueAsync(CancellationToken.None);
            dues.Add(watch.Elapsed.TotalMilliseconds);
        }

        return (Median(claims), Median(dues));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
