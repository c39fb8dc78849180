using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// The only way to a tool. Decides on what is true now, puts decision and intent on disk in one append, and only then calls. Taken up again with the
/// same call after a crash or an approval, it goes on from what the journal says.
/// </summary>
internal sealed class ToolGate(Catalog catalog, CallJudge judge, CallRunner runner, ICrashPoints crash, TimeProvider time) : IToolGate
{
    /// <summary>Times that a budget may fill up, or an approval be used, between the look at it and the start.</summary>
    private const int MostRaces = 8;

    /// <inheritdoc/>
    public async Task<CallResult> CallAsync(ToolCall call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var known = log.State.Calls.GetValueOrDefault(call.Call);
        return known?.Status switch
        {
            CallStatus.Succeeded or CallStatus.Failed => new CallResult.Settled(known.Settled!.Outcome, known.Settled.Result),
            CallStatus.Refused => new CallResult.Refused(known.Refusal ?? "It was refused."),
            CallStatus.Asked => new CallResult.Suspended(),
            CallStatus.Unknown => await CallRunner.AskAboutAsync(known, log, cancellationToken),
            CallStatus.Started => await runner.TakeUpAsync(known, catalog.Find(known.Proposed.Tool), log, cancellationToken),
            _ => await DecideAsync(call, known, log, cancellationToken),
        };
    }

    /// <inheritdoc/>
    public Task<CallResult> ResolveUnknownAsync(EscalationId escalation, IWorkflowLog log, CancellationToken cancellationToken) =>
        log.State.Escalations.TryGetValue(escalation, out var answered) && answered is { Raised.Call: { } id, Choice: { } choice }
            && log.State.Calls.TryGetValue(id, out var call) && call.Status == CallStatus.Unknown
            ? runner.ResolveAsync(call, catalog.Find(call.Proposed.Tool), choice, answered.By ?? Actor.System, log, cancellationToken)
            : Task.FromResult<CallResult>(new CallResult.Suspended());

    /// <inheritdoc/>
    public ImmutableArray<ToolDescription> Describe(IEnumerable<string> names) =>
        [.. names.Select(catalog.Find).OfType<Tool>().Select(t => new ToolDescription(t.Name, t.Info.Description, t.Info.Parameters))];

    /// <inheritdoc/>
    public (bool Holds, string Seen) Holds(string condition, JsonText args, JsonText result) => ResultCondition.Holds(condition, args, result);

    private async Task<CallResult> DecideAsync(ToolCall call, CallState? known, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var args = known?.Proposed.Args ?? Canonical(call.Args);
        for (var race = 0; race < MostRaces; race++)
        {
            known = log.State.Calls.GetValueOrDefault(call.Call);
            var approval = known is { Status: CallStatus.Approved, Approval: { } id } ? log.State.Approvals[id] : null;
            var judged = await judge.JudgeAsync(call, args, log.State, approval, cancellationToken);
            crash.Pass(CrashPoint.BeforeCallDecided, log.State.Id.ToString());
            ImmutableArray<WorkflowEvent> proposal = known is null ? [new CallProposed(call.Call, call.Task, Name(call.Caller), call.Tool, args, [])] : [];
            if (approval is not null && Void(approval, judged) is { } reason)
            {
                return await VoidAsync(call, approval, judged, reason, log, cancellationToken);
            }

            if (judged.Decided.Effect == Effect.Deny)
            {
                return await RefuseAsync(call, proposal.Add(judged.Decided), judged.Decided.Reason, log, cancellationToken);
            }

            if (judged.Decided.Effect == Effect.Ask && approval is null)
            {
                return await AskAsync(call, args, known, proposal, judged, log, cancellationToken);
            }

            if (await StartAsync(call, args, proposal, judged, approval, log, cancellationToken) is { } result)
            {
                return result;
            }
        }

        return new CallResult.Refused("Its budget filled up again and again while it was being decided. Try later.");
    }

