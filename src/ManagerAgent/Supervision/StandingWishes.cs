namespace AiManager.ManagerAgent;

/// <summary>
/// Sees to it that a standing rule is proposed which somebody wanted with their yes. Whoever took the yes does so at once; this does where the process died in between, or
/// could not.
/// </summary>
internal sealed class StandingWishes(IStandingProposals? proposals = null)
{
    private const string Nobody = "Nobody takes standing rules here.";

    /// <summary>Proposes it, once, and writes down what came of it.</summary>
    public async Task ProposeAsync(ApprovalId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Approvals.GetValueOrDefault(id) is not { WantsStanding: true } approval)
        {
            return;
        }

        var (change, hindrance) = proposals is null ? (null, Nobody) : await proposals.ProposeAsync(approval, cancellationToken);
        await session.AppendAsync([new StandingSettled(id, change, change is null ? hindrance : null)], [], Actor.System, cancellationToken);
    }
}
