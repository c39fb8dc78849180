namespace AiManager.Domain;

/// <summary>A call's way from proposed to settled, and what it costs.</summary>
internal static class CallFold
{
    public static WorkflowState? Apply(WorkflowState state, Recorded recorded)
    {
        if (recorded.Event is CallProposed proposed)
        {
            return Propose(state, proposed, recorded.Seq);
        }

        if (!state.Calls.TryGetValue(CallOf(recorded.Event), out var call)
            || CallLifecycle.Next(call.Status, recorded.Event) is not { } status
            || recorded.Event is CallStarted start && !MayStart(state, call, start)
            || recorded.Event is CallChanged { Edit: { } edit } && !MayEdit(state, call, edit)
            || recorded.Event is CallAnswered given && (call.Approval != given.Approval || call.Answer is not null || state.Approvals[given.Approval].Verdict != ApprovalVerdict.Responded)
            || recorded.Event is CallShadowed && (state.Shadow is null || call.Decided is null)
            || recorded.Event is CallSettled { Cost: { } cost } && !cost.TryRead(out _)
            || recorded.Event is CallEndedLate told && (told.Start > call.StartedSeq || call.Late.Any(l => l.Start == told.Start)))
        {
            return null;
        }

        // What was approved before it was held back still is.
        if (recorded.Event is DeferralEnded && call.Approval is { } held && state.Approvals[held] is { Verdict: ApprovalVerdict.Approved, IsUsed: false })
        {
            status = CallStatus.Approved;
        }

        var moved = recorded.Event switch
        {
            CallDecided decided => call with
            {
                Decided = decided,
                Decisions = call.Decisions + 1,
                Refusal = decided.Effect == Effect.Deny ? decided.Reason : null,
            },
            CallStarted started => call with { Started = Reuse(call, started), StartedSeq = recorded.Seq, StartedAt = recorded.At },
            CallSettled settled => call with { Settled = settled, WasUnknown = call.WasUnknown || settled.Outcome == CallOutcome.Unknown },
            CallEndedLate late => call with { Late = call.Late.Add(late) },
            CallChanged changed => call with { Changed = changed, Edited = changed.Edit is null ? call.Edited : changed, HeldUntil = null },
            CallDeferred deferred => call with
            {
                Deferred = deferred,
                Deferrals = call.Deferrals + (deferred.Kind == DeferralKind.Defer ? 1 : 0),
                HeldUntil = deferred.Kind == DeferralKind.Hold ? deferred.Until : call.HeldUntil,
            },
            DeferralEnded => call with { Deferred = null },
            CallAnswered answered => call with { Answer = answered },
            CallShadowed shadowed => call with { Shadowed = shadowed },
            _ => call,
        };
        var next = state with { Calls = state.Calls.SetItem(call.Proposed.Call, moved with { Status = status, Seqs = call.Seqs.Add(recorded.Seq) }) };
        next = recorded.Event switch
        {
            CallStarted started => Start(next, call, started),
            CallSettled settled => Settle(next, call, settled),
            CallDeferred deferred => next with { Deferred = next.Deferred.Add(deferred.Call) },
            DeferralEnded ended => next with { Deferred = next.Deferred.Remove(ended.Call) },
            CallDecided { Records: not null } decided => next with { Changing = next.Changing.Add(decided.Call) },
            _ => next,
        };
        var (was, isNow) = (IsUnderWay(call.Status), IsUnderWay(status));
        if (was != isNow)
        {
            next = next with { UnderWay = isNow ? next.UnderWay.Add(call.Proposed.Call) : next.UnderWay.Remove(call.Proposed.Call) };
        }

        return TaskFold.FollowCalls(next, call.Proposed.Task);
    }

    private static bool IsUnderWay(CallStatus status) => status is CallStatus.Started or CallStatus.Unknown;

