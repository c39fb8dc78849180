using System.Globalization;

namespace AiManager.Evals;

/// <summary>Results for people, at a terminal.</summary>
internal static class ResultsTable
{
    /// <summary>What stands over every figure: which model it was measured with, and that a scripted one's is no model's quality.</summary>
    public static string Measured(string model, bool isScripted) =>
        $"Measured with the model '{model}'.{(isScripted ? " It plays scripts: these scores are the manager's and say nothing about a model's quality." : string.Empty)}";

    public static void Print(RunResults results, TextWriter output)
    {
        output.WriteLine(Measured(results.Model, results.IsScripted) + (results.Conditions is { Length: > 0 } conditions ? $" {conditions}." : string.Empty));
        output.WriteLine();
        output.WriteLine("| suite | passed | outcome | delegate | escalation | plan | tasks needed | dependencies | policy | once | evidence | report | model calls per success | seconds per case |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var suite in results.Cases.GroupBy(c => c.Suite))
        {
            var cases = suite.ToList();
            var passed = cases.Where(c => c.Passed).ToList();
            string[] cells =
            [
                suite.Key,
                $"{passed.Count} of {cases.Count}",
                Score(cases, Aspects.Outcome),
                Score(cases, Aspects.Delegate),
                Score(cases, Aspects.Escalation),
                Score(cases, Aspects.Plan),
                Score(cases, Aspects.Needed),
                Score(cases, Aspects.Dependencies),
                Score(cases, Aspects.Policy),
                Score(cases, Aspects.Once),
                Score(cases, Aspects.Evidence),
                Score(cases, Aspects.Report),
                passed.Count == 0 ? "–" : passed.Average(c => c.Cost.ModelCalls).ToString("0.0", CultureInfo.InvariantCulture),
                cases.Average(c => c.Cost.Seconds).ToString("0.0", CultureInfo.InvariantCulture),
            ];
            output.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        foreach (var failed in results.Cases.Where(c => !c.Passed))
        {
            output.WriteLine();
            output.WriteLine($"{failed.Suite}/{failed.Case}");
            foreach (var failure in failed.Failures)
            {
                output.WriteLine($"  {failure}");
            }
        }
    }

    private static string Score(IReadOnlyCollection<CaseResult> cases, string aspect)
    {
        var scores = cases.Select(c => c.Aspects.GetValueOrDefault(aspect)).OfType<AspectScore>().ToList();
        return scores.Count == 0 ? "–" : $"{scores.Sum(s => s.Held)}/{scores.Sum(s => s.Looked)}";
    }
}
