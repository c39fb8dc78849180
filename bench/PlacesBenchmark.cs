using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using AiManager.Domain;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>
/// Recall where it really looks: how long the ten likest take in this process and in PostgreSQL with pgvector, which answers over a wire and by a graph; and how long the first question after a
/// start waits for a memory that has yet to be read into the process.
/// </summary>
internal static class PlacesBenchmark
{
    private const int Wanted = 10;
    private const int AtOnce = 500;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        var (count, dimensions, queries, remembered) = (options.Count("--vectors", 10_000), options.Count("--dimensions", 384), options.Count("--queries", 200), options.Count("--remembered", 100_000));
        Console.WriteLine($"top {Wanted} of {count:N0} x {dimensions}, {queries} queries, one after the other");
        Console.WriteLine("place                                    vectors      median ms     p99 ms   recall@10   put /s");
        foreach (var isClustered in (bool[])[false, true])
        {
            await using (var here = new HeldVectors())
            {
                await MeasureAsync(here, count, dimensions, queries, isClustered);
            }

            if (options.Text("--pgvector") is { } connection)
            {
                await using var there = new PgvectorPlace(new VectorHome.Pgvector(connection, "bench") { Timeout = TimeSpan.FromMinutes(10) }, connection, $"bench/{dimensions}");
                await there.ClearAsync(CancellationToken.None);
                await MeasureAsync(there, count, dimensions, queries, isClustered);
                await there.ClearAsync(CancellationToken.None);
            }
        }

        if (remembered > 0)
        {
            await AskFirstAsync(remembered);
        }

        return 0;
    }

    private static async Task MeasureAsync(IVectorPlace place, int count, int dimensions, int queries, bool isClustered)
    {
        var maker = new VectorMaker(dimensions, isClustered);
        var vectors = Enumerable.Range(0, count).Select(i => new PlacedVector($"v{i}", i + 1, "task", "wf_1", maker.Next(new float[dimensions]))).ToList();
        var began = Stopwatch.GetTimestamp();
        foreach (var some in vectors.Chunk(AtOnce))
        {
            await place.PutAsync(some, CancellationToken.None);
        }

        var putting = Stopwatch.GetElapsedTime(began);
        var asked = Enumerable.Range(0, queries).Select(_ => maker.Next(new float[dimensions])).ToArray();
        foreach (var warming in asked.Take(5))
        {
            await place.NearestAsync(warming, Wanted, VectorFilter.None, CancellationToken.None);
        }

        var (times, found, all) = (new double[queries], 0, 0);
        for (var i = 0; i < queries; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var near = await place.NearestAsync(asked[i], Wanted, VectorFilter.None, CancellationToken.None);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (i < 50)
            {
                var exact = vectors.OrderByDescending(v => TensorPrimitives.Dot(v.Vector.Span, asked[i])).Take(Wanted).Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
                (found, all) = (found + near.Count(n => exact.Contains(n.Id)), all + exact.Count);
            }
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{place.Name,-40} {(isClustered ? "clustered" : "uniform"),-9} {times[queries / 2],12:0.00} {times[Math.Min(queries - 1, queries * 99 / 100)],10:0.00} {found / (double)all,11:0.000} {count / putting.TotalSeconds,8:N0}"));
    }

    /// <summary>Fills a memory in a file with short texts, closes it, opens it again and asks.</summary>
    private static async Task AskFirstAsync(int count)
    {
        var folder = Directory.CreateTempSubdirectory("aimanager-bench-").FullName;
        try
        {
            var chance = new Random(5);
            string[] words = [.. Enumerable.Range(0, 5_000).Select(_ => string.Concat(Enumerable.Range(0, 4 + chance.Next(6)).Select(_ => (char)('a' + chance.Next(26)))))];
            await using (var store = SqliteStore.Open(folder, new SqliteStoreOptions()))
            {
                for (var i = 0; i < count; i += AtOnce)
                {
                    await store.Memories!.PutAsync([.. Enumerable.Range(i, Math.Min(AtOnce, count - i)).Select(Entry)], null, CancellationToken.None);
                }
            }

            await using var opened = SqliteStore.Open(folder, new SqliteStoreOptions());
            var (began, first, asked) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, 0);
            do
            {
                var start = Stopwatch.GetTimestamp();
                await opened.Memories!.SearchAsync(new MemoryQuestion(Text()), CancellationToken.None);
                first = asked++ == 0 ? Stopwatch.GetElapsedTime(start) : first;
            }
            while (opened.Memories.IsFilling);
            var filled = Stopwatch.GetElapsedTime(began);
            var times = new double[50];
            for (var i = 0; i < times.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await opened.Memories.SearchAsync(new MemoryQuestion(Text()), CancellationToken.None);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            Array.Sort(times);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"first question to {count:N0} entries after a start: {first.TotalMilliseconds:N0} ms by words alone; all vectors in the process after {filled.TotalSeconds:0.0} s and {asked} questions; from then on median {times[25]:0.0} ms, longest {times[^1]:0.0} ms; process {Environment.WorkingSet >> 20} MB"));

            MemoryEntry Entry(int i)
            {
                var id = PrefixedId.Derive<WorkflowId>(Guid.Empty, i.ToString(CultureInfo.InvariantCulture));
                return new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, Text(), Text(), [], DateTimeOffset.UnixEpoch);
            }

            string Text() => string.Join(' ', Enumerable.Range(0, 12).Select(_ => words[(int)(words.Length * Math.Pow(chance.NextDouble(), 3))]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