    /// <summary>
    /// No effect without a decision: a start needs an allow (as proposed, or as changed), or an ask with an approval that was granted for this call and not used;
    /// a start of an unknown call needs a person who said <c>again</c>. What is no longer wanted does not start.
    /// </summary>
    private static bool MayStart(WorkflowState state, CallState call, CallStarted started)
    {
        if (call.Proposed.Task is { } id && state.Task(id) is { IsFinal: true })
        {
            return false;
        }

        if (started.After is { } after && CallHistory.LastStart(state) != after && call.Started is null)
        {
            return false;
        }

        if (call.Status == CallStatus.Unknown)
        {
            return state.LastEscalationOf(call) is { Choice: WorkflowState.Again };
        }

        if (started.Approval is { } approval)
        {
            return state.Approvals.TryGetValue(approval, out var found)
                && found is { Verdict: ApprovalVerdict.Approved, IsUsed: false }
                && found.Requested.Call == started.Call
                && call.Decided is { Effect: not (Effect.Deny or Effect.Defer) };
        }

        return call.Decided is { Effect: Effect.Allow or Effect.Transform };
    }

    /// <summary>A person changes a call once for each time that they are asked, and in no other way than by ending what they are asked with it.</summary>
    private static bool MayEdit(WorkflowState state, CallState call, ArgumentEdit edit) =>
        call.Approval == edit.Approval
        && call.Edited?.Edit?.Approval != edit.Approval
        && state.Approvals[edit.Approval] is { Verdict: ApprovalVerdict.Edited } ended && ended.By == edit.By;

    /// <summary>A call that is sent again goes under what was set aside for it the first time.</summary>
    private static CallStarted Reuse(CallState call, CallStarted started) => call.Started is { } first ? started with { Reserved = first.Reserved, Approval = first.Approval } : started;

    private static WorkflowState? Propose(WorkflowState state, CallProposed proposed, int seq)
    {
        if (state.Calls.ContainsKey(proposed.Call))
        {
            return null;
        }

        var next = state with { Calls = state.Calls.Add(proposed.Call, new CallState(proposed, CallStatus.Proposed) { Seqs = [seq] }) };
        return proposed.Task is { } id && next.Task(id) is { } task
            ? TaskFold.Replace(next, task, task with { Calls = task.Calls.Add(proposed.Call) })
            : next;
    }

    private static WorkflowState Start(WorkflowState state, CallState before, CallStarted started)
    {
        // Sent again after nobody knew: what was set aside the first time still is.
        if (before.Started is not null)
        {
            return state;
        }

        if (started.Approval is { } used && state.Approvals.TryGetValue(used, out var approval))
        {
            state = state with { Approvals = state.Approvals.SetItem(used, approval with { IsUsed = true }) };
        }

        return state with { Spend = state.Spend.Reserve(MoneyOf(started.Reserved)) };
    }

    private static WorkflowState Settle(WorkflowState state, CallState before, CallSettled settled)
    {
        // An unknown call keeps what it reserved: the effect may have happened.
        if (settled.Outcome == CallOutcome.Unknown)
        {
            return state;
        }

        decimal? cost = settled.Cost is { } money && money.TryRead(out var amount) ? amount : null;
        return state with { Spend = state.Spend.Release(MoneyOf(before.Started!.Reserved)).Pay(new Amounts(Money: cost), settled.Cost?.Currency) };
    }

    /// <summary>The same money is set aside in several ledgers; it counts once.</summary>
    private static decimal MoneyOf(IEnumerable<Reservation> reserved) => Math.Max(0, reserved.Max(r => r.Amounts.Money) ?? 0);

    private static CallId CallOf(WorkflowEvent fact) => fact switch
    {
        CallDecided e => e.Call,
        CallStarted e => e.Call,
        CallTakenUp e => e.Call,
        CallSettled e => e.Call,
        CallEndedLate e => e.Call,
        CallChanged e => e.Call,
        CallDeferred e => e.Call,
        DeferralEnded e => e.Call,
        CallShadowed e => e.Call,
        CallAnswered e => e.Call,
        _ => default,
    };
}
