using System.Globalization;

namespace AiManager.ManagerAgent;

/// <summary>What the manager puts before a person, and what came back.</summary>
internal static class Escalations
{
    /// <summary>Who answers where nothing else is said.</summary>
    public const string DefaultRole = "operator";

    /// <summary>How many escalations of a kind have been answered: a new round of the same question needs a new name.</summary>
    public static int Answered(WorkflowState state, EscalationKind kind) => state.Escalations.Values.Count(e => e.Raised.Kind == kind && e.Choice is not null);

    /// <summary>The goal ends: nothing here can plan it.</summary>
    public static GoalFailed NoModelFits(string reason) => new(
        GoalFailure.NoScript,
        $"No script or model fits this goal. Connect a model to pursue any goal: set AIMANAGER_MODEL_URL and AIMANAGER_MODEL (and AIMANAGER_MODEL_KEY), or 'model' in company.yaml. ({reason})");

    /// <summary>A model that the manager needs cannot be used, or its replies cannot: a person decides, or fixes it and says so.</summary>
    public static Escalated ModelAway(WorkflowState state, string reason) => new(
        ModelId(state, Answered(state, EscalationKind.Model)),
        EscalationKind.Model,
        null,
        null,
        $"The manager cannot go on without its model: {Ended(reason)} Try again, or give up?",
        ["retry", "giveUp"],
        DefaultRole,
        null);

    /// <summary>The goal's end, when the last answer about the manager's model was to give up; else null.</summary>
    public static GoalFailed? ModelGivenUp(WorkflowState state) =>
        state.Escalations.GetValueOrDefault(ModelId(state, Answered(state, EscalationKind.Model) - 1)) is { Choice: "giveUp" } answered
            ? new GoalFailed(GoalFailure.GivenUp, $"{answered.By} gave it up: the manager's model could not be used.")
            : null;

    /// <summary>A person's answer to leave one of these calls as it is, unknown for ever; null when there is none.</summary>
    public static EscalationState? GivenUpCall(WorkflowState state, IEnumerable<CallId> calls) => state.Escalations.Values.FirstOrDefault(e =>
        e is { Choice: "giveUp", Raised: { Kind: EscalationKind.UnknownCall, Call: { } call } } && calls.Contains(call));

    /// <summary>The escalation about a blocked task at its present rung; the same state gives the same one.</summary>
    public static Escalated Blocked(WorkflowState state, TaskState task) => new(
        BlockedId(task),
        EscalationKind.BlockedTask,
        task.Task.Id,
        null,
        $"The task '{task.Task.Title}' cannot go on: {Ended(task.Reason)}{EffectWords.After(state, task)} Try again, skip it, or give up?",
        ["retry", "skip", "giveUp"],
        DefaultRole,
        null);

    /// <summary>Its id.</summary>
    public static EscalationId BlockedId(TaskState task) => PrefixedId.Derive<EscalationId>(
        task.Task.Id.Value, string.Create(CultureInfo.InvariantCulture, $"blocked/{task.Assignment}/{task.Retries}"));

    /// <summary>Other terms than were agreed, put before whoever may agree to them.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="upto">The message that wants them, counted from 1.</param>
    /// <param name="after">The contract as it would be.</param>
    public static Escalated ContractChange(WorkflowState state, int upto, Contract after) => new(
        PrefixedId.Derive<EscalationId>(state.Id.Value, string.Create(CultureInfo.InvariantCulture, $"contract/{upto}")),
        EscalationKind.ContractChange,
        null,
        null,
        $"A message wants something else than was agreed. {Difference(state.Agreed!.Contract, after)}{Replanner.Done(state)} Agree to that, or keep what was agreed?",
        [SteeringFold.Agree, SteeringFold.Keep],
        DefaultRole,
        null);

    /// <summary>The escalation about a goal whose acceptance does not hold.</summary>
    public static Escalated Unmet(WorkflowState state) => new(
        UnmetId(state),
        EscalationKind.UnmetGoal,
        null,
        null,
        "All tasks have ended and the goal is not met: " + Why(state) + " Accept it as it is, try again, or give up?",
        ["accept", "retry", "giveUp"],
        DefaultRole,
        null);

    /// <summary>Its id.</summary>
    public static EscalationId UnmetId(WorkflowState state) => PrefixedId.Derive<EscalationId>(
        state.Id.Value, string.Create(CultureInfo.InvariantCulture, $"unmet/{state.PlanVersion}/{state.AcceptanceRound}"));

    /// <summary>What keeps a goal from being met, in words.</summary>
    public static string Why(WorkflowState state)
    {
        var unmet = state.Acceptance.Where(a => !a.Held).Select(a => a.Reason)
            .Concat(state.Tasks.Where(t => t.Status == WorkTaskStatus.Failed && state.IsInForce(t)).Select(t => $"'{t.Task.Title}' failed: {(EffectWords.After(state, t) is { Length: > 0 } done ? Ended(t.Reason) + done : t.Reason)}"));
        return string.Join(" ", unmet);
    }

    private static string Difference(Contract before, Contract after)
    {
        var outcome = before.Outcome == after.Outcome ? string.Empty : $"The outcome would be: {Ended(after.Outcome)}";
        var added = after.Constraints.Except(before.Constraints).Select(c => $"'{c}'").ToList();
        var gone = before.Constraints.Except(after.Constraints).Select(c => $"'{c}'").ToList();
        return string.Join(' ', new[]
        {
            outcome,
            added.Count == 0 ? string.Empty : $"It would hold besides: {string.Join("; ", added)}.",
            gone.Count == 0 ? string.Empty : $"It would hold no more: {string.Join("; ", gone)}.",
        }.Where(s => s.Length > 0));
    }

    /// <summary>Words from anywhere as a sentence that another one can follow.</summary>
    private static string Ended(string? words) => words?.TrimEnd() is not { Length: > 0 } text ? string.Empty : text[^1] is '.' or '!' or '?' or '…' ? text : text + ".";

    private static EscalationId ModelId(WorkflowState state, int round) =>
        PrefixedId.Derive<EscalationId>(state.Id.Value, "model/" + round.ToString(CultureInfo.InvariantCulture));
}
