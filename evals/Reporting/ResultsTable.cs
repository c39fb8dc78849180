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
        output.WriteLine($"| suite | passed | {string.Join(" | ", Aspects.Shown.Select(a => a.Heading))} |");
        output.WriteLine($"|---|---|{string.Concat(Enumerable.Repeat("---|", Aspects.Shown.Length))}");
        foreach (var suite in results.Cases.GroupBy(c => c.Suite))
        {
            var cases = suite.ToList();
            string[] cells =
            [
                suite.Key,
                $"{cases.Count(c => c.Passed)} of {cases.Count}",
                .. Aspects.Shown.Select(a => AspectScore.Words(cases, a.Aspect)),
            ];
            output.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        output.WriteLine();
        output.WriteLine("| suite | questions to people: right, needless, missed | precision | recall | model calls per success | tokens | tool calls | model cost | seconds | spent by tools | tried again |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var suite in results.Suites)
        {
            string[] cells =
            [
                suite.Suite,
                suite.Escalations is { } asked ? $"{asked.Right}, {asked.Needless}, {asked.Missed}" : "–",
                SuiteFigures.Share(suite.Precision),
                SuiteFigures.Share(suite.Recall),
                SuiteFigures.Figure(suite.ModelCallsPerSuccess),
                SuiteFigures.Figure(suite.TokensPerSuccess),
                SuiteFigures.Figure(suite.ToolCallsPerSuccess),
                SuiteFigures.Amount(suite.ModelMoneyPerSuccess),
                SuiteFigures.Figure(suite.SecondsPerSuccess),
                suite.Money.ToString("0.00", CultureInfo.InvariantCulture),
                suite.Rungs.ToString(CultureInfo.InvariantCulture),
            ];
            output.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        if (results.Cases.Any(c => c.Aspects.ContainsKey(Aspects.Replay)))
        {
            output.WriteLine();
            output.WriteLine($"Replayed: the journal of {AspectScore.Words(results.Cases, Aspects.Replay)} cases came out as it was recorded, task by task.");
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
}
