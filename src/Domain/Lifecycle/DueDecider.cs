using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What time asks for: an approval's next rung or its end, a call that was put off, a deadline that has passed, and what people said about one. Each time has a due row (<see cref="DueRows"/>).</summary>
internal static class DueDecider
{
    public static void Add(WorkflowState state, DateTimeOffset now, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        foreach (var approval in state.Approvals.Values.Where(a => a.Verdict is null).OrderBy(a => a.Requested.Approval.Value))
        {
            AddRungs(approval, now, commands);
        }

        commands.AddRange(state.Deferred
            .Where(c => state.Calls[c].NextDecision <= now)
            .OrderBy(c => c.Value)
            .Select(c => new WorkflowCommand.EndDeferral(c)));
        if (state.NextDeadline <= now)
        {
            commands.Add(new WorkflowCommand.NoticeDeadline(null));
        }

        commands.AddRange(state.Tasks.Where(t => t.NextDeadline <= now).Select(t => new WorkflowCommand.NoticeDeadline(t.Task.Id)));
        commands.AddRange(state.Escalations.Values
            .Where(e => e is { Raised.Kind: EscalationKind.MissedDeadline, Choice: DeadlineFold.GiveUp })
            .OrderBy(e => e.Raised.Escalation.Value)
            .Select(e => new WorkflowCommand.ObeyDeadline(e.Raised.Escalation)));
        commands.AddRange(state.Tasks.Where(t => CanObey(state, t)).Select(t => new WorkflowCommand.ObeyDeadline(t.Order!.Value)));
    }

    /// <summary>What has run out is over, whatever rungs were not taken; otherwise rungs come in their order.</summary>
    private static void AddRungs(ApprovalState approval, DateTimeOffset now, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        var id = approval.Requested.Approval;
        if (approval.Requested.ExpiresAt <= now)
        {
            commands.Add(new WorkflowCommand.Expire(id));
            return;
        }

        if (approval.NextReminder <= now)
        {
            commands.Add(new WorkflowCommand.Remind(id));
        }

        if (approval.NextStandIns <= now)
        {
            commands.Add(new WorkflowCommand.AdmitStandIns(id));
        }

        if (approval.NextEscalation <= now)
        {
            commands.Add(new WorkflowCommand.Escalate(id));
        }
    }

    /// <summary>What was handed in is judged first; nobody is given a task while a person is asked whether to go on with it.</summary>
    private static bool CanObey(WorkflowState state, TaskState task) =>
        task is { Order: { } order, IsFinal: false, IsExpanded: false, Status: not WorkTaskStatus.InReview }
        && (state.Escalations[order].Choice == DeadlineFold.Skip || !Decider.IsAsked(state, EscalationKind.BlockedTask, task.Task.Id));
}
