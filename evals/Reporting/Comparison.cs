using System.Globalization;

namespace AiManager.Evals;

/// <summary>Two runs side by side: what got better, what got worse, and whether that is more than chance.</summary>
internal static class Comparison
{
    /// <summary>Of a normal distribution, for 95 %.</summary>
    private const double Z = 1.959964;

    public static void Print(RunResults before, RunResults after, TextWriter output)
    {
        output.WriteLine($"Before: {Named(before)}. After: {Named(after)}. Intervals at 95 %: of a share Wilson's, of the difference Newcombe's for pairs.");
        if (before.IsScripted != after.IsScripted)
        {
            output.WriteLine("One of the two plays scripts that were written for these cases: this says nothing of which model is better.");
        }

        output.WriteLine();
        output.WriteLine("| suite | before | after | difference | better | worse | chance of as uneven a split |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        var old = before.Cases.ToDictionary(c => (c.Suite, c.Case));
        foreach (var suite in after.Cases.Where(c => old.ContainsKey((c.Suite, c.Case))).GroupBy(c => c.Suite))
        {
            var pairs = suite.Select(c => (Was: old[(c.Suite, c.Case)].Passed, Is: c.Passed)).ToList();
            var (better, worse) = (pairs.Count(p => p is { Was: false, Is: true }), pairs.Count(p => p is { Was: true, Is: false }));
            output.WriteLine($"| {suite.Key} | {Share(pairs.Count(p => p.Was), pairs.Count)} | {Share(pairs.Count(p => p.Is), pairs.Count)} | {Points(pairs.Count(p => p is { Was: true, Is: true }), better, worse, pairs.Count)} | {better} | {worse} | {SignTest(better, worse).ToString("0.000", CultureInfo.InvariantCulture)} |");
        }

        var now = after.Cases.Select(c => (c.Suite, c.Case)).ToHashSet();
        Unmatched("Only before, so not compared", before.Cases.Where(c => !now.Contains((c.Suite, c.Case))), output);
        Unmatched("Only after, so not compared", after.Cases.Where(c => !old.ContainsKey((c.Suite, c.Case))), output);
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

    private static void Unmatched(string what, IEnumerable<CaseResult> cases, TextWriter output)
    {
        if (cases.Select(c => $"{c.Suite}/{c.Case}").ToList() is { Count: > 0 } names)
        {
            output.WriteLine($"{what}: {names.Count}: {string.Join(", ", names)}");
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

    /// <summary>
    /// The interval in which the true difference of two shares lies that were measured on the same cases, by R. G. Newcombe's tenth method (Statistics in Medicine 17, 1998, 2635–2650): Wilson's
    /// intervals of both shares, taken together as far as the cases go together.
    /// </summary>
    /// <param name="both">Cases that passed both times.</param>
    /// <param name="better">Cases that passed only after.</param>
    /// <param name="worse">Cases that passed only before.</param>
    /// <param name="of">All cases.</param>
    public static (double Low, double High) Difference(int both, int better, int worse, int of)
    {
        if (of == 0)
        {
            return (-1, 1);
        }

        var neither = of - both - better - worse;
        var (after, before) = ((double)(both + better) / of, (double)(both + worse) / of);
        var (afterInterval, beforeInterval) = (Interval(both + better, of), Interval(both + worse, of));
        var together = Together(both, better, worse, neither);
        var (down, up) = (after - afterInterval.Low, afterInterval.High - after);
        var (beforeDown, beforeUp) = (before - beforeInterval.Low, beforeInterval.High - before);
        return (
            Math.Max(-1, after - before - Math.Sqrt(Math.Max(0, (down * down) - (2 * together * down * beforeUp) + (beforeUp * beforeUp)))),
            Math.Min(1, after - before + Math.Sqrt(Math.Max(0, (up * up) - (2 * together * up * beforeDown) + (beforeDown * beforeDown)))));
    }

    /// <summary>How far the two runs agree on which cases pass, with Newcombe's correction for few cases; 0 where one of them passed all or none.</summary>
    private static double Together(int both, int better, int worse, int neither)
    {
        var sums = (double)(both + better) * (worse + neither) * (both + worse) * (better + neither);
        if (sums == 0)
        {
            return 0;
        }

        var (cross, half) = (((double)both * neither) - ((double)better * worse), (both + better + worse + neither) / 2.0);
        return (cross > half ? cross - half : Math.Min(cross, 0)) / Math.Sqrt(sums);
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

    private static string Points(int both, int better, int worse, int of)
    {
        var (low, high) = Difference(both, better, worse, of);
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * (better - worse) / Math.Max(1, of):+0;-0;0} points ({100 * low:+0;-0;0} to {100 * high:+0;-0;0})");
    }

    private static string Share(int passed, int of)
    {
        var (low, high) = Interval(passed, of);
        return string.Create(CultureInfo.InvariantCulture, $"{passed} of {of} ({100 * low:0}–{100 * high:0} %)");
    }
}
