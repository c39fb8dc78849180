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

    /// <summary>Errors, then warnings, each with its place and an example where there is one.</summary>
    public static async Task PrintAsync(Terminal terminal, IReadOnlyCollection<LintFinding> findings, IReadOnlyCollection<ConfigFault> warnings)
    {
        foreach (var finding in findings)
        {
            var place = finding.Place is { } at ? at.ToString() : finding.Id;
            await terminal.Out.WriteLineAsync($"{(finding.IsError ? "ERROR  " : "warning")}  {place}: {finding.Kind}: {Printable.Line(finding.Message)}");
            await PrintAsync(terminal, "for example", finding.Example);
        }

        await PrintAsync(terminal.Out, warnings);
        var errors = findings.Count(f => f.IsError);
        await terminal.Out.WriteLineAsync($"{errors} errors, {findings.Count - errors + warnings.Count} warnings");
    }

    /// <summary>What was noticed when the files were read, a line each.</summary>
    public static async Task PrintAsync(TextWriter output, IReadOnlyCollection<ConfigFault> warnings)
    {
        foreach (var warning in warnings)
        {
            await output.WriteLineAsync($"warning  {warning.Place}: {Printable.Line(warning.Message)}");
        }
    }

    /// <summary>The statement as understood, and whether it holds.</summary>
    public static async Task PrintAsync(Terminal terminal, PolicyProof proof)
    {
        await terminal.Out.WriteLineAsync($"Understood: {Printable.Line(proof.Understood)}");
        foreach (var note in proof.Notes)
        {
            await terminal.Out.WriteLineAsync($"note        {Printable.Line(note)}");
        }

        var verdict = proof.Holds switch
        {
            true => "HOLDS",
            false => $"DOES NOT HOLD: {proof.Why}",
            null => $"UNKNOWN: {proof.Why}",
        };
        await terminal.Out.WriteLineAsync(Printable.Line(verdict));
        await PrintAsync(terminal, "for example", proof.Example);
    }

    /// <summary>Each change; what lets more through is marked.</summary>
    public static async Task PrintAsync(Terminal terminal, PolicyDiff diff)
    {
        foreach (var change in diff.Changes)
        {
            var mark = change switch
            {
                { IsWider: true, IsCertain: true } => "WIDER   ",
                { IsWider: true } => "UNKNOWN ",
                _ => "narrower",
            };
            var what = change.Before is { } before && change.After is { } after ? $"{Say(before)} → {Say(after)} " : string.Empty;
            var who = change.Agents.IsEmpty ? string.Empty : $" for {string.Join(", ", change.Agents)}";
            await terminal.Out.WriteLineAsync(Printable.Line($"{mark}  {change.Tool}: {what}{(change.IsCertain ? change.Message : "perhaps: " + change.Message)}{who}"));
            await PrintAsync(terminal, "for example", change.Example);
        }

        await terminal.Out.WriteLineAsync(
            diff.Changes.IsEmpty ? "They say the same of every call." : diff.IsWider ? "More gets through, or may." : "Nothing more gets through.");
    }

    /// <summary>Over what was looked, the flips with what people had said to them, and examples of each.</summary>
    public static async Task PrintAsync(Terminal terminal, ReplayReport report)
    {
        if (report is { From: { } from, Until: { } until })
        {
            await terminal.Out.WriteLineAsync($"Under the policy {NodeNotices.Short(report.Policy)}: calls of {report.Workflows} workflows, decided from {from:yyyy-MM-dd HH:mm} to {until:yyyy-MM-dd HH:mm} UTC");
        }

        foreach (var flip in report.Flips)
        {
            var rules = flip.Rules.IsEmpty ? "no rule" : string.Join(", ", flip.Rules);
            var people = flip.Agreed + flip.Refused == 0 ? string.Empty : $"; asked then, people agreed to {flip.Agreed} and did not to {flip.Refused}";
            await terminal.Out.WriteLineAsync(Printable.Line($"{(flip.After > flip.Before ? "WIDER   " : "narrower")}  {flip.Count} × {Say(flip.Before)} → {Say(flip.After)} by {rules}{people}"));
            foreach (var example in flip.Examples)
            {
                await terminal.Out.WriteLineAsync(
                    $"         #{example.Position} {example.Workflow} {example.At:yyyy-MM-dd HH:mm} UTC: {Printable.Cut($"{example.Agent} calls {example.Tool} {example.Args.Text}, facts {example.Facts.Text}", 600)}");
            }

            if (flip.Count > flip.Examples.Length)
            {
                await terminal.Out.WriteLineAsync($"         and {flip.Count - flip.Examples.Length} more");
            }
        }

        if (report.Unplaced > 0)
        {
            await terminal.Out.WriteLineAsync($"Of them {report.Unplaced} may be none: rules look back on what came before, and an earlier release did not write down what it knew when it decided them beside another call.");
        }

        await terminal.Out.WriteLineAsync($"{report.Calls} calls decided again, {report.Flipped} otherwise; {report.RefusedEarlier} had been refused before authority was asked{(report.LeftOut == 0 ? string.Empty : $"; {report.LeftOut} are left out, because what they were decided on is not on record")}.");
    }

    private static async Task PrintAsync(Terminal terminal, string what, CallExample? example)
    {
        if (example is not null)
        {
            await terminal.Out.WriteLineAsync($"         {what}: {Printable.Cut(example.ToString(), 600)}");
        }
    }

    private static string Say(Effect effect) => EffectNames.Write(effect);

    private static int Width(IEnumerable<string> texts, int widest) => Math.Min(widest, texts.Max(t => Printable.Line(t).Length));
}
