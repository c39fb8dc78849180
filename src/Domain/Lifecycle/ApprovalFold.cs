namespace AiManager.Domain;

/// <summary>Approvals: asked, seats filled one by one, decided once.</summary>
internal static class ApprovalFold
{
    public static WorkflowState? Apply(WorkflowState state, Recorded recorded) => recorded.Event switch
    {
        ApprovalRequested requested => Request(state, requested, recorded),
        SeatFilled filled => Fill(state, filled, recorded.At),
        ApprovalDecided decided => Decide(state, decided, recorded.Seq),
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
            || approval.Requested.Excluded.Contains(filled.By)
            || approval.Filled.Any(f => f.By == filled.By))
        {
            return null;
        }

        return state with { Approvals = state.Approvals.SetItem(filled.Approval, approval with { Filled = approval.Filled.Add(filled) }) };
    }

    private static WorkflowState? Decide(WorkflowState state, ApprovalDecided decided, int seq)
    {
        if (!state.Approvals.TryGetValue(decided.Approval, out var approval)
            || !state.Calls.TryGetValue(approval.Requested.Call, out var call)
            || approval.IsUsed
            || (approval.Verdict is not null && !(approval.Verdict == ApprovalVerdict.Approved && decided.Verdict == ApprovalVerdict.Void))
            || (decided.Verdict == ApprovalVerdict.Approved && !approval.IsFull))
        {
            return null;
        }

        var ended = state with { Approvals = state.Approvals.SetItem(decided.Approval, approval with { Verdict = decided.Verdict, By = decided.By }) };
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
            moved = moved with { Refusal = Refusal(decided), WasRejected = decided.Verdict != ApprovalVerdict.Void };
        }

        return TaskFold.FollowCalls(
            ended with { Calls = ended.Calls.SetItem(call.Proposed.Call, moved with { Seqs = call.Seqs.Add(seq) }) },
            call.Proposed.Task);
    }

    private static string Refusal(ApprovalDecided decided) => decided.Verdict switch
    {
        ApprovalVerdict.Expired => "Nobody approved it in time.",
        ApprovalVerdict.Void => "The approval no longer stands: " + (decided.Reason?.Words ?? "what it was given for has changed."),
        _ => decided.Reason is { } reason ? $"{decided.By} rejected it: {reason.Words}" : $"{decided.By} rejected it.",
    };
}
