using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>
/// Where a workflow ran to its end there is a report; each line of it rests on events of the workflow that can bear what it claims of what it names, and every task that is done stands in it. Each report of
/// a case is looked at, with what had happened when it was shown.
/// </summary>
internal static class ReportLaw
{
    /// <summary>Nothing where no run showed a workflow.</summary>
    public static IEnumerable<Grade> Of(CaseEvidence evidence)
    {
        for (var run = 0; run < evidence.Runs.Length; run++)
        {
            if (evidence.Runs[run].Workflow is { } shown && shown.ToElement().TryGetProperty("id", out var id))
            {
                var workflow = evidence.Workflows.FirstOrDefault(w => w.Id.ToString() == id.GetString());
                yield return Grade.Of(
                    Aspects.Report,
                    workflow is null ? [$"the workflow {id} that was shown is not in the journal"]
                        : [.. Faults(run == evidence.Runs.Length - 1 ? workflow.Events : Before(workflow, shown), [.. Lines(shown)])]);
            }
        }
    }

    /// <summary>The lines of the last run's report.</summary>
    public static IEnumerable<ReportedLine> Lines(CaseEvidence evidence) => evidence.Shown is { } shown ? Lines(shown) : [];

    private static IEnumerable<ReportedLine> Lines(JsonText shown)
    {
        if (!shown.ToElement().TryGetProperty("report", out var report) || report.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var line in report.GetProperty("lines").EnumerateArray())
        {
            yield return new ReportedLine(line.GetProperty("kind").GetString()!, line.GetProperty("text").GetString()!, [.. line.GetProperty("events").EnumerateArray().Select(e => e.GetInt64())]);
        }
    }

    /// <summary>What had happened when it was shown.</summary>
    private static ImmutableArray<Recorded> Before(WorkflowRecord workflow, JsonText shown)
    {
        var at = shown.ToElement().TryGetProperty("updatedAt", out var updated) ? updated.GetDateTimeOffset() : DateTimeOffset.MaxValue;
        return [.. workflow.Events.Where(e => e.At <= at)];
    }

    private static IEnumerable<string> Faults(ImmutableArray<Recorded> events, ImmutableArray<ReportedLine> lines)
    {
        var subjects = new ReportedSubjects(events);
        if (subjects.Ending is { } ending && !lines.Any(l => l.Events.Contains(ending.Position)))
        {
            yield return lines.IsEmpty ? "it is over and there is no report" : "the report does not say how it ended";
        }

        var own = events.ToDictionary(e => e.Position);
        foreach (var line in lines)
        {
            if (line.Events.IsEmpty)
            {
                yield return $"'{line.Text}' rests on nothing";
            }
            else if (!line.Events.All(own.ContainsKey))
            {
                yield return $"'{line.Text}' rests on events that are not the workflow's";
            }
            else if (!new ReportedClaim(line, [.. line.Events.Select(e => own[e])], subjects).IsBorne)
            {
                yield return $"'{line.Text}' rests on events that do not say so: {string.Join(", ", line.Events.Select(e => own[e].Event.GetType().Name).Distinct())}";
            }
        }

        var claimed = lines.Where(l => l.Kind == "done").SelectMany(l => l.Events).ToHashSet();
        foreach (var task in subjects.Tasks.Where(t => !lines.IsEmpty && t.Outcome?.Event is DeliverableReviewed && !claimed.Contains(t.Outcome.Position)))
        {
            yield return $"{task.Task.Key} is done and the report does not say so";
        }
    }
}

/// <summary>A line of a report.</summary>
/// <param name="Kind">In the contract's words.</param>
/// <param name="Text">For people.</param>
/// <param name="Events">Positions that it rests on.</param>
internal sealed record ReportedLine(string Kind, string Text, ImmutableArray<long> Events);
