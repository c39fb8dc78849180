using System.CommandLine;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>authority decisions</c>: what the gate decided, for governance review.</summary>
internal static class DecisionsCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var (from, to) = (SpanOptions.From(), SpanOptions.To());
        var csv = new Option<bool>("--csv") { Description = "As comma-separated values." };
        var lines = new Option<bool>("--jsonl") { Description = "As a JSON object a line. The default." };
        return new Command("decisions", "Every decision with rules, facts, people and outcome.") { from, to, csv, lines }.Does(terminal, async (line, token) =>
        {
            if (line.GetValue(csv) && line.GetValue(lines))
            {
                throw new UsageException("Either --csv or --jsonl.");
            }

            var span = SpanOptions.Read(line.GetValue(from), line.GetValue(to));
            await using var deployment = await Deployment.OpenReadOnlyAsync(SharedOptions.Place(line), ofFolder: false, token);
            var decisions = DecisionLog.ReadAsync(deployment.Get<IWorkflowJournal>(), deployment.Get<Catalog>(), span, token);
            await DecisionText.WriteAsync(decisions, line.GetValue(csv) ? DecisionText.Csv : DecisionText.JsonLines, terminal.Out, token);
            await ArchivedHeader.SayAsync(terminal, deployment.Get<IJournalAudit>(), span, token);
            return Exit.Completed;
        });
    }
}
