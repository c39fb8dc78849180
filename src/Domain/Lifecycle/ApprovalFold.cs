namespace AiManager.Domain;

/// <summary>Approvals: asked, seats filled one by one, decided once.</summary>
internal static class ApprovalFold
{
    public static WorkflowState? Apply(WorkflowState state, Recorded recorded) => recorded.Event switch
    {
        ApprovalRequested requested => Request(state, requested, recorded),
        SeatFilled filled => Fill(state, filled, recorded.At),
        ApprovalDecided decided => Decide(state, decided, recorded),
        StandingSettled settled => state.Approvals.TryGetValue(settled.Approval, out var wanted) && wanted.WantsStanding
            ? state with { Approvals = state.Approvals.SetItem(settled.Approval, wanted with { Standing = settled }) }
            : null,
        ApprovalReminded reminded => Climb(
            state, reminded.Approval, a => a.RemindedAt is null && a.Requested.Ladder?.RemindAt is not null ? a with { RemindedAt = recorded.At } : null),
        StandInsAdmitted admitted => Climb(
            state,
            admitted.Approval,
            a => a.StandInsAdmittedAt is null && a.Requested.Ladder?.StandInsAt is not null && !admitted.StandIns.Any(s => a.IsExcluded(s.Person) || a.IsExcluded(s.For))
                ? a with { StandInsAdmittedAt = recorded.At, StandIns = admitted.StandIns }
                : null),
        ApprovalEscalated escalated => Climb(
            state,
            escalated.Approval,
            a => !a.EscalatedTo.Contains(escalated.Role) && a.Requested.Ladder?.Escalations.Any(e => e.To == escalated.Role) == true
                ? a with { EscalatedTo = a.EscalatedTo.Add(escalated.Role) }
                : null),
        _ => null,
    };

    private static WorkflowState? Request(WorkflowState state, ApprovalRequested requested, Recorded recorded)
    {
        if (state.Approvals.ContainsKey(requested.Approval)
            || !state.Calls.TryGetValue(requested.Call, out var call)
            || CallLifecycle.Next(call.Status, requested) is not { } status)
        {
            return null;
        }

        return TaskFold.FollowCalls(
            state with
            {
                Approvals = state.Approvals.Add(requested.Approval, new ApprovalState(requested) { RequestedAt = recorded.At }),
                Calls = state.Calls.SetItem(requested.Call, call with
                {
                    Status = status,
                    Approval = requested.Approval,
                    ApprovalsAsked = call.ApprovalsAsked + 1,
                    Seqs = call.Seqs.Add(recorded.Seq),
                }),
            },
            call.Proposed.Task);
    }

    private static WorkflowState? Fill(WorkflowState state, SeatFilled filled, DateTimeOffset at)
    {
        if (!state.Approvals.TryGetValue(filled.Approval, out var approval)
            || approval.Verdict is not null
            || at >= approval.Requested.ExpiresAt
            || approval.Open(filled.Role) <= 0
            || approval.IsWaiting(filled.Role)
            || approval.IsBarred(filled.By)
            || !MaySit(approval, filled))
        {
            return null;
        }

        return state with { Approvals = state.Approvals.SetItem(filled.Approval, approval with { Filled = approval.Filled.Add(filled) }) };
    }

    /// <summary>A role of their own is the directory's to say; what the approval itself must have opened to them is said here.</summary>
    private static bool MaySit(ApprovalState approval, SeatFilled filled) =>
        (filled.StandsInFor is not { } absent || (!approval.IsBarred(absent) && approval.StandIns.Contains(new StandIn(filled.By, absent, filled.Role))))
        && (filled.EscalatedTo is not { } role || approval.Escalations.Contains(new SeatEscalation(filled.Role, role)));

    /// <summary>The next rung of a pending approval's ladder; null when it is no legal move.</summary>
    private static WorkflowState? Climb(WorkflowState state, ApprovalId id, Func<ApprovalState, ApprovalState?> rung) =>
        state.Approvals.TryGetValue(id, out var approval) && approval.Verdict is null && rung(approval) is { } moved
            ? state with { Approvals = state.Approvals.SetItem(id, moved) }
            : null;

    private static WorkflowState? Decide(WorkflowState state, ApprovalDecided decided, Recorded recorded)
    {
        if (!state.Approvals.TryGetValue(decided.Approval, out var approval)
            || !state.Calls.TryGetValue(approval.Requested.Call, out var call)
            || approval.IsUsed
            || (approval.Verdict is not null && !(approval.Verdict == ApprovalVerdict.Approved && decided.Verdict == ApprovalVerdict.Void))
            || (decided.Verdict == ApprovalVerdict.Approved && !approval.IsFull)
            || (decided.Verdict is ApprovalVerdict.Edited or ApprovalVerdict.Responded && (approval.IsBarred(decided.By) || recorded.At >= approval.Requested.ExpiresAt)))
        {
            return null;
        }

        var ended = state with { Approvals = state.Approvals.SetItem(decided.Approval, approval with { Verdict = decided.Verdict, By = decided.By, Reason = decided.Reason }) };
        if (call.Approval != decided.Approval || call.Status is not (CallStatus.Asked or CallStatus.Approved))
        {
            // The call has gone on without it: asked anew, or refused. An older approval that is voided takes nothing back from it.
            return decided.Verdict == ApprovalVerdict.Void ? ended : null;
        }

        if (CallLifecycle.Next(call.Status, decided) is not { } status)
        {
            return null;
        }

        var moved = call with { Status = status };
        if (status == CallStatus.Refused)
        {
            moved = moved with
            {
                Refusal = Refusal(decided),
                WasRejected = decided.Verdict is not (ApprovalVerdict.Void or ApprovalVerdict.Responded),
            };
        }

        return TaskFold.FollowCalls(
            ended with { Calls = ended.Calls.SetItem(call.Proposed.Call, moved with { Seqs = call.Seqs.Add(recorded.Seq) }) },
            call.Proposed.Task);
    }

    private static string Refusal(ApprovalDecided decided) => decided.Verdict switch
    {
        ApprovalVerdict.Expired => "Nobody approved it in time.",
        ApprovalVerdict.Void => "The approval no longer stands: " + (decided.Reason?.Words ?? "what it was given for has changed."),
        ApprovalVerdict.Responded when decided.Reason is { } words => $"{decided.By} answers instead of having it called: {words.Words}",
        ApprovalVerdict.Responded => $"{decided.By} answers instead of having it called.",
        _ => decided.Reason is { } reason ? $"{decided.By} rejected it: {reason.Words}" : $"{decided.By} rejected it.",
    };
}
