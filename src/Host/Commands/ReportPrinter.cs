using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Prints how a workflow ended: its report, and with <c>--json</c> its object as the last line.</summary>
internal static class ReportPrinter
{
    private const int MostPositions = 6;

    /// <summary>The report for people.</summary>
    public static void Print(WorkflowResource workflow, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{Printable.Line(workflow.Goal)}  {workflow.Status}  ({workflow.Id})");
        foreach (var group in (workflow.Report?.Lines ?? []).GroupBy(l => l.Kind).OrderBy(g => g.Key))
        {
            output.WriteLine();
            output.WriteLine(Heading(group.Key));
            foreach (var line in group)
            {
                output.WriteLine($"  - {Printable.Line(line.Text)}  {Positions(line)}");
            }
        }

        output.WriteLine();
        if (workflow.IsScripted)
        {
            output.WriteLine("Made with the scripted model: tokens and cost say nothing about a real one.");
        }

        if (Exit.Of(workflow.Status) == Exit.Waiting)
        {
            output.WriteLine("Decide with: approvals decide ID approve --as PERSON (see: approvals list), then go on with: resume");
        }
    }

    /// <summary>The object, on one line.</summary>
    public static void PrintJson(WorkflowResource workflow, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(workflow, HostJson.Default.WorkflowResource));

    private static string Heading(ReportKind kind) => kind switch
    {
        ReportKind.Done => "Done",
        ReportKind.NotDone => "Not done",
        ReportKind.Waiting => "Waiting",
        ReportKind.Cost => "Cost",
        ReportKind.Shadow => "In shadow",
        _ => "Saved",
    };

    private static string Positions(ReportLine line)
    {
        var shown = string.Join(", ", line.Events.Take(MostPositions).Select(p => "#" + p));
        return line.Events.Length > MostPositions ? $"[{shown}, …]" : $"[{shown}]";
    }
}
