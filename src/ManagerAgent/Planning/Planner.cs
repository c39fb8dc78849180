using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Makes the first plan and adopts it.</summary>
internal sealed class Planner(PlanWriter writer, IRelatedWork related, IModelGate models, ICrashPoints crash)
{
    /// <summary>Adopts a plan, or ends or escalates the workflow when there is none.</summary>
    public async Task AdoptAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        if (Escalations.ModelGivenUp(session.State) is { } over)
        {
            await session.AppendAsync([over], [], Actor.Manager, cancellationToken);
            return;
        }

        await RecallAsync(session, cancellationToken);
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

    /// <summary>
    /// What is remembered of other workflows goes on record with the first question that tells of it; a question that was asked without stays as it was. What the manager's model
    /// may not be told is left out: memory holds up no goal.
    /// </summary>
    private async Task RecallAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (state.Recalled is not null || state.Asks.Values.Any(a => a.Asked.Step == PlanWriter.Outline))
        {
            return;
        }

        var works = (await related.RecallAsync(state, cancellationToken)).Where(w => models.MayTell(AgentProfile.UsualModel, w.Labels)).ToImmutableArray();
        if (!works.IsEmpty)
        {
            await session.DeferAsync([new WorkRecalled(works)], Actor.Manager, cancellationToken);
        }
    }
}
