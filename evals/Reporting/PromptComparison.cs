using System.Globalization;

namespace AiManager.Evals;

/// <summary>Two versions of the prompts over the same cases: which wins, and on what.</summary>
internal static class PromptComparison
{
    /// <summary>A split as uneven as this, or more, is taken for no chance.</summary>
    private const double Level = 0.05;

    public static void Print(RunResults before, RunResults after, TextWriter output)
    {
        output.WriteLine(ResultsTable.Measured(after.Model, after.IsScripted));
        if (after.IsScripted)
        {
            output.WriteLine("It reads no prompt: two versions can only come out equal. Give --model-url and --model to compare them.");
        }

        output.WriteLine();
        Comparison.Print(before, after, output);
        output.WriteLine();
        output.WriteLine("| cases in which all of it held | before | after |");
        output.WriteLine("|---|---|---|");
        foreach (var aspect in before.Cases.Concat(after.Cases).SelectMany(c => c.Aspects.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            output.WriteLine($"| {aspect} | {Share(before, aspect)} | {Share(after, aspect)} |");
        }

        var old = before.Cases.ToDictionary(c => (c.Suite, c.Case));
        foreach (var won in after.Cases.Where(c => c.Passed && !old[(c.Suite, c.Case)].Passed))
        {
            output.WriteLine($"Better: {won.Suite}/{won.Case}: no longer {old[(won.Suite, won.Case)].Failures[0]}");
        }

        output.WriteLine();
        output.WriteLine(Verdict(before, after));
    }

    /// <summary>True when the later prompts lose more cases than they win.</summary>
    public static bool IsWorse(RunResults before, RunResults after)
    {
        var (better, worse) = Changed(before, after);
        return worse > better;
    }

    private static string Verdict(RunResults before, RunResults after)
    {
        var (better, worse) = Changed(before, after);
        var chance = Comparison.SignTest(better, worse);
        var split = string.Create(CultureInfo.InvariantCulture, $"{better} cases won, {worse} lost; so uneven a split comes by chance with probability {chance:0.000}");
        return better == worse ? $"Neither wins: {split}."
            : chance >= Level ? $"The {(better > worse ? "later" : "earlier")} prompts are ahead, which proves nothing yet: {split}."
            : $"The {(better > worse ? "later" : "earlier")} prompts win: {split}.";
    }

    private static (int Better, int Worse) Changed(RunResults before, RunResults after)
    {
        var old = before.Cases.ToDictionary(c => (c.Suite, c.Case), c => c.Passed);
        return (after.Cases.Count(c => c.Passed && !old[(c.Suite, c.Case)]), after.Cases.Count(c => !c.Passed && old[(c.Suite, c.Case)]));
    }

    /// <summary>Cases, and not single looks: the looks of a case hang together, and an interval over them would be far too narrow.</summary>
    private static string Share(RunResults results, string aspect)
    {
        var scores = results.Cases.Select(c => c.Aspects.GetValueOrDefault(aspect)).OfType<AspectScore>().ToList();
        var (held, looked) = (scores.Count(s => s.Held == s.Looked), scores.Count);
        var (low, high) = Comparison.Interval(held, looked);
        return string.Create(CultureInfo.InvariantCulture, $"{held} of {looked} ({100 * low:0}–{100 * high:0} %)");
    }
}
