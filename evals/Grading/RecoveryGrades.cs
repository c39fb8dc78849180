namespace AiManager.Evals;

/// <summary>Whether a case that was given trouble came out of it: it stands where somebody can name it, and nothing that cost or cannot simply be repeated was done once more on the way.</summary>
internal static class RecoveryGrades
{
    /// <summary>Nothing for a case in which nothing went wrong.</summary>
    public static IEnumerable<Grade> Of(EvalCase one, CaseEvidence evidence)
    {
        if (one.Trouble.IsEmpty && !one.Runs.Any(r => r is RunStep.Meanwhile or RunStep.Person))
        {
            yield break;
        }

        foreach (var workflow in evidence.Workflows)
        {
            yield return Grade.Of(Aspects.Recovery, IsNamed(workflow.State), $"it is {workflow.State.ShownStatus} and nobody has to do anything");
            yield return Grade.Of(Aspects.Recovery, Repeats(workflow).ToList());
        }
    }

    /// <summary>How often something was tried again: with feedback, by somebody else, by another plan.</summary>
    public static int Rungs(WorkflowRecord workflow) => workflow.Events.Count(e => e.Event is TaskRetried or TaskReassigned or PlanRevised);

    private static bool IsNamed(WorkflowState state) => state.IsFinal || state.ShownStatus == WorkflowStatus.Paused || (state.ShownStatus == WorkflowStatus.Waiting && (state.WaitsForPeople || !state.Deferred.IsEmpty));

    /// <summary>The same effect a second time, under another call: the same tool with the same arguments.</summary>
    private static IEnumerable<string> Repeats(WorkflowRecord workflow) => workflow.State.Calls.Values
        .Where(c => c is { Settled.Outcome: CallOutcome.Succeeded } and ({ Settled.Cost: not null } or { Started.Undo: not null } or { Started.IsRepeatable: false }))
        .GroupBy(c => (c.Proposed.Tool, c.Args.Text))
        .Where(g => g.Count() > 1)
        .Select(g => $"{g.Key.Tool} was made {g.Count()} times with {g.Key.Text}");
}
