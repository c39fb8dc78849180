namespace AiManager.ManagerAgent;

/// <summary>What time does to an approval that nobody decides: remind, let stand-ins in, escalate, and in the end take silence for a no.</summary>
internal sealed class ApprovalClocks(IDirectory directory)
{
    /// <summary>Reminds whoever may decide.</summary>
    public static Task RemindAsync(ApprovalId approval, WorkflowSession session, CancellationToken cancellationToken) =>
        session.AppendAsync([new ApprovalReminded(approval)], [], Actor.System, cancellationToken);

    /// <summary>Lets the stand-ins of those sit down who have not answered.</summary>
    public async Task AdmitStandInsAsync(ApprovalId approval, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Approvals.TryGetValue(approval, out var pending))
        {
            await session.AppendAsync([new StandInsAdmitted(approval, Chair.StandIns(pending, directory))], [], Actor.System, cancellationToken);
        }
    }

    /// <summary>Lets the people of every role sit down that the approval's rules name.</summary>
    public static async Task EscalateAsync(ApprovalId approval, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Approvals.TryGetValue(approval, out var pending) && pending.Requested.Ladder is { } ladder)
        {
            var roles = ladder.Escalations.Select(e => e.To).Distinct().Where(r => !pending.EscalatedTo.Contains(r));
            await session.AppendAsync([.. roles.Select(r => new ApprovalEscalated(approval, r))], [], Actor.System, cancellationToken);
        }
    }

    /// <summary>Silence is a no.</summary>
    public static Task ExpireAsync(ApprovalId approval, WorkflowSession session, CancellationToken cancellationToken) =>
        session.AppendAsync([new ApprovalDecided(approval, "system", "clock", ApprovalVerdict.Expired, null)], [], Actor.System, cancellationToken);
}
