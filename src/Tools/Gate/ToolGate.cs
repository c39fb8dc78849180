using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// The only way to a tool. Decides on what is true now, puts decision and intent on disk in one append, and only then calls. Taken up again with the
/// same call after a crash or an approval, it goes on from what the journal says.
/// </summary>
internal sealed class ToolGate(Catalog catalog, CallJudge judge, CallRunner runner, StopList stops, Results results, ICrashPoints crash, TimeProvider time) : IToolGate
{
    /// <summary>How often a call is looked at anew because ledgers or the workflow changed between the look and the append.</summary>
    private const int MostRaces = 8;

    /// <inheritdoc/>
    public async Task<CallResult> CallAsync(ToolCall call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        using var span = GateTelemetry.StartGate(call, catalog.Find(call.Tool), log);
        var result = await TakeAsync(call, log, cancellationToken);
        span.Passed(result);
        return result;
    }

    private async Task<CallResult> TakeAsync(ToolCall call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MostRaces; race++)
        {
            var known = log.State.Calls.GetValueOrDefault(call.Call);
            var result = known?.Status switch
            {
                CallStatus.Succeeded or CallStatus.Failed => new CallResult.Settled(
                    known.Settled!.Outcome, call.Caller == Actor.System ? await results.WholeAsync(known.Settled, cancellationToken) : known.Settled.Result),
                CallStatus.Refused => new CallResult.Refused(known.Refusal ?? "It was refused."),
                CallStatus.Asked => new CallResult.Suspended(),
                CallStatus.Unknown => await CallRunner.AskAboutAsync(known, log, cancellationToken),
                CallStatus.Started => await runner.TakeUpAsync(known, log, cancellationToken),
                _ => await DecideAsync(call, known, log, cancellationToken),
            };
            if (result is not null)
            {
                return result;
            }
        }

