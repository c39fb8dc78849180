using System.Globalization;

namespace AiManager.ManagerAgent;

/// <summary>When all tasks have ended and the goal is not met: a new plan once, then a person.</summary>
internal sealed class Replanner(PlanWriter writer)
{
    /// <summary>Versions that the manager may make by itself; people may order more.</summary>
    private const int MostVersions = 2;

    /// <summary>What was said stands in the data of every question; here is only that it is why.</summary>
    private const string Wish = "People want it otherwise: see what they said, the latest last.";

    /// <summary>Carries out what a person said about the unmet goal, or revises, or asks them.</summary>
    public async Task ReconsiderAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        WorkflowEvent fact;
        if (state.Escalations.TryGetValue(Escalations.UnmetId(state), out var asked))
        {
            fact = Obey(state, asked);
        }
        else
        {
            var (revised, isOvertaken) = await ReviseAsync(Escalations.Why(state), session, cancellationToken);
            if (isOvertaken)
            {
                return;
            }

            fact = revised is null ? Escalations.Unmet(state) : revised;
        }

        // What people have said meanwhile comes first.
        await session.AppendWhileAsync(now => !now.IsSteered, [fact], Actor.Manager, cancellationToken);
    }

    /// <summary>
    /// A plan that takes <paramref name="reason"/> into account; null when the manager may make no more, or none comes out. Nothing follows from it when the workflow was paused or ended
    /// before the question was out.
    /// </summary>
    public async Task<(PlanRevised? Revised, bool IsOvertaken)> ReviseAsync(string reason, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var state = log.State;

        // A person's no is an answer, not an obstacle to plan around; and what a task has done before it failed, another plan would do once more.
        if (state.PlanVersion >= MostVersions || state.Calls.Values.Any(c => c.WasRejected) || state.Tasks.Any(t => t.IsRevoked) || Escalations.GivenUpCall(state, state.Calls.Keys) is not null
            || DidNotWorkOut(state).Any())
        {
            return (null, false);
        }

        var (plan, ending) = await writer.WriteAsync(state.PlanVersion + 1, reason, log, cancellationToken);
        return (plan is null ? null : new PlanRevised(plan, reason), ending is DialogueResult.Overtaken);
    }

    /// <summary>
    /// Makes the plan that people want. It takes the place of the old one only if they have said nothing more meanwhile and nothing has begun; where none comes out, the old one goes on
    /// and says so.
    /// </summary>
    public async Task ReplanAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (Escalations.ModelGivenUp(state) is { } over)
        {
            await session.AppendAsync([over], [], Actor.Manager, cancellationToken);
            return;
        }

        // Whoever signed other terms was told what has been done; a mere wish may not know of it.
        var (done, isGivenUp) = (state.HasNewTerms ? string.Empty : Done(state), Escalations.GivenUpCall(state, state.Calls.Keys) is not null);
        var (plan, ending) = isGivenUp || done.Length > 0 ? (null, null) : await writer.WriteAsync(state.PlanVersion + 1, Wish, session, cancellationToken);
        if (ending is DialogueResult.Overtaken)
        {
            return;
        }

        var why = ending switch
        {
            DialogueResult.NoScript => "No script or model here can make another plan for this goal.",
            DialogueResult.Failed failed => $"No other plan came out: {failed.Reason}",
            DialogueResult.Unusable unusable => $"No other plan came out that is in order: {string.Join("; ", unusable.Errors)}",
            _ when isGivenUp => "Of a call that was given up nobody knows whether it was made: another plan might make it once more.",
            _ => $"Another plan might do once more what has been done:{done}",
        };
        WorkflowEvent fact = plan is not null ? new PlanRevised(plan, Wish) : state.HasNewTerms ? Escalations.ModelAway(state, why) : new PlanKept(why);
        await session.AppendWhileAsync(now => now.PlanVersion == state.PlanVersion && now.Agreed == state.Agreed && !now.HasUnheard && SteeringFold.MayReplan(now), [fact], Actor.Manager, cancellationToken);
    }

    /// <summary>What was done for tasks of the plan in force that did not work out; empty where nothing was, else with a blank before it.</summary>
    public static string Done(WorkflowState state) => string.Concat(DidNotWorkOut(state).Select(t => $" '{t.Task.Title}' did not work out.{EffectWords.After(state, t)}"));

    private static IEnumerable<TaskState> DidNotWorkOut(WorkflowState state) =>
        state.Tasks.Where(t => t.Status is WorkTaskStatus.Failed or WorkTaskStatus.Blocked && state.IsInForce(t) && state.EffectsOf(t).Any());

    private static WorkflowEvent Obey(WorkflowState state, EscalationState asked) => asked.Choice switch
    {
        "accept" => new GoalCompleted($"Accepted as it is by {asked.By}: {Escalations.Why(state)}"),
        "giveUp" => new GoalFailed(GoalFailure.GivenUp, $"{asked.By} gave it up: {Escalations.Why(state)}"),
        _ => new PlanRevised(Again(state), $"{asked.By} said to try again."),
    };

    /// <summary>The plan in force once more, every task anew: what was done before is found done by the tasks themselves.</summary>
    private static Plan Again(WorkflowState state)
    {
        var version = state.PlanVersion + 1;
        var current = state.Tasks.Where(t => t.Task.Template is null && state.IsInForce(t)).Select(t => t.Task).ToList();
        var ids = current.ToDictionary(t => t.Id, t => PrefixedId.Derive<TaskId>(state.Id.Value, string.Create(CultureInfo.InvariantCulture, $"{version}/{t.Key}")));
        return new Plan(version, [.. current.Select(t => t with { Id = ids[t.Id], Needs = [.. t.Needs.Where(ids.ContainsKey).Select(n => ids[n])] })]);
    }
}
