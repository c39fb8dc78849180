using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>
/// The ten likest of many vectors, on one core: how long it takes beside what it takes to read as many bytes from memory and do nothing with them, how right it is beside comparing with
/// each in full, how fast vectors are taken in, and what each of them takes.
/// </summary>
internal static class RecallBenchmark
{
    private const int Wanted = 10;

    public static int Run(string[] args)
    {
        var options = new Options(args);
        var (dimensions, queries) = (options.Count("--dimensions", 384), options.Count("--queries", 200));
        Console.WriteLine($"top {Wanted} of N x {dimensions}, one core, {queries} queries");
        Console.WriteLine("vectors       N   median ms   p99 ms   bytes read at memory's speed, ms   recall@10   taken in /s   bytes each");
        foreach (var count in options.Counts("--vectors", 10_000, 100_000, 1_000_000))
        {
            foreach (var isClustered in (bool[])[false, true])
            {
                Measure(count, dimensions, queries, isClustered);
            }
        }

        return 0;
    }

    private static void Measure(int count, int dimensions, int queries, bool isClustered)
    {
        var maker = new VectorMaker(dimensions, isClustered);
        var set = new VectorSet(dimensions);
        var (vector, taking) = (new float[dimensions], new Stopwatch());
        for (var i = 0; i < count; i++)
        {
            maker.Next(vector);
            taking.Start();
            set.Add(vector);
            taking.Stop();
        }

        var asked = Enumerable.Range(0, queries).Select(_ => maker.Next(new float[dimensions])).ToArray();
        foreach (var warming in asked.Take(5))
        {
            set.Search(warming, Wanted);
        }

        var times = new double[queries];
        for (var i = 0; i < queries; i++)
        {
            var start = Stopwatch.GetTimestamp();
            set.Search(asked[i], Wanted);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        var (found, all) = (0, 0);
        foreach (var question in asked.Take(50))
        {
            var exact = set.SearchExact(question, Wanted).Select(f => f.Place).ToHashSet();
            found += set.Search(question, Wanted).Count(f => exact.Contains(f.Place));
            all += exact.Count;
        }

        var bytes = (long)count * set.BytesLookedAt;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(isClustered ? "clustered" : "uniform"),-9} {count,9:N0} {times[queries / 2],9:0.00} {times[Math.Min(queries - 1, queries * 99 / 100)],9:0.00} {Stream(bytes),26:0.00} ({bytes >> 20} MB) {found / (double)all,13:0.0000} {count / taking.Elapsed.TotalSeconds,13:N0} {set.BytesPerVector,9}"));
    }

    /// <summary>The median of reading so many bytes and adding them up.</summary>
    private static double Stream(long bytes)
    {
        var numbers = new ulong[bytes / sizeof(ulong)];
        Array.Fill(numbers, 3UL);
        var times = new double[15];
        var sum = 0UL;
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            sum += Sum(numbers);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return sum == 0 ? double.NaN : times[times.Length / 2];
    }

    private static ulong Sum(ReadOnlySpan<ulong> numbers)
    {
        var wide = MemoryMarshal.Cast<ulong, Vector<ulong>>(numbers);
        var (a, b, c, d) = (Vector<ulong>.Zero, Vector<ulong>.Zero, Vector<ulong>.Zero, Vector<ulong>.Zero);
        for (var i = 0; i + 3 < wide.Length; i += 4)
        {
            a += wide[i];
            b += wide[i + 1];
            c += wide[i + 2];
            d += wide[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }
}
