using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AiManager.Domain;
using AiManager.Memory;
using Microsoft.Data.Sqlite;

namespace AiManager.Bench;

/// <summary>
/// What waiting costs: so many workflows that each wait for an approval, with all the due rows that go with it, in one store that is then opened anew, as a
/// process that starts finds it. An idle poll is what a host does when nothing announces itself: one claim that finds nothing, and one look at what is due next.
/// </summary>
internal static class WaitingBenchmark
{
    private const int Polls = 300;
    private const int AtOnce = 256;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--workflows");
        var most = at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 100_000;
        var folder = Directory.CreateTempSubdirectory("aimanager-bench-").FullName;
        try
        {
            Console.WriteLine("| workflows waiting | ms per idle poll | of it the claim | of it what is due next | ms to wake one | process bytes per workflow | database bytes per workflow |");
            Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|");
            var made = 0;
            foreach (var count in new[] { 0, Math.Min(1000, most), most }.Distinct())
            {
                await MakeAsync(folder, made, count);
                made = count;
                Console.WriteLine(await MeasureAsync(folder, count));
            }

            Console.WriteLine();
            await ExplainAsync(folder);
            return 0;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MakeAsync(string folder, int from, int to)
    {
        await using var store = SqliteStore.Open(folder, new SqliteStoreOptions());
        for (var first = from; first < to; first += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(first, Math.Min(AtOnce, to - first)).Select(n => store.Journal.AppendAsync(Waiting(n), CancellationToken.None)));
        }

        // They were submitted just now; each is looked at once and let go, as a driver leaves it.
        while (await store.Journal.ClaimAsync("bench", Begin.AddMinutes(1), TimeSpan.FromMinutes(1), null, CancellationToken.None) is { } claim)
        {
            await store.Journal.ReleaseAsync(claim, int.MaxValue, CancellationToken.None);
        }
    }

    /// <summary>A goal whose one call waits for people: folded and turned into rows as a session does it, and let go.</summary>
    private static AppendRequest Waiting(int number)
    {
        var id = PrefixedId.New<WorkflowId>(Begin, new Random(number));
        var task = PrefixedId.Derive<TaskId>(id.Value, "order");
        var call = PrefixedId.Derive<CallId>(id.Value, "call");
        var approval = PrefixedId.Derive<ApprovalId>(id.Value, "approval");
        var work = new WorkTask(
            task, "order", "Order", "Order it.", [], "purchasing", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant(["erp.order"]), null, null, JsonText.Null,
            Begin.AddDays(30).AddSeconds(number), Risk.High);
        ImmutableArray<WorkflowEvent> facts =
        [
            new GoalSubmitted(new PrivateText("system", "Restock everything."), "jana", null, null, JsonText.EmptyObject, Begin.AddDays(40), null, null, "", null, 0),
            new ContractAgreed(new Contract("Everything is back.", [], [], null, null), null, null, "playbook"),
            new PlanAdopted(new Plan(1, [work])),
            new TaskAssigned(task, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "It has the skill."),
            new CallProposed(call, task, "purchaser", "erp.order", JsonText.Parse("""{"supplier":"acme","quantity":12}"""), []),
            new CallDecided(call, Effect.Ask, ["over-limit"], JsonText.EmptyObject, "It is much.", "", "", []),
            new ApprovalRequested(
                approval, call, task, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "", ["over-limit"], [], "It is much.", [new Seat("lead", 1)], ["jana"],
                Begin.AddDays(20).AddSeconds(number),
                new ApprovalLadder(Begin.AddDays(10), Begin.AddDays(11), Begin.AddDays(12), [new SeatEscalation("lead", "cfo")])),
        ];
        var before = WorkflowFold.Start(id);
        var recorded = facts.Select((fact, i) => new Recorded(0, i + 1, Begin, Actor.System, fact)).ToImmutableArray();
        var after = recorded.Aggregate(before, WorkflowFold.Apply);
        return new AppendRequest(
            id.ToString(), 0, null, [.. recorded.Select(r => EventCodec.Encode(r.Event, r.At, r.Actor, ""))], [], WorkflowView.Changes(before, recorded, after));
    }

    private static async Task<string> MeasureAsync(string folder, int count)
    {
        var memory = Settled();
        await using var store = SqliteStore.Open(folder, new SqliteStoreOptions());
        var journal = store.Journal;
        var now = Begin.AddDays(1);
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
            await journal.AppendAsync(new AppendRequest(Waiting(0).Stream, 7, null, [EventCodec.Encode(new MessagePosted(new PrivateText("system", "Hello.")), Begin, Actor.System, "")], [], []), CancellationToken.None);
            var taken = await journal.ClaimAsync("bench", now, TimeSpan.FromMinutes(1), null, CancellationToken.None) ?? throw new InvalidOperationException("Nothing to claim.");
            wake = watch.Elapsed.TotalMilliseconds;
            await journal.ReleaseAsync(taken, int.MaxValue, CancellationToken.None);
        }

        var size = new FileInfo(Path.Combine(folder, SqliteStore.FileName)).Length;
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

    /// <summary>How the engine finds what is due: by the index, not by looking at every row.</summary>
    private static async Task ExplainAsync(string folder)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, SqliteStore.FileName)};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            explain query plan
            update streams set runnable = 1 where stream in (select stream from due where woken = 0 and at <= 1) and (lease_until is null or lease_until < 1)
            """;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            Console.WriteLine("claim: " + reader.GetString(3));
        }
    }
}
