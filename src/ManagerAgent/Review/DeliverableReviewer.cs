using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>
/// Checks a deliverable against its contract, by evidence where there is a check and by a reviewing agent where there is none. Never by the doer. Before that, what it cites
/// must stand where it says, and still hold.
/// </summary>
internal sealed class DeliverableReviewer(IToolGate gate, Reviewers reviewers, KnowledgeInForce knowledge, ICrashPoints crash, TimeProvider time)
{
    /// <summary>Reviews what a task handed in.</summary>
    public async Task ReviewAsync(TaskId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Task(id) is not { Status: WorkTaskStatus.InReview } task)
        {
            return;
        }

        if (Escalations.ModelGivenUp(session.State) is { } over)
        {
            await session.AppendAsync([over], [], Actor.Manager, cancellationToken);
            return;
        }

        if (session.State.IsWithoutEffects)
        {
            var unseen = new DeliverableReviewed(id, Actor.System, Accepted: true, ["Not checked: the run is in shadow, and what it would show was not done."], []);
            await session.AppendAsync([unseen], [], Actor.System, cancellationToken);
            return;
        }

        if (knowledge.FaultsOf(session.State, task.Deliverable, time.GetUtcNow()) is { IsEmpty: false } faults)
        {
            await session.AppendAsync([new DeliverableReviewed(id, Actor.System, Accepted: false, faults, [])], [], Actor.System, cancellationToken);
            return;
        }

        var check = task.Task.Deliverable.Check;
        var applies = check is not null && (check.When is null || Reference.Resolve(check.When, ContextJson.Roots(session.State, task)) is not null);
        var verdict = applies
            ? await GatherAsync(check!, task, session, cancellationToken)
            : await JudgeAsync(task, session, [], cancellationToken);
        if (applies && verdict is { Accepted: false } && WasEdited(task, session.State))
        {
            // The evidence knows what the agent was to do. What a person wrote instead was decided and agreed to: whether that is it, somebody has to look at.
            verdict = await JudgeAsync(task, session, verdict.Reasons, cancellationToken);
        }

        if (verdict is null)
        {
            return;
        }

        await session.AppendAsync([verdict], [], verdict.Reviewer, cancellationToken);
        crash.Pass(CrashPoint.AfterDeliverableReviewed, session.State.Id.ToString());
    }

    /// <summary>Null while the evidence waits for somebody, and when the workflow was paused or ended before it could be gathered.</summary>
    private async Task<DeliverableReviewed?> GatherAsync(EvidenceCheck check, TaskState task, WorkflowSession session, CancellationToken cancellationToken)
    {
        var id = task.Task.Id;
        if (Reference.Fill(check.Args, ContextJson.Roots(session.State, task)) is not { } args)
        {
            return Reject(id, Actor.System, "The deliverable lacks what its evidence needs.");
        }

        var call = PrefixedId.Derive<CallId>(id.Value, string.Create(CultureInfo.InvariantCulture, $"evidence/{task.Submissions}"));
        var grant = task.Task.Grant.ToRead(check.Tool, session.State.Agreed?.Contract.Grant);
        switch (await gate.CallAsync(new ToolCall(call, id, Actor.System, check.Tool, args, grant), session, cancellationToken))
        {
            case CallResult.Settled { Outcome: CallOutcome.Succeeded } settled:
                var (holds, seen) = gate.Holds(check.Is, args, settled.Result);
                var why = holds ? $"{check.Tool} shows it." : $"{check.Tool} does not show it: {Kept(call, session) ?? seen}";
                return new DeliverableReviewed(id, Actor.System, holds, [why], [call]);
            case CallResult.Settled settled:
                return Reject(id, Actor.System, $"The evidence could not be read: {Kept(call, session) ?? settled.Result.Text}");
            case CallResult.Refused refused when session.State.Calls.GetValueOrDefault(call)?.Status is CallStatus.Refused or CallStatus.Shadowed:
                return Reject(id, Actor.System, $"The evidence may not be read: {refused.Reason}");
            default:
                return null;
        }
    }

    /// <summary>What whoever does the task is told in place of what the evidence shows; null when it may be told that.</summary>
    private static string? Kept(CallId call, WorkflowSession session) =>
        session.State.Calls[call].Settled is { Withheld: { } labels } ? $"what it shows is kept from this task ({string.Join(", ", labels)})." : null;

    /// <summary>Null when nobody could judge; then a person has been asked, or the workflow was paused or ended first.</summary>
    /// <param name="task">Whose deliverable.</param>
    /// <param name="session">The workflow.</param>
    /// <param name="evidence">What its evidence says against it, where a person wrote other arguments; empty for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task<DeliverableReviewed?> JudgeAsync(TaskState task, WorkflowSession session, ImmutableArray<string> evidence, CancellationToken cancellationToken)
    {
        var context = ContextJson.Of(session.State);
        context["task"] = ContextJson.Of(task.Task);
        context["item"] = ContextJson.Node(task.Task.Item);
        context["deliverable"] = ContextJson.Node(task.Deliverable);
        context["contract"] = task.Task.Deliverable.Review ?? "It satisfies its schema and answers the task's instruction.";
        context["made"] = new JsonArray([.. CallsOf(task, session.State).Select(Made)]);
        if (!evidence.IsEmpty)
        {
            context["evidence"] = ContextJson.List(evidence);
        }

        var subject = string.Create(CultureInfo.InvariantCulture, $"{task.Task.Id}/{task.Submissions}/{task.Retries}");
        var judgement = await reviewers.AskAsync(
            subject, "Does this deliverable satisfy its contract?", context, task.Task.Id, task.Tried, session, cancellationToken);
        if (judgement is Judgement.Missing missing)
        {
            var question = Escalations.ModelAway(session.State, $"nobody could review '{task.Task.Title}': {missing.Reason}");
            await session.AppendAsync([question], [], Actor.Manager, cancellationToken);
        }

        return judgement is Judgement.Made made ? new DeliverableReviewed(task.Task.Id, made.Reviewer, made.Accepted, made.Reasons, []) : null;
    }

    /// <summary>A call as a reviewer sees it; where a person wrote other arguments, also who, and what the agent had wanted.</summary>
    private static JsonObject Made(CallState call)
    {
        var made = new JsonObject
        {
            ["tool"] = call.Proposed.Tool,
            ["args"] = ContextJson.Node(call.Args),
            ["status"] = StatusNames.Write(call.Status),
            ["result"] = call.Settled is { } settled ? ContextJson.Node(settled.Result) : call.Refusal,
        };
        if (call.Edited?.Edit is { } edit)
        {
            made["editedBy"] = edit.By;
            made["wanted"] = ContextJson.Node(call.Proposed.Args);
        }

        return made;
    }

    private static bool WasEdited(TaskState task, WorkflowState state) => CallsOf(task, state).Any(c => c is { Status: CallStatus.Succeeded, Edited.Edit: not null });

    private static DeliverableReviewed Reject(TaskId id, Actor reviewer, string reason) => new(id, reviewer, Accepted: false, [reason], []);

    /// <summary>In the order in which the agent asked for them, whichever came to the gate first: the same work gives the same question.</summary>
    private static IEnumerable<CallState> CallsOf(TaskState task, WorkflowState state) =>
        task.Turn.Items.OfType<TurnItem.Reply>().SelectMany(r => r.Calls).Select(c => state.Calls.GetValueOrDefault(c.Call)).OfType<CallState>();
}
