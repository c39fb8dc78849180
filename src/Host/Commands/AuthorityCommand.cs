using System.CommandLine;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>authority</c>: trying the policy out. Nothing is called and nothing is recorded.</summary>
internal static class AuthorityCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("authority", "Tries the policy out: its tests, one decision, its faults, what it proves, what it changes.")
    {
        MakeTest(terminal),
        MakeCheck(terminal),
        DecisionsCommand.Make(terminal),
        AuthorityAnalysis.MakeLint(terminal),
        AuthorityAnalysis.MakeProve(terminal),
        AuthorityAnalysis.MakeDiff(terminal),
        AuthorityAnalysis.MakeReplay(terminal),
    };

    private static Command MakeTest(Terminal terminal) => new Command("test", "Runs the tests in authority.yaml; a rule without an example and a counter-example is an error.").Does(terminal, async (line, token) =>
    {
        await using var at = await Rehearsal.OpenAsync(line, token);
        var results = at.Deployment.Get<AuthorityDesk>().RunTests();
        foreach (var result in results)
        {
            var mark = result.HasPassed ? "passed" : "FAILED";
            await terminal.Out.WriteLineAsync($"{mark}  {Printable.Line(result.Name)}");
            if (!result.HasPassed)
            {
                await terminal.Out.WriteLineAsync($"        {result.Place}: expected {Say(result.Expected)}, got {Say(result.Actual)} by {Say(result.Rules)}: {Printable.Line(result.Reason)}");
            }
        }

        var coverage = at.Deployment.Get<AuthorityDesk>().Coverage();
        await AuthorityPrinter.PrintAsync(terminal, coverage);
        var failed = results.Count(r => !r.HasPassed);
        await terminal.Out.WriteLineAsync($"{results.Length - failed} passed, {failed} failed{(coverage.Missing.IsEmpty ? string.Empty : $", {coverage.Missing.Length} missing")}");
        return failed == 0 && coverage.Missing.IsEmpty ? Exit.Completed : Exit.Unexpected;
    });

    private static Command MakeCheck(Terminal terminal)
    {
        var agent = new Option<string>("--agent") { Description = "Who would call.", HelpName = "AGENT", Required = true };
        var tool = new Option<string>("--tool") { Description = "What.", HelpName = "TOOL", Required = true };
        var args = new Option<string>("--args") { Description = "With which arguments, an object.", HelpName = "JSON", DefaultValueFactory = _ => "{}" };
        var labels = new Option<string?>("--labels") { Description = "What they are made of, by path, an object such as {\"to\": \"third-party\"}; flows are looked at with it.", HelpName = "JSON" };
        var expect = new Option<string?>("--expect") { Description = "What should come out: allow, transform, ask, defer or deny.", HelpName = "EFFECT" };
        expect.AcceptOnlyFromAmong("allow", "transform", "ask", "defer", "deny");
        return new Command("check", "One decision with its trace, on the world as it is.") { agent, tool, args, labels, expect }.Does(terminal, async (line, token) =>
        {
            if (!JsonText.TryParse(line.GetValue(args), out var given) || given.ToElement().ValueKind != System.Text.Json.JsonValueKind.Object)
            {
                throw new UsageException("--args must be a JSON object, such as '{\"supplier\":\"acme\"}'.");
            }

            await using var at = await Rehearsal.OpenAsync(line, token);
            var answer = await at.Deployment.Get<AuthorityDesk>().CheckAsync(line.GetRequiredValue(agent), line.GetRequiredValue(tool), given, Labels(line.GetValue(labels)), token);
            if (await at.BesideAsync(line, token) is { } beside)
            {
                await terminal.Error.WriteLineAsync(Printable.Line(beside));
            }

            await terminal.Out.WriteLineAsync($"{Say(answer.Effect)} by {Say(answer.Rules)}: {Printable.Line(answer.Reason)}");
            foreach (var seat in answer.Seats)
            {
                await terminal.Out.WriteLineAsync($"  seat    {seat.Count} × {seat.Role}");
            }

            foreach (var detail in Details(answer))
            {
                await terminal.Out.WriteLineAsync(detail);
            }

            await terminal.Out.WriteLineAsync($"  facts   {Printable.Line(answer.Facts.Text)}");
            foreach (var step in answer.Trace)
            {
                var mode = step.IsShadow ? ", in shadow" : string.Empty;
                await terminal.Out.WriteLineAsync($"  {(step.IsMatch ? "match " : "  no  ")}  {step.Rule} ({Say(step.Effect)}{mode}): {Printable.Line(step.Why)}");
            }

            return line.GetValue(expect) is { } wanted && wanted != Say(answer.Effect) ? Exit.Unexpected : Exit.Completed;
        });
    }

    private static ToldLabels? Labels(string? written)
    {
        if (written is null)
        {
            return null;
        }

        string? fault = "it must be a JSON object";
        var told = JsonText.TryParse(written, out var labels) && labels.ToElement().ValueKind == System.Text.Json.JsonValueKind.Object ? ToldLabels.Read(labels, out fault) : null;
        return told ?? throw new UsageException($"In --labels, {fault}.");
    }

    /// <summary>What else comes with the verdict, a line each; nothing where it is a plain one.</summary>
    private static IEnumerable<string> Details(AuthorityAnswer answer)
    {
        foreach (var change in answer.Changes)
        {
            yield return $"  change  {change.Arg}: {Printable.Line(change.Change)} (by {Say(change.Rules)})";
        }

        if (answer.Args is { } args)
        {
            yield return $"  sent    {Printable.Line(args.Text)}";
        }

        if (answer.RetryAfter is { } retry)
        {
            yield return $"  again   in {retry.TotalSeconds:0} s";
        }

        var owed = answer.Obligations;
        foreach (var (what, whom) in new[] { ("redact", owed.Redact), ("notify", owed.Notify), ("look", owed.SecondLook) }.Where(o => !o.Item2.IsEmpty))
        {
            yield return $"  {what,-6}  {Printable.Line(string.Join(", ", whom))}";
        }

        if (owed.HoldSeconds is { } hold)
        {
            yield return $"  hold    {hold} s";
        }

        if (!answer.OpenFlows.IsEmpty)
        {
            yield return $"  open    {Say(answer.OpenFlows)}: flows that can be about it; --labels says what the arguments are made of";
        }

        if (answer.Advice is { } advice)
        {
            yield return $"  advice  {Printable.Line(advice)}";
        }

        if (answer.Shadow is { } shadow)
        {
            yield return $"  shadow  {Say(shadow.Effect)} if {Say(shadow.Rules)} counted";
        }
    }

    private static string Say(Effect effect) => EffectNames.Write(effect);

    private static string Say(IReadOnlyCollection<string> rules) => rules.Count == 0 ? "no rule" : string.Join(", ", rules);
}
