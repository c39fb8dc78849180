using System.CommandLine;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>authority</c>: trying the policy out. Nothing is called and nothing is recorded.</summary>
internal static class AuthorityCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("authority", "Tries the policy out: its tests, one decision.")
    {
        MakeTest(terminal),
        MakeCheck(terminal),
        MakeLater(terminal, "lint", "Faults of the rules (not built yet)."),
        MakeLater(terminal, "replay", "What another policy would have decided (not built yet)."),
    };

    private static Command MakeTest(Terminal terminal) => new Command("test", "Runs the tests in authority.yaml.").Does(terminal, async (line, token) =>
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

        var failed = results.Count(r => !r.HasPassed);
        await terminal.Out.WriteLineAsync($"{results.Length - failed} passed, {failed} failed");
        return failed == 0 ? Exit.Completed : Exit.Unexpected;
    });

    private static Command MakeCheck(Terminal terminal)
    {
        var agent = new Option<string>("--agent") { Description = "Who would call.", HelpName = "AGENT", Required = true };
        var tool = new Option<string>("--tool") { Description = "What.", HelpName = "TOOL", Required = true };
        var args = new Option<string>("--args") { Description = "With which arguments, an object.", HelpName = "JSON", DefaultValueFactory = _ => "{}" };
        var expect = new Option<string?>("--expect") { Description = "What should come out: allow, ask or deny.", HelpName = "EFFECT" };
        expect.AcceptOnlyFromAmong("allow", "ask", "deny");
        return new Command("check", "One decision with its trace, on the world as it is.") { agent, tool, args, expect }.Does(terminal, async (line, token) =>
        {
            if (!JsonText.TryParse(line.GetValue(args), out var given) || given.ToElement().ValueKind != System.Text.Json.JsonValueKind.Object)
            {
                throw new UsageException("--args must be a JSON object, such as '{\"supplier\":\"acme\"}'.");
            }

            await using var at = await Rehearsal.OpenAsync(line, token);
            var answer = await at.Deployment.Get<AuthorityDesk>().CheckAsync(line.GetRequiredValue(agent), line.GetRequiredValue(tool), given, token);
            await terminal.Out.WriteLineAsync($"{Say(answer.Effect)} by {Say(answer.Rules)}: {Printable.Line(answer.Reason)}");
            foreach (var seat in answer.Seats)
            {
                await terminal.Out.WriteLineAsync($"  seat    {seat.Count} × {seat.Role}");
            }

            await terminal.Out.WriteLineAsync($"  facts   {Printable.Line(answer.Facts.Text)}");
            foreach (var step in answer.Trace)
            {
                await terminal.Out.WriteLineAsync($"  {(step.IsMatch ? "match " : "  no  ")}  {step.Rule} ({Say(step.Effect)}): {Printable.Line(step.Why)}");
            }

            return line.GetValue(expect) is { } wanted && wanted != Say(answer.Effect) ? Exit.Unexpected : Exit.Completed;
        });
    }

    private static Command MakeLater(Terminal terminal, string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        return command.Does(terminal, (_, _) => throw new UsageException($"'authority {name}' is not built yet. There are: authority test, authority check."));
    }

    private static string Say(Effect effect) => effect.ToString().ToLowerInvariant();

    private static string Say(IReadOnlyCollection<string> rules) => rules.Count == 0 ? "no rule" : string.Join(", ", rules);
}
