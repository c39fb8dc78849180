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
        for (var race = 0; race < MostRaces;)
        {
            var unchanged = stops.Unchanged();
            var known = log.State.Calls.GetValueOrDefault(call.Call);
            var result = known?.Status switch
            {
                CallStatus.Succeeded or CallStatus.Failed => new CallResult.Settled(
                    known.Settled!.Outcome, call.Caller == Actor.System ? await results.WholeAsync(known.Settled, cancellationToken) : known.Settled.Result),
                CallStatus.Refused => new CallResult.Refused(known.Refusal ?? "It was refused."),
                CallStatus.Shadowed => new CallResult.Refused(ShadowWords.Of(known)),
                CallStatus.Asked or CallStatus.Deferred => new CallResult.Suspended(),
                CallStatus.Unknown => await CallRunner.AskAboutAsync(known, log, cancellationToken),
                CallStatus.Started => await runner.TakeUpAsync(known, log, cancellationToken),
                _ => await DecideAsync(call, known, log, cancellationToken),
            };
            if (result is not null)
            {
                return result;
            }

            race += stops.IsStillSo(unchanged) ? 0 : 1;
        }

        const string TooFast = "Its budgets fill up faster than it can be decided. Try later.";
        return await RefuseAsync(call, judge.Refuse(call, TooFast), approval: null, log, cancellationToken)
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
            .Select(t => new ToolDescription(t.Name, t.Info.Description, t.Info.Parameters)
            {
                IsReadOnly = t.Info.IsReadOnly,
                MaySpend = t.Money is not null || t.Info.Effect == EffectClass.Spend,
                MayAddress = t.Recipients is not null || t.Info.Effect == EffectClass.CommunicateOut,
            }),
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

        var unchanged = stops.Unchanged();
        if (await stops.HoldAsync(Name(call.Caller), call.Task, log, cancellationToken))
        {
            // Before anything is decided: a no would stay one when the suspension is lifted, and the agent would have heard it.
            return new CallResult.Suspended();
        }

        var args = known?.Wanted ?? CallArguments.Canonical(call.Args);
        if (known?.Edited is { } edited)
        {
            // A person wrote these; what the agent wrote is judged no more.
            call = call with { Args = edited.Args };
        }

        var approval = known is { Status: CallStatus.Approved, Approval: { } id } ? log.State.Approvals[id] : null;
        var judged = await judge.JudgeAsync(call, args, log.State, approval, cancellationToken);
        call = call with { Labels = judged.Labels };
        crash.Pass(CrashPoint.BeforeCallDecided, log.State.Id.ToString());
        if (approval is not null && Void(approval, judged) is { } reason)
        {
            return await RefuseAsync(call, judged.Refuse("The approval no longer stands: " + reason), approval, log, cancellationToken);
        }

        if (log.State.Shadow is not null && judged.Decided.Effect != Effect.Deny && !(judged.Tool!.Info.IsReadOnly && judged.Decided.Effect is Effect.Allow or Effect.Transform))
        {
            return await ShadowAsync(call, judged, log, cancellationToken);
        }

        return judged.Decided.Effect switch
        {
            Effect.Deny => await RefuseAsync(call, judged, approval: null, log, cancellationToken),
            Effect.Defer when !log.CanWait => await RefuseAsync(
                call, judged.Refuse("It would have to wait, and nothing is waited for here: " + judged.Decided.Reason), approval: null, log, cancellationToken),
            Effect.Defer when known?.Deferrals >= judged.Tries => await RefuseAsync(
                call, judged.Refuse($"It was put off {judged.Tries} times and is no nearer: {judged.Decided.Reason}"), approval: null, log, cancellationToken),
            Effect.Defer => await WaitAsync(call, judged, DeferralKind.Defer, judged.RetryAfter, log, cancellationToken),
            Effect.Ask when !log.CanWait => await RefuseAsync(
                call, judged.Refuse("It would need people's approval, and nobody is waited for here: " + judged.Decided.Reason), approval: null, log, cancellationToken),
            Effect.Ask when approval is null => await AskAsync(call, judged, log, cancellationToken),
            _ when Held(judged, known) is { } rest => log.CanWait
                ? await WaitAsync(call, judged, DeferralKind.Hold, rest, log, cancellationToken)
                : await RefuseAsync(call, judged.Refuse("It would be held back, and nothing is waited for here."), approval: null, log, cancellationToken),
            _ => await StartAsync(call, judged with { Guards = judged.Guards.Add(unchanged) }, approval, log, cancellationToken),
        };
    }

    /// <summary>How long a call is still held back; null when it is not, or not any more.</summary>
    private TimeSpan? Held(Judgement judged, CallState? known) =>
        judged.Decided.Obligations?.HoldSeconds is { } seconds && !(known is { HeldUntil: { } until } && known.Args == judged.Args && until <= time.GetUtcNow())
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Puts a call off: a due row wakes its workflow.</summary>
    private async Task<CallResult?> WaitAsync(ToolCall call, Judgement judged, DeferralKind kind, TimeSpan wait, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var deferred = new CallDeferred(call.Call, kind, EventHash.Cut(time.GetUtcNow() + wait));
        return await AppendAsync(call, judged, log, [deferred], cancellationToken) ? new CallResult.Suspended() : null;
    }

    /// <summary>In shadow: decided, written down, and not made.</summary>
    private async Task<CallResult?> ShadowAsync(ToolCall call, Judgement judged, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var cost = judged.Money is { } money ? new Money(money.ToString(CultureInfo.InvariantCulture), runner.Currency) : null;
        return await AppendAsync(call, judged, log, [new CallShadowed(call.Call, judged.Decided.Effect == Effect.Ask ? judged.Seats : [], cost)], cancellationToken)
            ? new CallResult.Refused(ShadowWords.Of(log.State.Calls[call.Call]))
            : null;
    }

    /// <summary>The decision, and what follows from it. False when something changed meanwhile.</summary>
    private static async Task<bool> AppendAsync(ToolCall call, Judgement judged, IWorkflowLog log, ImmutableArray<WorkflowEvent> next, CancellationToken cancellationToken)
    {
        if (await log.AppendAsync([.. Before(call, judged, log), judged.Decided, .. next], [], call.Caller, cancellationToken) is not LogResult.Appended)
        {
            return false;
        }

        GateTelemetry.Decided(judged.Decided.Effect);
        return true;
    }

    /// <summary>Starts a call that is allowed, or approved.</summary>
    private async Task<CallResult?> StartAsync(ToolCall call, Judgement judged, ApprovalState? approval, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var tool = judged.Tool!;
        var isRepeatable = tool.Info.IsReadOnly || tool.Info.IsIdempotent || await tool.Implementation.StoresKeysAsync(cancellationToken);
        var key = $"{log.State.Id}/{call.Task?.ToString() ?? "system"}/{call.Call}";
        var started = new CallStarted(call.Call, key, isRepeatable, judged.Reservations, approval?.Requested.Approval, tool.Info.IsReadOnly ? null : tool.Info.Undo, judged.Low, judged.After, tool.Info.IsReadOnly ? null : true);
        var guards = approval is null ? judged.Guards : judged.Guards.Add(new Guard.ApprovalUnused(approval.Requested.Approval));
        await runner.HoldAsync(tool, isRepeatable, log, cancellationToken);
        if (approval is not null)
        {
            crash.Pass(CrashPoint.WhileApprovalConsumed, log.State.Id.ToString());
        }

        var (intent, result) = await StartedIntent.IntentLedger.StartAsync(log, Before(call, judged, log), judged.Decided, started, guards, call.Caller, cancellationToken);
        if (intent is null)
        {
            await stops.CatchUpAsync(result, cancellationToken);
            return null;
        }

        GateTelemetry.Decided(judged.Decided.Effect);
        return await runner.RunAsync(intent, tool, log, cancellationToken);
    }

    private async Task<CallResult?> AskAsync(ToolCall call, Judgement judged, IWorkflowLog log, CancellationToken cancellationToken)
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
            judged.Args,
            judged.Decided.Facts,
            judged.Digest,
            judged.Decided.Rules,
            judged.AskingBudgets,
            UnmadeEdit.Of(state, call) is { } unmade ? $"{judged.Decided.Reason} {unmade}" : judged.Decided.Reason,
            judged.Seats,
            [state.Submitted!.Requester],
            expiresAt,
            ladder)
        {
            Preview = judged.Tool?.Preview is { } preview ? preview.Of(judged.Args, catalog.Find(preview.Tool)?.Info) : null,
        };
        (requested, var escalated) = judge.WithoutSteerers(requested, state);
        // Whoever wrote the arguments has not seen which other workflow is at their record.
        ImmutableArray<WorkflowEvent> agreed = judged.Decided.Rules.Contains(RecordDesk.Rule) ? [] : [.. judge.AgreedBefore(requested, state.Calls.GetValueOrDefault(call.Call))];
        if (!await AppendAsync(call, judged, log, [requested, .. escalated, .. agreed], cancellationToken))
        {
            return null;
        }

        crash.Pass(CrashPoint.AfterApprovalRequested, state.Id.ToString());

        // Where the one who wrote the arguments is all it takes, nobody is waited for.
        return log.State.Calls[call.Call].Status == CallStatus.Approved ? null : new CallResult.Suspended();
    }

    /// <summary>Writes a no down; with an approval, also that it is void.</summary>
    private static async Task<CallResult?> RefuseAsync(ToolCall call, Judgement judged, ApprovalState? approval, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var refused = judged.Decided;
        ImmutableArray<WorkflowEvent> events = approval is null
            ? [.. Before(call, judged, log), refused]
            : [new ApprovalDecided(approval.Requested.Approval, "system", "gate", ApprovalVerdict.Void, new PrivateText("system", refused.Reason)), .. Notices(call, judged, log), refused];
        if (await log.AppendAsync(events, [], call.Caller, cancellationToken) is not LogResult.Appended)
        {
            return null;
        }

        GateTelemetry.Decided(Effect.Deny);
        return new CallResult.Refused(refused.Reason);
    }

    /// <summary>What goes before a decision: the call's proposal when it is not in the journal yet, what rules made of it when that is new, and who is told.</summary>
    private static ImmutableArray<WorkflowEvent> Before(ToolCall call, Judgement judged, IWorkflowLog log)
    {
        var known = log.State.Calls.GetValueOrDefault(call.Call);
        var args = known?.Args ?? judged.Wanted;
        return
        [
            .. known is null ? [Proposal(call, args)] : Array.Empty<WorkflowEvent>(),
            .. judged.Args != args && known is not { Status: CallStatus.Approved } ? [new CallChanged(call.Call, judged.Args, judged.Changes, judged.FactsBefore)] : Array.Empty<WorkflowEvent>(),
            .. Notices(call, judged, log),
        ];
    }

    /// <summary>Where nobody is waited for (a monitor's read), there is no inbox either.</summary>
    private static ImmutableArray<WorkflowEvent> Notices(ToolCall call, Judgement judged, IWorkflowLog log) =>
        log.CanWait ? Looks.Notices(judged.Decided, Name(call.Caller), call.Tool, judged.Args, log.State) : [];

    private static CallProposed Proposal(ToolCall call, JsonText args) => new(call.Call, call.Task, Name(call.Caller), call.Tool, args, call.Labels);

    /// <summary>Why an approval does not stand any more: what it was for has changed, the answer is stricter, it takes other seats, or it would pass a budget that nobody was asked about. Null when it stands.</summary>
    private string? Void(ApprovalState approval, Judgement judged) =>
        time.GetUtcNow() >= approval.Requested.ExpiresAt + TimeSpan.FromSeconds(judged.Decided.Obligations?.HoldSeconds ?? 0) ? "its time has run out."
        : judged.Decided.Effect == Effect.Deny ? judged.Decided.Reason
        : approval.Requested.Digest != judged.Digest ? "the tool is not the one that was approved."
        : judged.BegunElsewhere.Any(w => !approval.Requested.Reason.Contains(w.ToString(), StringComparison.Ordinal))
            || (judged.Decided.Rules.Contains(RecordDesk.Rule) && !approval.Requested.Rules.Contains(RecordDesk.Rule)) ? "whoever agreed did not know of it: " + judged.Decided.Reason
        : judged.Decided.Effect == Effect.Ask && judged.Seats.Any(s => approval.Filled.Count(f => f.Role == s.Role) < s.Count) ? "it takes other people's approval now."
        : judged.Decided.Effect == Effect.Ask && judged.Ladder.Order.Any(o => !WasFirst(approval, o)) ? "it takes the same people in another order now."
        : judged.AskingBudgets.FirstOrDefault(b => !approval.Requested.Budgets.Contains(b)) is { } unnamed ? $"whoever agreed was not asked about the budget '{unnamed}': {judged.Decided.Reason}"
        : null;

    private static bool WasFirst(ApprovalState approval, SeatOrder order)
    {
        var roles = approval.Filled.Select(f => f.Role).ToList();
        return !roles.Contains(order.Then) || roles.LastIndexOf(order.First) < roles.IndexOf(order.Then);
    }

    private static string Name(Actor caller) => caller.AgentName ?? caller.Value;
}
