using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Evals;

/// <summary>What held before and must go on holding; <c>evals/baseline.json</c>. Sorted, with a case a line, so that a change of it is a line in a review.</summary>
/// <param name="Model">Which model it was measured with: against another one it holds nothing.</param>
/// <param name="Scores">By suite and aspect, over all cases of the suite.</param>
/// <param name="Passed">The cases that passed, as <c>suite/case</c>.</param>
/// <param name="Failed">Those that did not; with the others they are all that there were.</param>
internal sealed record Baseline(
    string Model, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, AspectScore>> Scores, ImmutableArray<string> Passed, ImmutableArray<string> Failed)
{
    public const string FileName = "baseline.json";

    /// <summary>What <paramref name="results"/> come to.</summary>
    public static Baseline Of(RunResults results) => new(
        results.Model,
        results.Cases.GroupBy(c => c.Suite).ToImmutableSortedDictionary(s => s.Key, s => ScoresOf(s), StringComparer.Ordinal),
        [.. results.Cases.Where(c => c.Passed).Select(Name).Order(StringComparer.Ordinal)],
        [.. results.Cases.Where(c => !c.Passed).Select(Name).Order(StringComparer.Ordinal)]);

    /// <summary>Reads one. Throws <see cref="IOException"/> and <see cref="JsonException"/>.</summary>
    public static Baseline Read(string path) =>
        JsonSerializer.Deserialize<Baseline>(File.ReadAllText(path), RunResults.Json) ?? throw new JsonException($"{path} holds no baseline.");

    /// <summary>Puts down what holds now; suites that were not run stay as they are, unless another model was measured. Those that were must have been run whole.</summary>
    public static void Write(string path, RunResults results)
    {
        var now = Of(results);
        if (File.Exists(path) && Read(path) is var before && before.Model == now.Model)
        {
            now = now with
            {
                Scores = now.Scores.AddRange(before.Scores.RemoveRange(now.Scores.Keys)),
                Passed = [.. before.Passed.Where(IsOther).Concat(now.Passed).Order(StringComparer.Ordinal)],
                Failed = [.. before.Failed.Where(IsOther).Concat(now.Failed).Order(StringComparer.Ordinal)],
            };
        }

        File.WriteAllText(path, JsonSerializer.Serialize(now, RunResults.Json) + "\n");

        bool IsOther(string one) => !results.Cases.Any(c => c.Suite == SuiteOf(one));
    }

    /// <summary>
    /// In what <paramref name="results"/> are worse, for people; empty when in nothing. A case that passed and fails, and, of suites that were run whole, a case that is there no more or not
    /// yet, and an aspect whose share has fallen or that was looked at more often: a look that is taken out of a suite is no gain.
    /// </summary>
    /// <param name="results">What was measured now.</param>
    /// <param name="whole">The suites of which every case was to be run.</param>
    public IEnumerable<string> Worse(RunResults results, IReadOnlySet<string> whole)
    {
        if (results.Model != Model)
        {
            return [$"The baseline was measured with '{Model}' and this with '{results.Model}': they cannot be compared."];
        }

        var run = results.Cases.Select(Name).ToHashSet(StringComparer.Ordinal);
        return results.Cases.Where(c => !c.Passed).Select(Name).Intersect(Passed, StringComparer.Ordinal).Select(name => $"Passed by the baseline and does not now: {name}")
            .Concat(Cases.Where(c => whole.Contains(SuiteOf(c)) && !run.Contains(c)).Select(name => $"In the baseline and missing now: {name}"))
            .Concat(run.Where(c => whole.Contains(SuiteOf(c))).Except(Cases, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => $"Not in the baseline yet: {name}"))
            .Concat(whole.Order(StringComparer.Ordinal).SelectMany(s => Fallen(s, results.Cases.Where(c => c.Suite == s), results.IsScripted)));
    }

    /// <summary>Every case that it knows.</summary>
    [JsonIgnore]
    public IEnumerable<string> Cases => Passed.Concat(Failed);

    private static string SuiteOf(string name) => name[..name.IndexOf('/', StringComparison.Ordinal)];

    private static string Name(CaseResult result) => $"{result.Suite}/{result.Case}";

    private static ImmutableSortedDictionary<string, AspectScore> ScoresOf(IEnumerable<CaseResult> cases) => cases.SelectMany(c => c.Aspects).GroupBy(a => a.Key)
        .ToImmutableSortedDictionary(a => a.Key, a => new AspectScore(a.Sum(s => s.Value.Looked), a.Sum(s => s.Value.Held)), StringComparer.Ordinal);

    private static double Share(AspectScore score) => score.Looked == 0 ? 1 : (double)score.Held / score.Looked;

    /// <summary>A model of its own mind is looked at less often the more it resists; the scripted one only where a look was taken out.</summary>
    private IEnumerable<string> Fallen(string suite, IEnumerable<CaseResult> cases, bool isScripted)
    {
        var now = ScoresOf(cases);
        return Scores.GetValueOrDefault(suite, ImmutableSortedDictionary<string, AspectScore>.Empty)
            .Where(before => now.GetValueOrDefault(before.Key) is not { } score || Share(score) < Share(before.Value) || (isScripted && score.Looked < before.Value.Looked))
            .Select(before => $"{suite}: {before.Key} held {before.Value.Held} of {before.Value.Looked} by the baseline and does {now.GetValueOrDefault(before.Key)?.Held ?? 0} of {now.GetValueOrDefault(before.Key)?.Looked ?? 0} now.");
    }
}
