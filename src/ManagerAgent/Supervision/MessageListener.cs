using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>
/// Hears what people say while work goes on: one small question to the manager's model, and at most what its answer names follows from it. A message can leave tasks out
/// and have the plan made anew; what was agreed changes only when a person signs it, and what tasks may do never does.
/// </summary>
internal sealed class MessageListener(Dialogue dialogue, IDirectory directory)
{
    /// <summary>The step of its question.</summary>
    public const string Hear = "hear";

    /// <summary>More tasks than this are not told of: the question stays small.</summary>
    private const int MostTasks = 200;

    private const string LeftOut = "It is left out, as a message wanted.";

    private static readonly JsonText Schema = JsonText.Parse(
        """
        {"type":"object","required":["action","answer"],"properties":{
          "action":{"type":"string","enum":["none","drop","revise","contract"]},
          "answer":{"type":"string","minLength":1,"maxLength":1000,"description":"to whoever said it, in plain words"},
          "drop":{"type":["array","null"],"maxItems":200,"items":{"type":"string"},"description":"for drop: keys of the tasks to leave out"},
          "outcome":{"type":["string","null"],"minLength":1,"maxLength":2000,"description":"for contract: what is true then when the goal is reached; null when that stays"},
          "constraints":{"type":["array","null"],"maxItems":20,"items":{"type":"string","maxLength":500},"description":"for contract: all limits, those that stay too; null when they stay"}}}
        """);

