using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What <c>authority</c> has to say, on a terminal.</summary>
internal static class AuthorityPrinter
{
    private const int WidestRule = 32;
    private const int WidestCondition = 80;

    /// <summary>Which parts of which conditions the tests have seen, what they have not, and which tests are missing.</summary>
    public static async Task PrintAsync(Terminal terminal, PolicyCoverage coverage)
    {
        if (coverage.Branches.Length > 0)
        {
            var rule = Width(coverage.Branches.Select(b => b.Rule), WidestRule);
            var condition = Width(coverage.Branches.Select(b => b.Condition), WidestCondition);
            await terminal.Out.WriteLineAsync($"{"rule".PadRight(rule)}  {"condition".PadRight(condition)}  true  false");
            foreach (var branch in coverage.Branches)
            {
                await terminal.Out.WriteLineAsync(
                    $"{Printable.Cut(branch.Rule, WidestRule).PadRight(rule)}  {Printable.Cut(branch.Condition, WidestCondition).PadRight(condition)}  {(branch.SeenTrue ? "seen" : "-"),-4}  {(branch.SeenFalse ? "seen" : "-")}");
            }
        }

        await terminal.Out.WriteLineAsync($"{coverage.Seen} of {coverage.All} branches seen ({coverage.Percent} %)");
        foreach (var branch in coverage.Branches.Where(b => !b.SeenTrue || !b.SeenFalse))
        {
            var never = (branch.SeenTrue, branch.SeenFalse) switch
            {
                (false, false) => "neither true nor false",
                (false, true) => "never true",
                _ => "never false",
            };
            await terminal.Out.WriteLineAsync($"not seen  {branch.Place}: {Printable.Line(branch.Rule)}: {Printable.Line(branch.Condition)} is {never}.");
        }

        foreach (var finding in coverage.Exempt)
        {
            await terminal.Out.WriteLineAsync($"untested  {finding.Place}: {Printable.Line(finding.Message)}");
        }

        foreach (var finding in coverage.Missing)
        {
            await terminal.Out.WriteLineAsync($"MISSING   {finding.Place}: {Printable.Line(finding.Message)}");
        }
    }

    private static int Width(IEnumerable<string> texts, int widest) => Math.Min(widest, texts.Max(t => Printable.Line(t).Length));
}
