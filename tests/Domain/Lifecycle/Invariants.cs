namespace AiManager.Domain.Tests;

/// <summary>What is true of every state, and of every step from one to the next, whatever happened.</summary>
internal static class Invariants
{
    public static void Hold(WorkflowState state)
    {
        True(Enum.IsDefined(state.Status) && state.Status != WorkflowStatus.Waiting, "the stored status is one of those that are stored");
        True(state.PlanVersion == 0 || state.Agreed is not null, "a plan has a contract");
        True(state.PlanVersion > 0 || state.Tasks.IsEmpty, "tasks have a plan");
        True(!state.IsFinal || state.Tasks.All(t => t.IsFinal), "nothing is open in what is over");
        True(!state.IsFinal || state.Ending is not null, "what is over says why");
        True(state.Tasks.DistinctBy(t => t.Task.Id).Count() == state.Tasks.Length, "a task is there once");
        Equal(state.Calls.Values.Where(c => c.Status is CallStatus.Started or CallStatus.Unknown).Sum(MoneyOf), state.Spend.ReservedMoney, "what is set aside is what is under way");
        True(state.Spend.ReservedMoney >= 0, "nothing less than nothing is set aside");
        foreach (var task in state.Tasks)
        {
            Hold(state, task);
        }

        foreach (var call in state.Calls.Values)
        {
            Hold(state, call);
        }

        var used = state.Calls.Values.Select(c => c.Started?.Approval).OfType<ApprovalId>().ToList();
        True(used.Distinct().Count() == used.Count, "an approval starts one call");
        foreach (var (id, approval) in state.Approvals)
        {
            var call = state.Calls[approval.Requested.Call];
            True(approval.IsUsed == used.Contains(id), "an approval is used by the call that started with it");
            True(!approval.IsUsed || approval.Verdict == ApprovalVerdict.Approved, "only a granted approval is used");
            True(approval.Verdict is not null || (call.Status == CallStatus.Asked && call.Approval == id), "a pending approval holds up its call");
            True(approval.Filled.Select(f => f.By).Distinct().Count() == approval.Filled.Length, "a person sits on one seat");
            True(approval.Filled.All(f => !approval.Requested.Excluded.Contains(f.By)), "nobody approves what they asked for");
            True(approval.Filled.All(f => f.StandsInFor is not { } absent || !approval.Requested.Excluded.Contains(absent)), "nobody has what they asked for approved in their place");
            True(approval.Filled.Select(f => f.StandsInFor).OfType<string>().Concat(approval.Filled.Select(f => f.By)).Distinct().Count() == approval.Filled.Length + approval.Filled.Count(f => f.StandsInFor is not null), "of two of whom one stands in for the other, one decides");
            True(approval.Filled.All(f => f.Role != "cfo" || approval.Requested.Ladder?.Order is null || approval.Open("lead") <= 0), "nobody sits down out of order");
            True(call.Edited?.Edit?.Approval != id || approval.Verdict == ApprovalVerdict.Edited, "a person changes a call by ending what they are asked");
            True(call.Answer?.Approval != id || approval.Verdict == ApprovalVerdict.Responded, "a person answers by ending what they are asked");
            True(approval.Filled.All(f => f.StandsInFor is null || approval.StandInsAdmittedAt is not null), "stand-ins sit down when they are admitted");
            True(approval.Filled.All(f => f.EscalatedTo is null || approval.EscalatedTo.Contains(f.EscalatedTo)), "others sit down when it is escalated to them");
            True(approval.Verdict != ApprovalVerdict.Approved || approval.IsFull, "what is granted has all its seats");
        }
    }