    /// <summary>Answers what one person has said, the first that waits, and does what follows; others are answered next.</summary>
    public async Task HearAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        var upto = Upto(state);
        var question = new ManagerQuestion(Hear, upto.ToString(CultureInfo.InvariantCulture), "What do the new messages change?", Context(state, upto), Schema) { Check = reply => Check(reply, state) };
        var heard = await dialogue.AskAsync(question, session, cancellationToken) switch
        {
            DialogueResult.Answered answered => Read(answered.Reply, upto, state),
            DialogueResult.NoScript => Noted(upto, state, "No script or model here can answer that or change the plan for it; a connected model can."),
            DialogueResult.Failed or DialogueResult.Unusable => Noted(upto, state, "I could not make out whether it changes the plan: say it in other words, or pause or cancel the workflow."),
            _ => [],
        };
        if (!heard.IsEmpty)
        {
            // A task that ended meanwhile cannot be left out: then all is looked at once more, with the same answer of the model.
            await session.AppendWhileAsync(now => heard.OfType<GrantRevoked>().All(r => now.Task(r.Task) is { IsFinal: false }) && now.Agreed == state.Agreed, heard, Actor.Manager, cancellationToken);
        }
    }

    /// <summary>The end of the first run of unheard messages by one person: whoever is answered, and whose words a task is left out for, is one person.</summary>
    private static int Upto(WorkflowState state)
    {
        var by = state.Messages[state.HeardMessages].Text.Person;
        return state.HeardMessages + state.Messages.Skip(state.HeardMessages).TakeWhile(m => m.Text.Person == by).Count();
    }

    /// <summary>Puts a contract into force that somebody signed.</summary>
    public static Task ChangeContractAsync(EscalationId escalation, WorkflowSession session, CancellationToken cancellationToken) =>
        session.AppendAsync([new ContractChanged(escalation)], [], Actor.Manager, cancellationToken);

    private static ImmutableArray<WorkflowEvent> Read(JsonElement reply, int upto, WorkflowState state)
    {
        var answer = reply.GetProperty("answer").GetString()!;
        return reply.GetProperty("action").GetString() switch
        {
            "drop" => Drop(reply, upto, answer, state),
            "revise" => [new MessageAnswered(upto, MessageEffect.Revise, Words(state, upto, answer, Begin(state)))],
            "contract" => Propose(reply, upto, answer, state),
            _ => [new MessageAnswered(upto, MessageEffect.None, Words(state, upto, answer))],
        };
    }

    /// <summary>What becomes of words that nothing follows from: whoever said them must not wait for somebody who is not there.</summary>
    private static ImmutableArray<WorkflowEvent> Noted(int upto, WorkflowState state, string why) =>
        [new MessageAnswered(upto, MessageEffect.None, Words(state, upto, why, IsWorkedOn(state) ? "Whoever works on this goal is told of it from their next step on." : "Nobody works on this goal now, so it is only kept."))];

    private static bool IsWorkedOn(WorkflowState state) => state.PlanVersion == 0 || state.Tasks.Any(t => !t.IsFinal && !t.IsExpanded && state.IsInForce(t));

    /// <summary>
    /// Takes back what the tasks may do, with whatever is asked for them: the same as a person does who takes a grant back. What cannot begin without one of them falls with it, and
    /// is named too.
    /// </summary>
    private static ImmutableArray<WorkflowEvent> Drop(JsonElement reply, int upto, string answer, WorkflowState state)
    {
        var keys = Strings(reply, "drop").ToHashSet(StringComparer.Ordinal);
        var (facts, now) = (ImmutableArray.CreateBuilder<WorkflowEvent>(), state);
        foreach (var task in Droppable(state).Where(t => keys.Contains(t.Task.Key) && now.Task(t.Task.Id) is { IsFinal: false }))
        {
            var revoked = new GrantRevoked(task.Task.Id, new PrivateText(By(state, upto), LeftOut));
            facts.AddRange(VoidedApprovals.Of(now, task.Task.Id, Actor.System.Value, "manager", LeftOut));
            facts.Add(revoked);
            now = WorkflowFold.Apply(now, new Recorded(0, now.Seq + 1, now.UpdatedAt, Actor.Manager, revoked));
        }

        if (facts.Count == 0)
        {
            return [new MessageAnswered(upto, MessageEffect.None, Words(state, upto, answer, "What you mean has ended already, so that nothing could be left out."))];
        }

        var gone = now.Tasks.Where(t => t.IsFinal && state.Task(t.Task.Id) is { IsFinal: false }).Select(t => t.Task.Title);
        return [new MessageAnswered(upto, MessageEffect.Drop, Words(state, upto, answer, $"Left out: {string.Join(", ", gone)}.")), .. facts];
    }

    private static ImmutableArray<WorkflowEvent> Propose(JsonElement reply, int upto, string answer, WorkflowState state)
    {
        var before = state.Agreed!.Contract;
        var outcome = reply.TryGetProperty("outcome", out var other) && other.ValueKind == JsonValueKind.String ? other.GetString()! : before.Outcome;
        var constraints = reply.TryGetProperty("constraints", out var list) && list.ValueKind == JsonValueKind.Array ? [.. Strings(reply, "constraints")] : before.Constraints;
        var after = before with { Outcome = outcome, Constraints = constraints, Acceptance = Acceptance(before, outcome, state.Agreed.Source) };
        var escalation = Escalations.ContractChange(state, upto, after);
        return
        [
            new MessageAnswered(upto, MessageEffect.Contract, Words(state, upto, answer, "That is more than the plan: it takes a yes to other terms first. Until then work goes on as agreed.")),
            new ContractProposed(escalation.Escalation, after),
            escalation,
        ];
    }

    /// <summary>Proof that somebody wrote stays; only what the manager had a reviewer judge in its own words follows the outcome.</summary>
    private static ImmutableArray<AcceptanceCheck> Acceptance(Contract before, string outcome, string source) =>
        source == "manager" && outcome != before.Outcome ? [.. before.Acceptance.Select(a => a.Tool is null ? a with { Review = outcome } : a)] : before.Acceptance;

    /// <summary>When the new plan is made, as it stands: what people are told must be so.</summary>
    private static string Begin(WorkflowState state)
    {
        if (SteeringFold.MayReplan(state))
        {
            return "I make the plan anew.";
        }

        var busy = state.Tasks.Where(t => !t.IsFinal && !t.IsExpanded && t.Status is not (WorkTaskStatus.Pending or WorkTaskStatus.Ready)).Select(t => $"'{t.Task.Title}'").ToList();
        return $"I make the plan anew when {string.Join(", ", busy.Take(3))}{(busy.Count > 3 ? $" and {busy.Count - 3} more" : string.Empty)} {(busy.Count == 1 ? "has" : "have")} come to an end; nothing else is begun until then.";
    }

    private ImmutableArray<string> Check(JsonElement reply, WorkflowState state)
    {
        var keys = Droppable(state).Select(t => t.Task.Key).ToHashSet(StringComparer.Ordinal);
        var known = state.Tasks.Select(t => t.Task.Key).ToHashSet(StringComparer.Ordinal);
        return reply.GetProperty("action").GetString() switch
        {
            "drop" when !Strings(reply, "drop").Any() => ["$.drop: name the keys of the tasks to leave out"],
            "drop" => [.. Strings(reply, "drop").Where(k => !known.Contains(k)).Select(k => $"$.drop: there is no task '{k}'; those that can be left out: {string.Join(", ", keys.Order(StringComparer.Ordinal))}")],
            "contract" when !Says(reply, "outcome") && !Says(reply, "constraints") => ["$: say what would be agreed: the outcome, the constraints, or both"],
            "contract" when state.Agreed!.Source == "playbook" && Says(reply, "outcome") && reply.GetProperty("outcome").GetString() != state.Agreed.Contract.Outcome =>
                ["$.outcome: the outcome is the playbook's; for another one a new goal is submitted. Say so in the answer, or change only constraints"],
            "contract" when state.Agreed!.Source == "playbook" && Says(reply, "constraints") && !state.Agreed.Contract.Constraints.All(Strings(reply, "constraints").Contains) =>
                ["$.constraints: those of the playbook's run stay; name them all, and what is added"],
            "contract" when IsAgreed(reply, state.Agreed!.Contract) => ["$: that is what is agreed already"],
            _ => [],
        };
    }

    private JsonObject Context(WorkflowState state, int upto)
    {
        var context = ContextJson.Of(state);
        context["messages"] = ContextJson.List(state.Messages.Take(state.HeardMessages).Select(m => m.Text.Words));
        context["new"] = new JsonArray([.. state.Messages.Take(upto).Skip(state.HeardMessages).Select(m => new JsonObject { ["from"] = directory.Person(m.Text.Person)?.Name ?? m.Text.Person, ["words"] = m.Text.Words })]);
        context["contractOf"] = state.Agreed!.Source;
        // What is done about the message itself is no answer to it.
        context["now"] = NowLine.Of(state with { HeardMessages = state.Messages.Length }, PlainWords.Of(directory));
        context["tasks"] = new JsonArray([.. state.Tasks.Where(state.IsInForce).Take(MostTasks).Select(Task)]);
        context["questions"] = ContextJson.List(state.Escalations.Values.Where(e => state.IsOpen(e) && e.IsAwaited).OrderBy(e => e.RaisedSeq).Select(e => e.Raised.Question));
        return context;
    }

    private static JsonObject Task(TaskState task)
    {
        var told = new JsonObject { ["key"] = task.Task.Key, ["title"] = task.Task.Title, ["status"] = StatusNames.Write(task.Status) };
        if (task.Executor is { } executor)
        {
            told["by"] = executor.Actor.Value;
        }

        if (task.Reason is { } reason)
        {
            told["reason"] = BriefText.Clip(reason, 300);
        }

        return told;
    }

    private static IEnumerable<TaskState> Droppable(WorkflowState state) => state.Tasks.Where(t => !t.IsFinal && !t.IsExpanded && state.IsInForce(t));

    private static string By(WorkflowState state, int upto) => state.Messages[upto - 1].Text.Person;

    private static PrivateText Words(WorkflowState state, int upto, params string[] sentences) => new(By(state, upto), string.Join(' ', sentences.Select(s => s.Trim())));

    private static bool IsAgreed(JsonElement reply, Contract contract) =>
        (!Says(reply, "outcome") || reply.GetProperty("outcome").GetString() == contract.Outcome) && (!Says(reply, "constraints") || Strings(reply, "constraints").SequenceEqual(contract.Constraints));

    private static bool Says(JsonElement reply, string field) => reply.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    private static IEnumerable<string> Strings(JsonElement reply, string field) =>
        reply.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(e => e.GetString()!) : [];
}
