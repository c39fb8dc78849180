using System.Globalization;

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

        if (!state.Calls.TryGetValue(CallOf(recorded.Event), out var call) || CallLifecycle.Next(call.Status, recorded.Event) is not { } status)
        {
            return null;
        }

        var moved = recorded.Event switch
        {
            CallDecided decided => call with
            {
                Decided = decided,
                Decisions = call.Decisions + 1,
                Refusal = decided.Effect == Effect.Deny ? decided.Reason : null,
            },
            CallStarted started => call with { Started = started },
            CallSettled settled => call with { Settled = settled },
            _ => call,
        };
        var next = state with { Calls = state.Calls.SetItem(call.Proposed.Call, moved with { Status = status, Seqs = call.Seqs.Add(recorded.Seq) }) };
        next = recorded.Event switch
        {
            CallStarted started => Start(next, call, started),
            CallSettled settled => Settle(next, call, settled),
            _ => next,
        };
        return TaskFold.FollowCalls(next, call.Proposed.Task);
    }

    /// <summary>A call that a person, or silence, refused.</summary>
    public static CallState Reject(CallState call, string reason) => call with { Status = CallStatus.Refused, Refusal = reason, WasRejected = true };

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

        return state with { Spend = state.Spend with { ReservedMoney = state.Spend.ReservedMoney + MoneyOf(started.Reserved) } };
    }

    private static WorkflowState Settle(WorkflowState state, CallState before, CallSettled settled)
    {
        // An unknown call keeps what it reserved: the effect may have happened.
        if (settled.Outcome == CallOutcome.Unknown)
        {
            return state;
        }

        var cost = settled.Cost is { } money ? decimal.Parse(money.Amount, CultureInfo.InvariantCulture) : (decimal?)null;
        return state with
        {
            Spend = state.Spend with
            {
                Spent = state.Spend.Spent + new Amounts(Money: cost),
                ReservedMoney = state.Spend.ReservedMoney - MoneyOf(before.Started!.Reserved),
                Currency = settled.Cost?.Currency ?? state.Spend.Currency,
            },
        };
    }

    /// <summary>The same money is set aside in several ledgers; it counts once.</summary>
    private static decimal MoneyOf(IEnumerable<Reservation> reserved) => reserved.Max(r => r.Amounts.Money) ?? 0;

    private static CallId CallOf(WorkflowEvent fact) => fact switch
    {
        CallDecided e => e.Call,
        CallStarted e => e.Call,
        CallSettled e => e.Call,
        _ => default,
    };
}
