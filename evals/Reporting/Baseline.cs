using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>What held before and must go on holding; <c>evals/baseline.json</c>. Sorted, with a case a line, so that a change of it is a line in a review.</summary>
/// <param name="Model">Which model it was measured with: against another one it holds nothing.</param>
/// <param name="Scores">By suite and aspect, over all cases of the suite.</param>
/// <param name="Passed">The cases that passed, as <c>suite/case</c>.</param>
internal sealed record Baseline(string Model, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, AspectScore>> Scores, ImmutableArray<string> Passed)
{
    public const string FileName = "baseline.json";

    /// <summary>What <paramref name="results"/> come to.</summary>
    public static Baseline Of(RunResults results) => new(
        results.Model,
        results.Cases.GroupBy(c => c.Suite).ToImmutableSortedDictionary(s => s.Key, s => ScoresOf(s), StringComparer.Ordinal),
        [.. results.Cases.Where(c => c.Passed).Select(Name).Order(StringComparer.Ordinal)]);

    /// <summary>Reads one. Throws <see cref="IOException"/> and <see cref="JsonException"/>.</summary>
    public static Baseline Read(string path) =>
        JsonSerializer.Deserialize<Baseline>(File.ReadAllText(path), RunResults.Json) ?? throw new JsonException($"{path} holds no baseline.");

    /// <summary>Puts down what holds now; suites that were not run stay as they are, unless another model was measured.</summary>
    public static void Write(string path, RunResults results)
    {
        var now = Of(results);
        if (File.Exists(path) && Read(path) is var before && before.Model == now.Model)
        {
            var others = before.Scores.RemoveRange(now.Scores.Keys);
            var run = results.Cases.Select(Name).ToHashSet(StringComparer.Ordinal);
            now = now with { Scores = now.Scores.AddRange(others), Passed = [.. before.Passed.Where(p => !run.Contains(p)).Concat(now.Passed).Order(StringComparer.Ordinal)] };
        }

        File.WriteAllText(path, JsonSerializer.Serialize(now, RunResults.Json) + "\n");
    }

    /// <summary>In what <paramref name="results"/> are worse, for people; empty when in nothing. A case that was not run is not missed, but for a suite that was run in part no score is compared.</summary>
    public IEnumerable<string> Worse(RunResults results)
    {
        if (results.Model != Model)
        {
            return [$"The baseline was measured with '{Model}' and this with '{results.Model}': they cannot be compared."];
        }

        var lost = results.Cases.Where(c => !c.Passed).Select(Name).Intersect(Passed, StringComparer.Ordinal).Select(name => $"Passed by the baseline and does not now: {name}");
        return lost.Concat(results.Cases.GroupBy(c => c.Suite).Where(IsWhole).SelectMany(Fallen));
    }

    private static string Name(CaseResult result) => $"{result.Suite}/{result.Case}";

    private static ImmutableSortedDictionary<string, AspectScore> ScoresOf(IEnumerable<CaseResult> cases) => cases.SelectMany(c => c.Aspects).GroupBy(a => a.Key)
        .ToImmutableSortedDictionary(a => a.Key, a => new AspectScore(a.Sum(s => s.Value.Looked), a.Sum(s => s.Value.Held)), StringComparer.Ordinal);

    private static double Share(AspectScore score) => score.Looked == 0 ? 1 : (double)score.Held / score.Looked;

    private bool IsWhole(IGrouping<string, CaseResult> suite)
    {
        var run = suite.Select(Name).ToHashSet(StringComparer.Ordinal);
        return Passed.Where(p => p.StartsWith(suite.Key + "/", StringComparison.Ordinal)).All(run.Contains);
    }

    private IEnumerable<string> Fallen(IGrouping<string, CaseResult> suite)
    {
        var now = ScoresOf(suite);
        return Scores.GetValueOrDefault(suite.Key, ImmutableSortedDictionary<string, AspectScore>.Empty)
            .Where(before => now.GetValueOrDefault(before.Key) is not { } score || Share(score) < Share(before.Value))
            .Select(before => $"{suite.Key}: {before.Key} held {before.Value.Held} of {before.Value.Looked} by the baseline and does {now.GetValueOrDefault(before.Key)?.Held ?? 0} of {now.GetValueOrDefault(before.Key)?.Looked ?? 0} now.");
    }
}
