using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>From a goal in plain words to its contract: by the requester's own, by a playbook's, or by asking what is meant.</summary>
internal sealed class ContractMaker(Dialogue dialogue, Playbooks playbooks)
{
    private static readonly JsonText Schema = JsonText.Parse(
        """
        {"type":"object","required":["playbook","outcome","constraints","review"],"properties":{
          "playbook":{"type":["string","null"],"description":"the name of the playbook that fits, or null"},
          "outcome":{"type":"string","minLength":1,"maxLength":2000,"description":"one sentence: what is true when the goal is reached"},
          "constraints":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":500}},
          "review":{"type":["string","null"],"maxLength":2000,"description":"what a reviewer must find true in the end; null when a playbook fits"}}}
        """);

    /// <summary>Agrees the contract, or ends or escalates the workflow when that cannot be done.</summary>
    public async Task AgreeAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        var submitted = session.State.Submitted!;
        if (Escalations.ModelGivenUp(session.State) is { } over)
        {
            await session.AppendAsync([over], [], Actor.Manager, cancellationToken);
        }
        else if (submitted.Contract is { } written)
        {
            await AppendAsync(Agree(written, Named(submitted), session.State), session, cancellationToken);
        }
        else if (Named(submitted) is { } named)
        {
            await AppendAsync(Agree(named, session.State, []), session, cancellationToken);
        }
        else
        {
            await AskAsync(session, cancellationToken);
        }
    }

    private async Task AskAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        var context = ContextJson.Of(session.State);
        context["playbooks"] = new JsonArray([.. playbooks.All.Select(p => new JsonObject
        {
            ["name"] = p.Name,
            ["outcome"] = p.Outcome,
            ["goals"] = ContextJson.List(p.Goals),
        })]);
        var round = Escalations.Answered(session.State, EscalationKind.Model);
        var question = new ManagerQuestion("understand", $"goal/{round}", "What does this goal mean, and does a playbook fit it?", context, Schema) { Check = Check };
        switch (await dialogue.AskAsync(question, session, cancellationToken))
        {
            case DialogueResult.Answered answered:
                await AppendAsync(Read(answered.Reply, session.State), session, cancellationToken);
                break;
            case DialogueResult.NoScript none:
                await session.AppendAsync([Escalations.NoModelFits(none.Reason)], [], Actor.Manager, cancellationToken);
                break;
            case DialogueResult.Failed failed:
                await session.AppendAsync([Escalations.ModelAway(session.State, failed.Reason)], [], Actor.Manager, cancellationToken);
                break;
            case DialogueResult.Unusable:
                // The words themselves are the contract then, and a reviewer judges by them.
                await AppendAsync(Plain(session.State), session, cancellationToken);
                break;
        }
    }

    private ImmutableArray<string> Check(JsonElement reply) =>
        reply.GetProperty("playbook").GetString() is { } name && playbooks.Find(name) is null
            ? [$"$.playbook: there is no playbook '{name}'; there are: {string.Join(", ", playbooks.All.Select(p => p.Name))}, or null"]
            : [];

    private ContractAgreed Read(JsonElement reply, WorkflowState state)
    {
        var constraints = reply.GetProperty("constraints").EnumerateArray().Select(c => c.GetString()!).ToImmutableArray();
        if (playbooks.Find(reply.GetProperty("playbook").GetString()) is { } playbook)
        {
            return Agree(playbook, state, constraints);
        }

        var outcome = reply.GetProperty("outcome").GetString()!;
        var review = reply.GetProperty("review").GetString() ?? outcome;
        return new ContractAgreed(Make(state, outcome, constraints, [new AcceptanceCheck(null, JsonText.EmptyObject, null, review)], null, null), null, null, "manager");
    }

    private Playbook? Named(GoalSubmitted submitted) => playbooks.Find(submitted.Playbook) ?? playbooks.ByWording(submitted.Goal.Words);

    /// <summary>What requesters write themselves comes on top of what a playbook holds such goals to, and takes nothing of it away.</summary>
    private static ContractAgreed Agree(Contract written, Playbook? playbook, WorkflowState state) => new(
        Make(
            state,
            written.Outcome,
            written.Constraints,
            [.. written.Acceptance.Concat(playbook?.Acceptance ?? []).Distinct()],
            playbook?.Deadline,
            Amounts.Least(written.Budget, playbook?.Budget)),
        playbook?.Name,
        playbook?.Singleton,
        "requester");

    private static ContractAgreed Agree(Playbook playbook, WorkflowState state, ImmutableArray<string> constraints) => new(
        Make(state, playbook.Outcome, constraints, playbook.Acceptance, playbook.Deadline, playbook.Budget), playbook.Name, playbook.Singleton, "playbook");

    private static ContractAgreed Plain(WorkflowState state)
    {
        var goal = state.Submitted!.Goal.Words;
        return new ContractAgreed(
            Make(state, goal, [], [new AcceptanceCheck(null, JsonText.EmptyObject, null, "The goal as it is worded is reached.")], null, null), null, null, "manager");
    }

    /// <param name="state">The workflow.</param>
    /// <param name="outcome">What is true when the goal is reached.</param>
    /// <param name="constraints">What holds on the way.</param>
    /// <param name="acceptance">What proves it.</param>
    /// <param name="within">When it is due where nobody said; null for no end.</param>
    /// <param name="budget">A cap. Whoever submits may lower it and never raise it: every door names some budget, if only the company's.</param>
    private static Contract Make(
        WorkflowState state, string outcome, ImmutableArray<string> constraints, ImmutableArray<AcceptanceCheck> acceptance, TimeSpan? within, Amounts? budget) => new(
        outcome, constraints, acceptance, state.Submitted!.Deadline ?? state.SubmittedAt + within, Amounts.Least(state.Submitted.Budget, budget));

    /// <summary>Whoever follows a playbook stays in its envelope, whatever contract they wrote.</summary>
    private async Task AppendAsync(ContractAgreed agreed, WorkflowSession session, CancellationToken cancellationToken)
    {
        var playbook = playbooks.Find(agreed.Playbook);
        switch (playbook?.Grant?.For(session.State.SubmittedAt, session.State.Submitted!.Inputs))
        {
            case PlaybookEnvelope.Unsaid unsaid:
                var reason = $"The playbook '{agreed.Playbook}' holds its tasks to what the goal's inputs say, and {string.Join("; ", unsaid.Reasons)}. Submit the goal with them.";
                await session.AppendAsync([new GoalFailed(GoalFailure.NoPlan, reason)], [], Actor.Manager, cancellationToken);
                break;
            case PlaybookEnvelope.Made made:
                await AppendAsync(agreed with { Contract = agreed.Contract with { Grant = made.All, TaskGrants = made.Tasks } }, playbook, session, cancellationToken);
                break;
            default:
                await AppendAsync(agreed with { Contract = agreed.Contract with { Grant = null, TaskGrants = null } }, playbook, session, cancellationToken);
                break;
        }
    }

    private static async Task AppendAsync(ContractAgreed agreed, Playbook? playbook, WorkflowSession session, CancellationToken cancellationToken)
    {
        // Fixed with the contract: a playbook that is taken out of shadow meanwhile does not let a run loose that people took for harmless.
        ImmutableArray<WorkflowEvent> facts = playbook is { IsShadow: true } shadow ? [agreed, new ShadowBegun(shadow.Name)] : [agreed];
        ImmutableArray<Guard> guards = agreed.Singleton is { } key ? [new Guard.SingletonFree(key, session.State.Id)] : [];
        if (await session.AppendAsync(facts, guards, Actor.Manager, cancellationToken) is LogResult.Refused refused)
        {
            var joined = PrefixedId.TryRead<WorkflowId>(refused.Detail, out var id) ? id : (WorkflowId?)null;
            await session.AppendAsync(
                [new GoalFailed(GoalFailure.Joined, $"{refused.Detail} pursues the same goal already; follow that one.", joined)], [], Actor.Manager, cancellationToken);
        }
    }
}
