namespace AiManager.Evals;

/// <summary>
/// Grades what must hold of every case, whatever it is about. The judges read the events as they were written, one by one, and trust no fold: a fold passes over what may not
/// happen, and what it passes over is what they look for.
/// </summary>
internal static class LawGrades
{
    public static IEnumerable<Grade> Of(CaseEvidence evidence)
    {
        if (evidence.Audit is not null)
        {
            yield return Journal(evidence);
        }

        foreach (var grade in evidence.Workflows.SelectMany(Of).Concat(ReportLaw.Of(evidence)))
        {
            yield return grade;
        }
    }

    /// <summary>Of one workflow, whatever showed it. What there was no occasion for is not looked at: where nothing is called, no policy was kept.</summary>
    public static IEnumerable<Grade> Of(WorkflowRecord workflow) =>
    [
        Moves(workflow),
        .. workflow.Events.Any(e => e.Event is CallProposed or CallStarted) ? [PolicyLaw.Of(workflow)] : (Grade[])[],
        .. workflow.Events.Any(e => e.Event is CallStarted or CallTakenUp) ? [OnceLaw.Of(workflow)] : (Grade[])[],
        .. workflow.Events.Any(e => e.Event is DeliverableSubmitted or DeliverableReviewed or GoalCompleted) ? [EvidenceLaw.Of(workflow)] : (Grade[])[],
        .. LimitsLaw.Of(workflow),
    ];

    /// <summary>The journal verifies.</summary>
    public static Grade Journal(CaseEvidence evidence) =>
        Grade.Of(Aspects.Journal, evidence.Audit is null or { IsSound: true }, $"{evidence.Audit?.Fault} at {evidence.Audit?.Stream}/{evidence.Audit?.Seq}");

    /// <summary>Every event was a legal move where it stands.</summary>
    private static Grade Moves(WorkflowRecord workflow)
    {
        List<string> wrong = [];
        var state = WorkflowFold.Start(workflow.Id);
        foreach (var recorded in workflow.Events)
        {
            if (WorkflowFold.TryApply(state, recorded) is { } moved)
            {
                state = moved;
                continue;
            }

            wrong.Add($"{recorded.Event.GetType().Name} at {recorded.Seq} was no legal move");
            state = WorkflowFold.Apply(state, recorded);
        }

        return Grade.Of(Aspects.Journal, wrong);
    }
}