    public static void Hold(WorkflowState before, Recorded recorded, WorkflowState after)
    {
        True(!before.IsFinal || after.Status == before.Status, "what is over stays so");
        foreach (var task in before.Tasks)
        {
            var now = after.Task(task.Task.Id);
            True(now is not null, "a task is never forgotten");
            True(!task.IsFinal || now!.Status == task.Status, "a task that ended stays so");
            True(now!.Assignment >= task.Assignment && now.Retries >= task.Retries && now.Submissions >= task.Submissions, "counters rise");
        }

        foreach (var (id, call) in before.Calls)
        {
            var now = after.Calls[id];
            True(!call.IsFinal || now.Status == call.Status, "a call that ended stays so");
            True(now.Status != CallStatus.Started || call.Status == CallStatus.Started || recorded.Event is CallStarted, "nothing starts by itself");
            True(call.Status != CallStatus.Unknown || now.Status != CallStatus.Started || after.Escalations.Values.Any(e => e.Raised.Call == id && e.Choice == "again"), "nothing is sent again unasked");
        }

        foreach (var (id, approval) in before.Approvals)
        {
            True(approval.Verdict is null || after.Approvals[id].Verdict == approval.Verdict || after.Approvals[id].Verdict == ApprovalVerdict.Void, "a verdict stays, unless it is voided");
            True(!approval.IsUsed || after.Approvals[id].IsUsed, "used stays used");
        }

        foreach (var (id, approval) in before.Approvals)
        {
            var now = after.Approvals[id];
            True(approval.RemindedAt is null || now.RemindedAt == approval.RemindedAt, "a reminder is given once");
            True(approval.StandInsAdmittedAt is null || now.StandIns == approval.StandIns, "stand-ins are admitted once");
            True(approval.EscalatedTo.All(now.EscalatedTo.Contains), "an escalation stays");
            True(approval.Verdict is null || (approval.RemindedAt, approval.StandInsAdmittedAt, approval.EscalatedTo.Length) == (now.RemindedAt, now.StandInsAdmittedAt, now.EscalatedTo.Length), "what is decided climbs no more");
        }

        True(before.Escalations.All(e => e.Value.Choice is null || after.Escalations[e.Key] == e.Value), "an answer stays");
        True(before.Submitted is null || ReferenceEquals(before.Submitted, after.Submitted), "the goal stays");
        True(before.Agreed is null || ReferenceEquals(before.Agreed, after.Agreed), "the contract stays");
    }

    private static void Hold(WorkflowState state, TaskState task)
    {
        True(Enum.IsDefined(task.Status), "a task's status is defined");
        True(task.Status != WorkTaskStatus.Ready || task.Task.Needs.All(n => state.Task(n)!.Status == WorkTaskStatus.Done), "what is ready has all that it needs");
        True(task.Status is not (WorkTaskStatus.Running or WorkTaskStatus.WaitingApproval) || task is { IsExpanded: true } or { Executor.IsPerson: false }, "what runs has an agent or children");
        True(task.Status != WorkTaskStatus.WaitingPerson || task.Executor!.IsPerson, "what waits for a person has one");
        True(task.Status != WorkTaskStatus.InReview || task.Submissions > 0, "what is reviewed was handed in");
        True(
            task.Status != WorkTaskStatus.WaitingApproval || task.Calls.Any(c => state.Calls[c].Status == CallStatus.Asked),
            "what waits for an approval has asked for one");
        True(
            !task.IsExpanded || task.Status is not WorkTaskStatus.Running || state.Tasks.Any(t => t.Task.Template == task.Task.Id && !t.IsFinal),
            "a template runs as long as its children");
        True(task.Task.ForEach is null || task.Executor is null, "nobody does a template");
        True(task.Order is not { } order || state.Escalations[order].Choice is "skip" or "reassign", "an order is what a person said");
    }

    private static void Hold(WorkflowState state, CallState call)
    {
        True(Enum.IsDefined(call.Status), "a call's status is defined");
        True(call.Status != CallStatus.Asked || state.PendingApprovalOf(call.Proposed.Call) is not null, "what is asked for has a pending approval");
        True(call.Status != CallStatus.Refused || call.Started is null, "a refused call was never started");
        True(call.Status != CallStatus.Refused || call.Refusal is not null, "a refusal has a reason");
        True(call.Started is null || call.Decided is { Effect: not (Effect.Deny or Effect.Defer) }, "no effect without a decision");
        True(call.Started is null || call.Decided!.Effect is Effect.Allow or Effect.Transform || call.Started.Approval is not null, "what had to be asked for was");
        True(call.Status is not (CallStatus.Succeeded or CallStatus.Failed or CallStatus.Unknown) || call is { Started: not null, Settled: not null }, "what ended had begun");
        True((call.Status is CallStatus.Started or CallStatus.Unknown) == state.UnderWay.Contains(call.Proposed.Call), "what is under way is listed, and nothing else");
        True(call.Status == CallStatus.Deferred == state.Deferred.Contains(call.Proposed.Call), "what is put off is listed, and nothing else");
        True(call.Status != CallStatus.Shadowed || (state.Shadow is not null && call is { Started: null, Decided: not null }), "what is rehearsed was decided, and never started");
        True(call.Seqs.SequenceEqual(call.Seqs.Distinct().Order()) && call.Seqs[^1] <= state.Seq, "its events are in order");
    }

    private static decimal MoneyOf(CallState call) => call.Started!.Reserved.Max(r => r.Amounts.Money) ?? 0;

    private static void True(bool holds, string claim) => Assert.True(holds, "It does not hold that " + claim);

    private static void Equal(decimal expected, decimal actual, string claim) => Assert.True(expected == actual, $"It does not hold that {claim}: {expected} and {actual}");
}
