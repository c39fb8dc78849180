using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>What a chaos run came to, for people and as <c>results.json</c>. There is no score of a model in it: the model is spoilt on purpose.</summary>
/// <param name="Model">Which model was spoilt.</param>
/// <param name="IsScripted">True for the scripted model.</param>
/// <param name="Seed">Of the faults.</param>
/// <param name="Rate">Of the faults.</param>
/// <param name="Workflows">How many.</param>
/// <param name="Questions">To the model.</param>
/// <param name="Ends">How many ended how, by company.</param>
/// <param name="Faults">How often what fell.</param>
/// <param name="Laws">What was looked at: how often, and how often it held.</param>
/// <param name="Broken">What did not hold, in words.</param>
/// <param name="Plans">Of a run that took one step after the other, by company, a digest of where what fell: the same for the same seed. Empty for others: side by side, not quite the same is asked each time.</param>
/// <param name="Seconds">All together.</param>
/// <param name="WaitedHours">What the questions would have waited for their model.</param>
internal sealed record ChaosReport(
    string Model,
    bool IsScripted,
    long Seed,
    double Rate,
    int Workflows,
    long Questions,
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, int>> Ends,
    ImmutableSortedDictionary<string, int> Faults,
    ImmutableSortedDictionary<string, AspectScore> Laws,
    ImmutableArray<string> Broken,
    ImmutableSortedDictionary<string, string> Plans,
    double Seconds,
    double WaitedHours)
{
    private const int MostShown = 20;

    public static ChaosReport Of(ChaosPlan plan, ModelChoice? model, bool isSerial, IReadOnlyList<ChaosOutcome> outcomes) => new(
        model?.Name ?? RunResults.Scripted,
        model is null,
        plan.Seed,
        plan.Rate,
        outcomes.Sum(o => o.Workflows.Length),
        outcomes.Sum(o => o.Asked),
        outcomes.ToImmutableSortedDictionary(o => o.Company, o => o.Ends, StringComparer.Ordinal),
        outcomes.SelectMany(o => o.Falls).GroupBy(f => f.Fault.ToString()).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
        outcomes.SelectMany(o => o.Grades).GroupBy(g => g.Aspect).ToImmutableSortedDictionary(g => g.Key, g => new AspectScore(g.Count(), g.Count(x => x.Held)), StringComparer.Ordinal),
        [.. outcomes.SelectMany(o => o.Grades.Where(g => !g.Held).Select(g => $"{o.Company}: {g.Aspect}: {g.Detail}"))],
        outcomes.Where(_ => isSerial).ToImmutableSortedDictionary(o => o.Company, o => o.PlanDigest, StringComparer.Ordinal),
        Math.Round(outcomes.Sum(o => o.Evidence.Elapsed.TotalSeconds), 1),
        Math.Round(outcomes.Sum(o => o.Waited.TotalHours), 1));

    /// <summary>For a terminal.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine($"Run with the model '{Model}', spoilt at a rate of {Text(Rate)} (seed {Seed}). {(IsScripted ? "It plays scripts, and " : string.Empty)}nothing here says how good a model is: what is measured is what the manager makes of a bad one.");
        output.WriteLine();
        output.WriteLine("| company | workflows | completed | failed | cancelled | waiting for a person | stuck |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (company, ends) in Ends)
        {
            string[] cells = [company, Text(ends.Values.Sum()), .. ((string[])["completed", "failed", "cancelled", "waiting", ChaosOutcome.Stuck]).Select(e => Text(ends.GetValueOrDefault(e)))];
            output.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        output.WriteLine();
        output.WriteLine($"{Text(Faults.Values.Sum())} faults in {Text(Questions)} questions: {string.Join(", ", Faults.Select(f => $"{f.Key} {Text(f.Value)}"))}.");
        output.WriteLine($"Their silence, storms and pauses would have taken {Text(WaitedHours)} hours; the run took {Text(Seconds)} seconds.{(Plans.IsEmpty ? string.Empty : $" Faults of this seed: {string.Join(", ", Plans.Select(p => $"{p.Key} {p.Value}"))}.")}");
        output.WriteLine();
        output.WriteLine("| must hold | looked | held |");
        output.WriteLine("|---|---|---|");
        foreach (var (law, score) in Laws)
        {
            output.WriteLine($"| {law} | {Text(score.Looked)} | {Text(score.Held)} |");
        }

        foreach (var broken in Broken.Take(MostShown))
        {
            output.WriteLine(broken);
        }

        if (Broken.Length > MostShown)
        {
            output.WriteLine($"… and {Text(Broken.Length - MostShown)} more.");
        }
    }

    /// <summary>As <c>results.json</c> in a folder.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, RunResults.FileName), JsonSerializer.Serialize(this, RunResults.Json) + "\n", cancellationToken);
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
