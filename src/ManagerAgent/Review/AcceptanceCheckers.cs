using System.Globalization;

namespace AiManager.ManagerAgent;

/// <summary>Checks whether the contract is met, one acceptance check after the other.</summary>
internal sealed class AcceptanceCheckers(IToolGate gate, Reviewers reviewers)
{
    /// <summary>Makes the checks that this round lacks.</summary>
    public async Task CheckAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        if (Escalations.ModelGivenUp(session.State) is { } over)
        {
            await session.AppendAsync([over], [], Actor.Manager, cancellationToken);
            return;
        }

        var checks = session.State.Agreed!.Contract.Acceptance;
        var round = session.State.Acceptance.IsEmpty ? session.State.AcceptanceRound + 1 : session.State.AcceptanceRound;
        for (var index = session.State.Acceptance.Length; index < checks.Length; index++)
        {
            var check = checks[index];
            var made = check.Tool is null
                ? await JudgeAsync(check, index, round, session, cancellationToken)
                : await CallAsync(check, index, round, session, cancellationToken);
            if (made is null || await session.AppendAsync([made], [], Actor.System, cancellationToken) is not LogResult.Appended)
            {
                return;
            }
        }
    }

    /// <summary>Null while the call waits for somebody, and when the workflow was paused or ended before it could be made.</summary>
    private async Task<AcceptanceChecked?> CallAsync(AcceptanceCheck check, int index, int round, WorkflowSession session, CancellationToken cancellationToken)
    {
        var call = PrefixedId.Derive<CallId>(session.State.Id.Value, string.Create(CultureInfo.InvariantCulture, $"accept/{round}/{index}"));
        switch (await gate.CallAsync(new ToolCall(call, null, Actor.System, check.Tool!, check.Args, null), session, cancellationToken))
        {
            case CallResult.Settled { Outcome: CallOutcome.Succeeded } settled:
                var (holds, seen) = gate.Holds(check.Is!, check.Args, settled.Result);
                var words = holds ? WhenWords.Met(check.Tool!, check.Is!, check.Args, settled.Result) : WhenWords.Unmet(check.Tool!, check.Is!, check.Args, settled.Result);
                return new AcceptanceChecked(index, round, call, holds, words ?? (holds ? $"{check.Tool}: {check.Is}." : $"{check.Tool} does not show that {check.Is}: {seen}."));
            case CallResult.Settled settled:
                return new AcceptanceChecked(index, round, call, false, $"{check.Tool} could not be read: {settled.Result.Text}");
            case CallResult.Refused refused when session.State.Calls.GetValueOrDefault(call)?.Status == CallStatus.Refused:
                return new AcceptanceChecked(index, round, call, false, $"{check.Tool} may not be read: {refused.Reason}");
            default:
                return null;
        }
    }

    /// <summary>
    /// Null when nobody could judge; then a person has been asked, or the workflow was paused or ended first. Whoever did a task does not judge the goal.
    /// </summary>
    private async Task<AcceptanceChecked?> JudgeAsync(AcceptanceCheck check, int index, int round, WorkflowSession session, CancellationToken cancellationToken)
    {
        var context = ContextJson.Of(session.State);
        context["contract"] = check.Review;
        context["results"] = ContextJson.Results(session.State);
        var subject = string.Create(CultureInfo.InvariantCulture, $"accept/{round}/{index}");
        var doers = session.State.Tasks.SelectMany(t => t.Tried).ToHashSet();
        var judgement = await reviewers.AskAsync(subject, "Is this true of the results?", context, null, doers, session, cancellationToken);
        if (judgement is Judgement.Missing missing)
        {
            var question = Escalations.ModelAway(session.State, $"nobody could judge whether the goal is met: {missing.Reason}");
            await session.AppendAsync([question], [], Actor.Manager, cancellationToken);
        }

        return judgement is Judgement.Made made ? new AcceptanceChecked(index, round, null, made.Accepted, $"{made.Reviewer}: {string.Join(" ", made.Reasons)}") : null;
    }
}
