using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>
/// Where a workflow ran to its end there is a report; each line of it rests on events of the workflow that can bear what it claims, and every task that is done stands in it.
/// </summary>
internal static class ReportLaw
{
    /// <summary>Nothing where no run showed a workflow.</summary>
    public static IEnumerable<Grade> Of(CaseEvidence evidence)
    {
        if (evidence.Shown is not { } shown || !shown.ToElement().TryGetProperty("id", out var id))
        {
            yield break;
        }

        var lines = Lines(evidence).ToList();
        var workflow = evidence.Workflows.FirstOrDefault(w => w.Id.ToString() == id.GetString());
        yield return Grade.Of(Aspects.Report, workflow is null ? [$"the workflow {id} that was shown is not in the journal"] : Faults(workflow, lines).ToList());
    }

    /// <summary>The lines of the last run's report.</summary>
    public static IEnumerable<ReportedLine> Lines(CaseEvidence evidence)
    {
        if (evidence.Shown is not { } shown || !shown.ToElement().TryGetProperty("report", out var report) || report.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var line in report.GetProperty("lines").EnumerateArray())
        {
            yield return new ReportedLine(line.GetProperty("kind").GetString()!, line.GetProperty("text").GetString()!, [.. line.GetProperty("events").EnumerateArray().Select(e => e.GetInt64())]);
        }
    }

    /// <summary>What is wrong with a workflow's report.</summary>
    public static IEnumerable<string> Faults(WorkflowRecord workflow, IReadOnlyList<ReportedLine> lines)
    {
        if (workflow.State.IsFinal && !lines.Any(l => l.Events.Any(p => workflow.Events.Any(e => e.Position == p && e.Event is GoalCompleted or GoalFailed or GoalCancelled))))
        {
            yield return lines.Count == 0 ? "it is over and there is no report" : "the report does not say how it ended";
        }

        var own = workflow.Events.ToDictionary(e => e.Position, e => e.Event);
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
            else if (!Bears(line.Kind, [.. line.Events.Select(e => own[e])]))
            {
                yield return $"'{line.Text}' rests on events that do not say so: {string.Join(", ", line.Events.Select(e => own[e].GetType().Name).Distinct())}";
            }
        }

        var claimed = lines.Where(l => l.Kind == "done").SelectMany(l => l.Events).ToHashSet();
        foreach (var task in workflow.State.Tasks.Where(t => lines.Count > 0 && t is { Status: WorkTaskStatus.Done, Executor: not null } && t.Task.ForEach is null))
        {
            if (!workflow.Events.Any(e => e.Event is DeliverableReviewed { Accepted: true } review && review.Task == task.Task.Id && claimed.Contains(e.Position)))
            {
                yield return $"{task.Task.Key} is done and the report does not say so";
            }
        }
    }

    /// <summary>Whether events can bear a claim of a kind: one of them has to say it, and of what something cost, all.</summary>
    private static bool Bears(string kind, ImmutableArray<WorkflowEvent> events) => kind switch
    {
        "done" => events.Any(e => e is DeliverableReviewed { Accepted: true } or AcceptanceChecked { Held: true } or GoalCompleted or CallSettled { Outcome: CallOutcome.Succeeded } or TaskExpanded { Children.IsEmpty: true }),
        "notDone" => events.Any(e => e is TaskFailed or GrantRevoked or DeliverableSubmitted or DeliverableReviewed { Accepted: false } or AcceptanceChecked { Held: false } or GoalFailed or GoalCancelled
            or CallDecided { Effect: Effect.Deny } or ApprovalDecided { Verdict: not ApprovalVerdict.Approved } or CallAnswered or CallStarted or CallChanged or PlanAdopted or PlanRevised or TaskAssigned or TaskReassigned or TaskExpanded),
        "waiting" => events.Any(e => e is ApprovalRequested or Escalated or LookAsked or TaskAssigned or AssignmentPutOff or TaskReassigned or CallChanged),
        "cost" => events.All(e => e is CallSettled { Cost: not null } or ModelReplied { Usage: not null } or ModelAsked { Low: not null } or CallStarted { Low: not null }),
        "saved" => events.Any(e => e is DeliverableReviewed { Accepted: true }),
        "shadow" => events.Any(e => e is CallDecided),
        _ => false,
    };
}

/// <summary>A line of a report.</summary>
/// <param name="Kind">In the contract's words.</param>
/// <param name="Text">For people.</param>
/// <param name="Events">Positions that it rests on.</param>
internal sealed record ReportedLine(string Kind, string Text, ImmutableArray<long> Events);
