using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Evals;

/// <summary>What a suite's cases come to together. What a success took is what all cases took, those that failed among them, for each that passed.</summary>
/// <param name="Suite">Its name.</param>
/// <param name="Passed">Cases that passed.</param>
/// <param name="Cases">Cases.</param>
/// <param name="Escalations">Over the cases that say how people must be asked; null where none does.</param>
/// <param name="Precision">Of the questions to people, the share that had to be asked; null where nobody was asked.</param>
/// <param name="Recall">Of the questions that had to be asked, the share that were; null where none had to be.</param>
/// <param name="ModelCallsPerSuccess">Null where nothing passed, as in what follows.</param>
/// <param name="TokensPerSuccess">In and out.</param>
/// <param name="ToolCallsPerSuccess">Calls that were started.</param>
/// <param name="ModelMoneyPerSuccess">What models cost.</param>
/// <param name="SecondsPerSuccess">Of all runs, one after the other.</param>
/// <param name="Money">What effects of tools cost, over all cases.</param>
/// <param name="Rungs">How often something was tried again, over all cases.</param>
internal sealed record SuiteFigures(
    string Suite,
    int Passed,
    int Cases,
    EscalationScore? Escalations,
    double? Precision,
    double? Recall,
    double? ModelCallsPerSuccess,
    double? TokensPerSuccess,
    double? ToolCallsPerSuccess,
    double? ModelMoneyPerSuccess,
    double? SecondsPerSuccess,
    decimal Money,
    int Rungs)
{
    /// <summary>Of each suite, in the results' order.</summary>
    public static ImmutableArray<SuiteFigures> Of(IEnumerable<CaseResult> results) => [.. results.GroupBy(c => c.Suite).Select(s => Of(s.Key, [.. s]))];

    /// <summary>A share for people: two digits, a dash where there is none.</summary>
    public static string Share(double? share) => share?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>An amount for people, in the company's currency; a dash where there is none.</summary>
    public static string Amount(double? amount) => Share(amount);

    /// <summary>A figure for people, a dash where there is none.</summary>
    public static string Figure(double? figure) => figure?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–";

    private static SuiteFigures Of(string suite, ImmutableArray<CaseResult> cases)
    {
        var passed = cases.Count(c => c.Passed);
        var scores = cases.Select(c => c.Escalations).OfType<EscalationScore>().ToList();
        var asked = scores.Count == 0 ? null : new EscalationScore(scores.Sum(s => s.Right), scores.Sum(s => s.Needless), scores.Sum(s => s.Missed));
        return new SuiteFigures(
            suite,
            passed,
            cases.Length,
            asked,
            Ratio(asked?.Right, asked?.Right + asked?.Needless),
            Ratio(asked?.Right, asked?.Right + asked?.Missed),
            Ratio(cases.Sum(c => c.Cost.ModelCalls), passed),
            Ratio(cases.Sum(c => c.Cost.Tokens), passed),
            Ratio(cases.Sum(c => (long)c.Cost.ToolCalls), passed),
            Ratio((double)cases.Sum(c => c.Cost.ModelMoney), passed),
            Ratio(cases.Sum(c => c.Cost.Seconds), passed),
            cases.Sum(c => c.Cost.Money),
            cases.Sum(c => c.Cost.Rungs));
    }

    private static double? Ratio(double? part, double? whole) => part is { } of && whole is { } by && by > 0 ? Math.Round(of / by, 4) : null;
}
