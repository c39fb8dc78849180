namespace AiManager.ManagerAgent;

/// <summary>Makes the first plan and adopts it.</summary>
internal sealed class Planner(PlanWriter writer, ICrashPoints crash)
{
    /// <summary>Adopts a plan, or ends or escalates the workflow when there is none.</summary>
    public async Task AdoptAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        if (Escalations.ModelGivenUp(session.State) is { } over)
        {
            await session.AppendAsync([over], [], Actor.Manager, cancellationToken);
            return;
        }

        var (plan, ending) = await writer.WriteAsync(1, null, session, cancellationToken);
        if (ending is DialogueResult.Overtaken)
        {
            return;
        }

        WorkflowEvent fact = (plan, ending) switch
        {
            ({ } made, _) => new PlanAdopted(made),
            (_, DialogueResult.NoScript none) => Escalations.NoModelFits(none.Reason),
            (_, DialogueResult.Failed failed) => Escalations.ModelAway(session.State, failed.Reason),
            (_, DialogueResult.Unusable unusable) => Escalations.ModelAway(session.State, "Its plans are not in order: " + string.Join("; ", unusable.Errors)),
            _ => throw new InvalidOperationException("A dialogue without a plan has an ending."),
        };
        await session.AppendAsync([fact], [], Actor.Manager, cancellationToken);
        crash.Pass(CrashPoint.AfterPlanAdopted, session.State.Id.ToString());
    }
}
