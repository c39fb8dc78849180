using System.Globalization;
using System.Net;
using System.Text;

namespace AiManager.Evals;

/// <summary>Results as one page that needs nothing but itself.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --good: #1a7f4b; --bad: #b3261e; --line: #8884; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        .good { color: var(--good); } .bad { color: var(--bad); }
        .bar { display: inline-block; height: .7rem; width: 10rem; background: var(--bad); border-radius: .35rem; overflow: hidden; }
        .bar span { display: block; height: 100%; background: var(--good); }
        summary { cursor: pointer; }
        """;

    public static async Task WriteAsync(RunResults results, string path, CancellationToken cancellationToken)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Evals with {Text(results.Model)}{(results.IsScripted ? ", which plays scripts" : string.Empty)}: {results.Passed} of {results.Cases.Length}</title><style>{Style}</style>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{results.Passed} of {results.Cases.Length} cases passed</h1><p>Measured with the model <strong>{Text(results.Model)}</strong>.");
        page.Append(results.IsScripted ? " It plays scripts: these scores are the manager's and say nothing about a model's quality.</p>" : "</p>");
        page.Append(results.Prompts is { } prompts ? $"<p>Prompts: {Text(prompts)}.</p>" : string.Empty);
        page.Append(results.Conditions is { Length: > 0 } conditions ? $"<p>{Text(conditions)}.</p>" : string.Empty);
        var figures = results.Suites.ToDictionary(f => f.Suite, StringComparer.Ordinal);
        foreach (var suite in results.Cases.GroupBy(c => c.Suite))
        {
            var (passed, all) = (suite.Count(c => c.Passed), suite.Count());
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(suite.Key)}</h2><p><span class=\"bar\" role=\"img\" aria-label=\"{passed} of {all}\"><span style=\"width:{100 * passed / all}%\"></span></span> {passed} of {all}</p>");
            page.Append(CultureInfo.InvariantCulture, $"<p>{Text(Words(figures[suite.Key]))}</p>");
            page.Append("<table><thead><tr>").Append(string.Concat(Aspects.Shown.Select(a => $"<th>{Text(a.Heading)}"))).Append("</tr></thead><tbody><tr>");
            page.Append(string.Concat(Aspects.Shown.Select(a => $"<td>{Text(AspectScore.Words(suite, a.Aspect))}"))).Append("</tr></tbody></table>");
            page.Append("<table><thead><tr><th>case<th>result<th>model calls<th>tool calls<th>approvals<th>seconds</tr></thead><tbody>");
            foreach (var one in suite)
            {
                Row(page, one);
            }

            page.Append("</tbody></table>");
        }

        await File.WriteAllTextAsync(path, page.Append("</html>\n").ToString(), cancellationToken);
    }

    private static string Words(SuiteFigures figures) => string.Join(
        "; ",
        figures.Escalations is { } asked
            ? $"questions to people: {asked.Right} right, {asked.Needless} needless, {asked.Missed} missed (precision {SuiteFigures.Share(figures.Precision)}, recall {SuiteFigures.Share(figures.Recall)})"
            : "no case says how people must be asked",
        $"per success: {SuiteFigures.Figure(figures.ModelCallsPerSuccess)} model calls, {SuiteFigures.Figure(figures.TokensPerSuccess)} tokens, {SuiteFigures.Figure(figures.ToolCallsPerSuccess)} tool calls, {SuiteFigures.Amount(figures.ModelMoneyPerSuccess)} for models, {SuiteFigures.Figure(figures.SecondsPerSuccess)} seconds",
        string.Create(CultureInfo.InvariantCulture, $"spent by tools: {figures.Money:0.00}; tried again: {figures.Rungs} times."));

    private static void Row(StringBuilder page, CaseResult one)
    {
        var failures = string.Concat(one.Failures.Select(f => $"<li>{Text(f)}</li>"));
        var result = one.Passed ? "<span class=\"good\">passed</span>" : $"<details open><summary class=\"bad\">failed</summary><ul>{failures}</ul></details>";
        page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(one.Case)}<td>{result}<td>{one.Cost.ModelCalls}<td>{one.Cost.ToolCalls}<td>{one.Cost.Approvals}<td>{one.Cost.Seconds:0.0}</tr>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
