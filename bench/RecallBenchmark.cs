using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>How long exact recall takes in memory, on one core: the ten likest of so many vectors, beside what it takes only to read as many bytes; and how many of them the coarse look finds.</summary>
internal static class RecallBenchmark
{
    private const int Most = 10;

    public static int Run(string[] args)
    {
        var options = new Options(args);
        var (dimensions, searches) = (options.Count("--dimensions", 384), options.Count("--searches", 100));
        Console.WriteLine($"One thread, {searches} searches for the {Most} likest, {dimensions} numbers each, uniform and normalised");
        Console.WriteLine();
        Console.WriteLine("| vectors | ingest/s | bytes/vector | search p50 ms | p99 ms | in full p50 ms | reading that much ms | recall@10 |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var count in options.Counts("--vectors", 10_000, 100_000))
        {
            Measure(count, dimensions, searches);
        }

        return 0;
    }

    private static void Measure(int count, int dimensions, int searches)
    {
        var chance = new Random(11);
        var set = new VectorSet(dimensions);
        var ingest = 0L;
        for (var i = 0; i < count; i++)
        {
            var vector = Some(chance, dimensions);
            var begun = Stopwatch.GetTimestamp();
            set.Add(vector);
            ingest += Stopwatch.GetTimestamp() - begun;
        }

        var asked = Enumerable.Range(0, searches).Select(_ => Some(chance, dimensions)).ToList();
        foreach (var question in asked.Take(10))
        {
            set.Search(question, Most);
            set.SearchExact(question, Most);
        }

        var (times, exact, found) = (new List<double>(), new List<double>(), 0);
        foreach (var question in asked)
        {
            var begun = Stopwatch.GetTimestamp();
            var near = set.Search(question, Most);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            begun = Stopwatch.GetTimestamp();
            var full = set.SearchExact(question, Most);
            exact.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            found += near.Select(f => f.Place).Intersect(full.Select(f => f.Place)).Count();
        }

        times.Sort();
        exact.Sort();
        var bytes = count >= VectorSet.Coarse ? (long)count * dimensions : (long)count * dimensions * sizeof(float);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {count:N0} | {count / Stopwatch.GetElapsedTime(0, ingest).TotalSeconds:N0} | {set.BytesPerVector:N0} | {times[searches / 2]:0.00} | {times[searches * 99 / 100]:0.00} | {exact[searches / 2]:0.00} | {Reading(bytes):0.00} | {found / (double)(searches * Most):0.000} |"));
    }

    /// <summary>What only adding up as many bytes takes: no search of them can be faster.</summary>
    private static double Reading(long bytes)
    {
        var numbers = new float[bytes / sizeof(float)];
        Array.Fill(numbers, 1f);
        var (times, sum) = (new List<double>(), 0f);
        for (var i = 0; i < 9; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            sum += TensorPrimitives.Sum<float>(numbers);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        times.Sort();
        return float.IsNaN(sum) ? 0 : times[4];
    }

    private static float[] Some(Random chance, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (chance.NextSingle() * 2) - 1;
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