    /// <summary>Starts a call that is allowed, or approved. Null when a guard did not hold: then decide again.</summary>
    private async Task<CallResult?> StartAsync(
        ToolCall call, JsonText args, ImmutableArray<WorkflowEvent> proposal, Judgement judged, ApprovalState? approval, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var tool = judged.Tool!;
        var isRepeatable = tool.Info.IsReadOnly || tool.Info.IsIdempotent || await tool.Implementation.StoresKeysAsync(cancellationToken);
        var key = $"{log.State.Id}/{call.Task?.ToString() ?? "system"}/{call.Call}";
        var started = new CallStarted(call.Call, key, isRepeatable, judged.Reservations, approval?.Requested.Approval, tool.Info.IsReadOnly ? null : tool.Info.Undo);
        var guards = approval is null ? judged.Guards : judged.Guards.Add(new Guard.ApprovalUnused(approval.Requested.Approval));
        var decision = proposal.Add(judged.Decided);
        if (approval is not null)
        {
            crash.Pass(CrashPoint.WhileApprovalConsumed, log.State.Id.ToString());
        }

        var proposed = new CallProposed(call.Call, call.Task, Name(call.Caller), call.Tool, args, []);
        var (intent, result) = await StartedIntent.IntentLedger.StartAsync(log, proposed, decision, started, guards, call.Caller, isResumed: false, cancellationToken);
        return (intent, result) switch
        {
            ({ } ready, _) => await runner.RunAsync(ready, tool, log, cancellationToken),
            (_, LogResult.Refused { Guard: Guard.ApprovalUnused }) => new CallResult.Refused("The approval has been used."),
            (_, LogResult.Refused) => null,
            _ => new CallResult.Refused("The workflow has moved on."),
        };
    }

    private async Task<CallResult> AskAsync(
        ToolCall call, JsonText args, CallState? known, ImmutableArray<WorkflowEvent> proposal, Judgement judged, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var number = ((known?.ApprovalsAsked ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
        var requested = new ApprovalRequested(
            PrefixedId.Derive<ApprovalId>(call.Call.Value, number),
            call.Call,
            call.Task,
            Name(call.Caller),
            call.Tool,
            args,
            judged.Decided.Facts,
            judged.Digest,
            judged.Decided.Rules,
            judged.AskingBudgets,
            judged.Decided.Reason,
            judged.Seats,
            [log.State.Submitted!.Requester],
            EventHash.Cut(time.GetUtcNow() + judged.ExpiresAfter));
        if (await log.AppendAsync(proposal.Add(judged.Decided).Add(requested), [], call.Caller, cancellationToken) is not LogResult.Appended)
        {
            return new CallResult.Refused("The workflow has moved on.");
        }

        crash.Pass(CrashPoint.AfterApprovalRequested, log.State.Id.ToString());
        return new CallResult.Suspended();
    }

    private static async Task<CallResult> RefuseAsync(ToolCall call, ImmutableArray<WorkflowEvent> events, string reason, IWorkflowLog log, CancellationToken cancellationToken)
    {
        await log.AppendAsync(events, [], call.Caller, cancellationToken);
        return new CallResult.Refused(reason);
    }

    private static async Task<CallResult> VoidAsync(
        ToolCall call, ApprovalState approval, Judgement judged, string reason, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var words = new PrivateText("system", reason);
        var refused = judged.Decided with { Effect = Effect.Deny, Reason = "The approval no longer stands: " + reason };
        await log.AppendAsync(
            [new ApprovalDecided(approval.Requested.Approval, "system", "gate", ApprovalVerdict.Void, words), refused], [], call.Caller, cancellationToken);
        return new CallResult.Refused(refused.Reason);
    }

    /// <summary>Why an approval does not stand any more: what it was for has changed, the answer is stricter, or it takes other seats. Null when it stands.</summary>
    private static string? Void(ApprovalState approval, Judgement judged) =>
        judged.Decided.Effect == Effect.Deny ? judged.Decided.Reason
        : approval.Requested.Digest != judged.Digest ? "the tool is not the one that was approved."
        : judged.Decided.Effect == Effect.Ask && judged.Seats.Any(s => approval.Filled.Count(f => f.Role == s.Role) < s.Count) ? "it takes other people's approval now."
        : null;

    /// <summary>Arguments that are no JSON object stay as they were written: the schema will say so.</summary>
    private static JsonText Canonical(JsonText args) => CanonicalJson.Of(args);

    private static string Name(Actor caller) => caller.AgentName ?? caller.Value;
}