        const string TooFast = "Its budgets fill up faster than it can be decided. Try later.";
        return await RefuseAsync(call, CallArguments.Canonical(call.Args), judge.Refuse(call, TooFast).Decided, approval: null, log, cancellationToken)
            ?? new CallResult.Refused(TooFast);
    }

    /// <inheritdoc/>
    public Task<CallResult> ResolveUnknownAsync(EscalationId escalation, IWorkflowLog log, CancellationToken cancellationToken) =>
        log.State.Escalations.TryGetValue(escalation, out var answered) && answered is { Raised.Call: { } id, Choice: { } choice }
            && log.State.Calls.TryGetValue(id, out var call) && call.Status == CallStatus.Unknown
            && log.State.LastEscalationOf(call) is { } last && last.Raised.Escalation == escalation
            ? runner.ResolveAsync(call, choice, answered.By ?? Actor.System, log, cancellationToken)
            : Task.FromResult<CallResult>(new CallResult.Suspended());

    /// <inheritdoc/>
    public ImmutableArray<ToolDescription> Describe(IEnumerable<string> names) =>
    [
        .. names.Select(catalog.Find).OfType<Tool>()
            .Where(t => stops.WhyNot(t.Name) is null)
            .Select(t => new ToolDescription(t.Name, t.Info.Description, t.Info.Parameters)),
    ];

    /// <inheritdoc/>
    public (bool Holds, string Seen) Holds(string condition, JsonText args, JsonText result) => ResultCondition.Holds(condition, args, result);

    /// <summary>Steps 1 to 8. Null: something changed meanwhile, look again.</summary>
    private async Task<CallResult?> DecideAsync(ToolCall call, CallState? known, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (log.State.IsFinal)
        {
            return new CallResult.Refused("The goal is over.");
        }

        if (log.State.Status == WorkflowStatus.Paused)
        {
            return new CallResult.Suspended();
        }

        var args = known?.Proposed.Args ?? CallArguments.Canonical(call.Args);
        var approval = known is { Status: CallStatus.Approved, Approval: { } id } ? log.State.Approvals[id] : null;
        var judged = await judge.JudgeAsync(call, args, log.State, approval, cancellationToken);
        call = call with { Labels = judged.Labels };
        crash.Pass(CrashPoint.BeforeCallDecided, log.State.Id.ToString());
        if (approval is not null && Void(approval, judged) is { } reason)
        {
            return await RefuseAsync(
                call, args, judged.Decided with { Effect = Effect.Deny, Reason = "The approval no longer stands: " + reason }, approval, log, cancellationToken);
        }

        return judged.Decided.Effect switch
        {
            Effect.Deny => await RefuseAsync(call, args, judged.Decided, approval: null, log, cancellationToken),
            Effect.Ask when !log.CanWait => await RefuseAsync(
                call, args, judged.Decided with { Effect = Effect.Deny, Reason = "It would need people's approval, and nobody is waited for here: " + judged.Decided.Reason }, approval: null, log, cancellationToken),
            Effect.Ask when approval is null => await AskAsync(call, args, judged, log, cancellationToken),
            _ => await StartAsync(call, args, judged, approval, log, cancellationToken),
        };
    }

    /// <summary>Starts a call that is allowed, or approved.</summary>
    private async Task<CallResult?> StartAsync(ToolCall call, JsonText args, Judgement judged, ApprovalState? approval, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var tool = judged.Tool!;
        var isRepeatable = tool.Info.IsReadOnly || tool.Info.IsIdempotent || await tool.Implementation.StoresKeysAsync(cancellationToken);
        var key = $"{log.State.Id}/{call.Task?.ToString() ?? "system"}/{call.Call}";
        var started = new CallStarted(call.Call, key, isRepeatable, judged.Reservations, approval?.Requested.Approval, tool.Info.IsReadOnly ? null : tool.Info.Undo);
        var guards = approval is null ? judged.Guards : judged.Guards.Add(new Guard.ApprovalUnused(approval.Requested.Approval));
        await runner.HoldAsync(tool, isRepeatable, log, cancellationToken);
        if (approval is not null)
        {
            crash.Pass(CrashPoint.WhileApprovalConsumed, log.State.Id.ToString());
        }

        var proposed = log.State.Calls.GetValueOrDefault(call.Call)?.Proposed ?? Proposal(call, args);
        var (intent, _) = await StartedIntent.IntentLedger.StartAsync(log, proposed, judged.Decided, started, guards, call.Caller, cancellationToken);
        if (intent is null)
        {
            return null;
        }

        GateTelemetry.Decided(judged.Decided.Effect);
        return await runner.RunAsync(intent, tool, log, cancellationToken);
    }

    private async Task<CallResult?> AskAsync(ToolCall call, JsonText args, Judgement judged, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var state = log.State;
        var number = ((state.Calls.GetValueOrDefault(call.Call)?.ApprovalsAsked ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
        var (expiresAt, ladder) = judged.Ladder.Begin(time.GetUtcNow());
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
            [state.Submitted!.Requester],
            expiresAt,
            ladder);
        if (await log.AppendAsync(Events(call, args, state, judged.Decided, requested), [], call.Caller, cancellationToken) is not LogResult.Appended)
        {
            return null;
        }

        GateTelemetry.Decided(Effect.Ask);
        crash.Pass(CrashPoint.AfterApprovalRequested, state.Id.ToString());
        return new CallResult.Suspended();
    }

    /// <summary>Writes a no down; with an approval, also that it is void.</summary>
    private static async Task<CallResult?> RefuseAsync(
        ToolCall call, JsonText args, CallDecided refused, ApprovalState? approval, IWorkflowLog log, CancellationToken cancellationToken)
    {
        ImmutableArray<WorkflowEvent> events = approval is null
            ? Events(call, args, log.State, refused)
            : [new ApprovalDecided(approval.Requested.Approval, "system", "gate", ApprovalVerdict.Void, new PrivateText("system", refused.Reason)), refused];
        if (await log.AppendAsync(events, [], call.Caller, cancellationToken) is not LogResult.Appended)
        {
            return null;
        }

        GateTelemetry.Decided(Effect.Deny);
        return new CallResult.Refused(refused.Reason);
    }

    /// <summary>The call's proposal goes first when it is not in the journal yet.</summary>
    private static ImmutableArray<WorkflowEvent> Events(ToolCall call, JsonText args, WorkflowState state, params ReadOnlySpan<WorkflowEvent> events) =>
        state.Calls.ContainsKey(call.Call) ? [.. events] : [Proposal(call, args), .. events];

    private static CallProposed Proposal(ToolCall call, JsonText args) => new(call.Call, call.Task, Name(call.Caller), call.Tool, args, call.Labels);

    /// <summary>Why an approval does not stand any more: what it was for has changed, the answer is stricter, or it takes other seats. Null when it stands.</summary>
    private static string? Void(ApprovalState approval, Judgement judged) =>
        judged.Decided.Effect == Effect.Deny ? judged.Decided.Reason
        : approval.Requested.Digest != judged.Digest ? "the tool is not the one that was approved."
        : judged.Decided.Effect == Effect.Ask && judged.Seats.Any(s => approval.Filled.Count(f => f.Role == s.Role) < s.Count) ? "it takes other people's approval now."
        : null;

    private static string Name(Actor caller) => caller.AgentName ?? caller.Value;
}
