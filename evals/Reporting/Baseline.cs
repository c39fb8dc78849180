using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>The cases that passed before: none of them may fail. A file with a case a line, sorted, so that a change of it is a line in a review.</summary>
internal static class Baseline
{
    public const string FileName = "baseline.txt";

    /// <summary>The cases of <paramref name="results"/> that passed by the file and do not now.</summary>
    public static ImmutableArray<string> Lost(string path, RunResults results)
    {
        var known = File.Exists(path) ? File.ReadAllLines(path).ToHashSet(StringComparer.Ordinal) : [];
        return [.. results.Cases.Where(c => !c.Passed).Select(Name).Where(known.Contains)];
    }

    /// <summary>Puts down what passes now; cases that were not run stay as they are.</summary>
    public static void Write(string path, RunResults results)
    {
        var known = File.Exists(path) ? File.ReadAllLines(path) : [];
        var run = results.Cases.Select(Name).ToHashSet(StringComparer.Ordinal);
        File.WriteAllLines(path, known.Where(k => !run.Contains(k)).Concat(results.Cases.Where(c => c.Passed).Select(Name)).Order(StringComparer.Ordinal));
    }

    private static string Name(CaseResult result) => $"{result.Suite}/{result.Case}";
}
