using System.Globalization;

namespace AiManager.Evals;

/// <summary>Two runs side by side: what got better, what got worse, and whether that is more than chance.</summary>
internal static class Comparison
{
    /// <summary>Of a normal distribution, for 95 %.</summary>
    private const double Z = 1.959964;

    public static void Print(RunResults before, RunResults after, TextWriter output)
    {
        output.WriteLine($"Before: {Named(before)}. After: {Named(after)}. Intervals are Wilson's, at 95 %.");
        if (before.IsScripted != after.IsScripted)
        {
            output.WriteLine("One of the two plays scripts that were written for these cases: this says nothing of which model is better.");
        }

        output.WriteLine();
        output.WriteLine("| suite | before | after | better | worse | chance of as uneven a split |");
        output.WriteLine("|---|---|---|---|---|---|");
        var old = before.Cases.ToDictionary(c => (c.Suite, c.Case));
        foreach (var suite in after.Cases.Where(c => old.ContainsKey((c.Suite, c.Case))).GroupBy(c => c.Suite))
        {
            var pairs = suite.Select(c => (Was: old[(c.Suite, c.Case)].Passed, Is: c.Passed)).ToList();
            var (better, worse) = (pairs.Count(p => p is { Was: false, Is: true }), pairs.Count(p => p is { Was: true, Is: false }));
            output.WriteLine($"| {suite.Key} | {Share(pairs.Count(p => p.Was), pairs.Count)} | {Share(pairs.Count(p => p.Is), pairs.Count)} | {better} | {worse} | {SignTest(better, worse).ToString("0.000", CultureInfo.InvariantCulture)} |");
        }

        PrintFigures(before, after, output);
        foreach (var worse in after.Cases.Where(c => !c.Passed && old.TryGetValue((c.Suite, c.Case), out var was) && was.Passed))
        {
            output.WriteLine($"Worse: {worse.Suite}/{worse.Case}: {worse.Failures[0]}");
        }
    }

    /// <summary>What both ran: how people were asked, and what a success took.</summary>
    private static void PrintFigures(RunResults before, RunResults after, TextWriter output)
    {
        var both = before.Cases.Select(c => (c.Suite, c.Case)).Intersect(after.Cases.Select(c => (c.Suite, c.Case))).ToHashSet();
        var old = SuiteFigures.Of(before.Cases.Where(c => both.Contains((c.Suite, c.Case)))).ToDictionary(f => f.Suite, StringComparer.Ordinal);
        output.WriteLine();
        output.WriteLine("| suite | precision of questions to people | recall | model calls per success | tokens per success | seconds per success |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var now in SuiteFigures.Of(after.Cases.Where(c => both.Contains((c.Suite, c.Case)))))
        {
            var was = old[now.Suite];
            output.WriteLine($"| {now.Suite} | {SuiteFigures.Share(was.Precision)} → {SuiteFigures.Share(now.Precision)} | {SuiteFigures.Share(was.Recall)} → {SuiteFigures.Share(now.Recall)} | {SuiteFigures.Figure(was.ModelCallsPerSuccess)} → {SuiteFigures.Figure(now.ModelCallsPerSuccess)} | {SuiteFigures.Figure(was.TokensPerSuccess)} → {SuiteFigures.Figure(now.TokensPerSuccess)} | {SuiteFigures.Figure(was.SecondsPerSuccess)} → {SuiteFigures.Figure(now.SecondsPerSuccess)} |");
        }
    }

    private static string Named(RunResults results) => results.Prompts is { } prompts ? $"{results.Model}, prompts {prompts}" : results.Model;

    /// <summary>The interval in which the true share lies, by Wilson's score (E. B. Wilson, 1927), which is right for few cases and for shares near 0 and 1 too.</summary>
    public static (double Low, double High) Interval(int passed, int of)
    {
        if (of == 0)
        {
            return (0, 1);
        }

        var share = (double)passed / of;
        var spread = Z * Math.Sqrt((share * (1 - share) / of) + (Z * Z / (4.0 * of * of)));
        var (centre, scale) = (share + (Z * Z / (2 * of)), 1 + (Z * Z / of));
        return (Math.Max(0, (centre - spread) / scale), Math.Min(1, (centre + spread) / scale));
    }

    /// <summary>The two-sided sign test on cases that changed (McNemar's, exact): how likely so uneven a split is when neither run is better.</summary>
    public static double SignTest(int better, int worse)
    {
        var changed = better + worse;
        var tail = 0.0;
        var ways = Math.Pow(0.5, changed);
        for (var k = 0; k <= Math.Min(better, worse); k++)
        {
            tail += ways;
            ways *= (double)(changed - k) / (k + 1);
        }

        return Math.Min(1, 2 * tail);
    }

    private static string Share(int passed, int of)
    {
        var (low, high) = Interval(passed, of);
        return string.Create(CultureInfo.InvariantCulture, $"{passed} of {of} ({100 * low:0}–{100 * high:0} %)");
    }
}
