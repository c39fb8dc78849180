using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>Writes a plan by small questions: the tasks first, then each task's details side by side.</summary>
internal sealed class PlanWriter(Dialogue dialogue, Playbooks playbooks, IDirectory directory, IToolGate gate)
{
    /// <summary>The first question.</summary>
    public const string Outline = "outline";

    /// <summary>Asks for a plan of <paramref name="version"/>.</summary>
    /// <param name="version">Above the one in force.</param>
    /// <param name="reason">For a revision: what made it necessary; null for the first plan.</param>
    /// <param name="log">The workflow.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The plan, or how the dialogue ended that gave none.</returns>
    public async Task<(Plan? Plan, DialogueResult? Ending)> WriteAsync(int version, string? reason, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var state = log.State;
        var round = string.Create(CultureInfo.InvariantCulture, $"{version}/{Escalations.Answered(state, EscalationKind.Model)}{Said(state)}");
        var pool = Pool(state);
        var kept = state.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Task.Template is null && state.IsInForce(t)).ToList();
        var outline = await AskOutlineAsync(OutlineContext(state, pool, kept, reason), pool, kept, round, log, cancellationToken);
        if (outline is not DialogueResult.Answered answered)
        {
            return (null, outline);
        }

        var tasks = PlanCheck.Order([.. answered.Reply.GetProperty("tasks").EnumerateArray().Select(OutlinedTask.Read)])!.Value
            .Where(t => kept.All(k => k.Task.Key != t.Key)).ToImmutableArray();
        var details = await Task.WhenAll(tasks.Select(t => AskDetailAsync(t, tasks, state, pool, round, log, cancellationToken)));
        if (details.FirstOrDefault(d => d is DialogueResult.NoScript or DialogueResult.Failed or DialogueResult.Overtaken) is { } ending)
        {
            return (null, ending);
        }

        var ids = kept.Select(t => (t.Task.Key, t.Task.Id))
            .Concat(tasks.Select(t => (t.Key, Id: TaskIdOf(state.Id, version, t.Key))))
            .ToDictionary(t => t.Key, t => t.Id, StringComparer.Ordinal);
        var written = tasks.Zip(details, (task, detail) => Write(task, detail, ids, pool, state) with { Deadline = Deadline(detail, state) });
        return (new Plan(version, [.. kept.Select(k => k.Task), .. written]), null);
    }

    /// <summary>What people want otherwise is asked about anew each time, also where nothing came of it before.</summary>
    private static string Said(WorkflowState state) =>
        state.WantsPlan ? string.Create(CultureInfo.InvariantCulture, $"/{state.HeardMessages}/{Escalations.Answered(state, EscalationKind.ContractChange)}") : string.Empty;

    private JsonObject OutlineContext(WorkflowState state, TaskPool pool, List<TaskState> kept, string? reason)
    {
        var context = ContextJson.Of(state);
        if (playbooks.Find(state.Agreed!.Playbook) is { } playbook)
        {
            context["playbook"] = new JsonObject { ["name"] = playbook.Name, ["text"] = playbook.Text };
        }

        if (Handed(state) is { } handed)
        {
            context["grant"] = handed;
        }

        context["skills"] = ContextJson.List(pool.Skills);
        context["tools"] = Tools(pool.Tools.Values);
        if (state.Recalled is { } recalled)
        {
            context["related"] = new JsonArray([.. recalled.Works.Select(ContextJson.Of)]);
        }

        if (reason is not null)
        {
            context["reason"] = reason;
            context["done"] = ContextJson.List(kept.Select(k => k.Task.Key));
        }

        return context;
    }

    private async Task<DialogueResult> AskOutlineAsync(JsonObject context, TaskPool pool, List<TaskState> kept, string round, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var done = kept.Select(k => k.Task.Key).ToHashSet(StringComparer.Ordinal);
        var question = new ManagerQuestion(Outline, round, "Which tasks lead to this outcome, and in which order?", context, PlanSchemas.Outline)
        {
            Check = reply => PlanCheck.Outline(reply, pool.Skills, done),
        };
        return await dialogue.AskAsync(question, log, cancellationToken);
    }

    private Task<DialogueResult> AskDetailAsync(
        OutlinedTask task, ImmutableArray<OutlinedTask> all, WorkflowState state, TaskPool pool, string round, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var tools = pool.ToolsFor(task.Skill);
        var context = ContextJson.Of(state);
        if (playbooks.Find(state.Agreed!.Playbook) is { } playbook)
        {
            context["playbook"] = new JsonObject { ["name"] = playbook.Name, ["text"] = playbook.Text };
        }

        context["task"] = new JsonObject { ["key"] = task.Key, ["title"] = task.Title, ["skill"] = task.Skill, ["forEach"] = task.ForEach };
        if (state.Agreed.Contract is { Grant: { } envelope } contract)
        {
            context["grant"] = ContextJson.Node(GrantText.Of(contract.TaskGrants?.FirstOrDefault(t => t.Task == task.Key) is { } own ? GrantMeet.Of(envelope, own.Grant).Granted : envelope));
        }

        context["needs"] = ContextJson.List(task.Needs);
        context["neededBy"] = ContextJson.List(all.Where(t => t.Needs.Contains(task.Key)).Select(t => t.ForEach is { } list ? $"{t.Key} (once for each element of {list})" : t.Key));
        context["tools"] = Tools(tools);
        context["checks"] = Tools(pool.Tools.Values.Where(t => !tools.Contains(t)));
        return dialogue.AskAsync(
            new ManagerQuestion("detail", $"{task.Key}/{round}", $"What exactly is to be done in the task '{task.Key}', and what must come out?", context, PlanSchemas.Detail)
            {
                Check = reply => PlanCheck.Detail(reply, task, pool, state.Agreed.Contract),
            },
            log,
            cancellationToken);
    }

    /// <summary>What tasks are handed their grants out of, and which of them the playbook names; null when nothing holds them.</summary>
    private static JsonObject? Handed(WorkflowState state)
    {
        if (state.Agreed?.Contract is not { Grant: { } all } contract)
        {
            return null;
        }

        var handed = ContextJson.Node(GrantText.Of(all))!.AsObject();
        if (contract.TaskGrants is { } named)
        {
            handed["onlyTheseTasksChangeAnything"] = new JsonObject(named.Select(n => KeyValuePair.Create(n.Task, ContextJson.Node(GrantText.Of(n.Grant)))));
        }

        return handed;
    }

    private static WorkTask Write(OutlinedTask task, DialogueResult detail, Dictionary<string, TaskId> ids, TaskPool pool, WorkflowState state)
    {
        var (instruction, tools, deliverable) = detail is DialogueResult.Answered { Reply: var reply }
            ? (reply.GetProperty("instruction").GetString()!,
                reply.GetProperty("tools").EnumerateArray().Select(t => t.GetString()!).Distinct().ToImmutableArray(),
                new DeliverableContract(JsonText.Of(reply.GetProperty("deliverable")), PlanCheck.Check(reply), reply.TryGetProperty("review", out var review) ? review.GetString() : null))
            : Fallback(task, pool);

        // Its term counts from the last event, so that a plan written again after a crash has the same.
        var asked = detail is DialogueResult.Answered { Reply: var words } ? AskedGrant.Read(words, tools, state.UpdatedAt, out _) : new Grant(tools);
        return new WorkTask(
            ids[task.Key],
            task.Key,
            task.Title,
            instruction,
            [.. task.Needs.Select(n => ids[n])],
            task.Skill,
            deliverable,
            TaskGrant.Of(state.Agreed!.Contract, task.Key, asked, pool.Find).Granted,
            task.ForEach,
            null,
            JsonText.Null,
            null,
            task.Risk);
    }

    /// <summary>Reckoned from the last event, so that a plan written again after a crash has the same; never behind the goal's own.</summary>
    private static DateTimeOffset? Deadline(DialogueResult detail, WorkflowState state) =>
        detail is DialogueResult.Answered { Reply: var reply } && reply.TryGetProperty("within", out var within) && Duration.TryRead(within.GetString() ?? string.Empty, out var span)
            ? state.UpdatedAt + span is var end && state.Deadline < end ? state.Deadline : end
            : null;

    /// <summary>
    /// Where a model cannot describe a task in order: its title is the instruction, it may use the tools that everyone with the skill has, and a
    /// reviewer judges a summary.
    /// </summary>
    private static (string Instruction, ImmutableArray<string> Tools, DeliverableContract Deliverable) Fallback(OutlinedTask task, TaskPool pool) => (
        task.Title,
        pool.CommonTools(task.Skill),
        new DeliverableContract(
            JsonText.Parse("""{"type":"object","required":["summary"],"properties":{"summary":{"type":"string","minLength":1}}}"""), null, $"The summary answers the task: {task.Title}"));

    private TaskPool Pool(WorkflowState state)
    {
        var only = playbooks.Find(state.Agreed!.Playbook)?.Agents ?? [];
        var agents = directory.Agents.Where(a => only.IsEmpty || only.Contains(a.Name)).ToImmutableArray();
        var contract = state.Agreed.Contract;
        var tools = gate.Describe(
            agents.SelectMany(a => a.Tools).Concat(contract.Acceptance.Select(a => a.Tool).OfType<string>()).Distinct().Where(t => contract.Grant?.Tools.Contains(t) ?? true));
        return new TaskPool(agents, directory.People, tools.ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal));
    }

    private static TaskId TaskIdOf(WorkflowId workflow, int version, string key) =>
        PrefixedId.Derive<TaskId>(workflow.Value, string.Create(CultureInfo.InvariantCulture, $"{version}/{key}"));

    private static JsonArray Tools(IEnumerable<ToolDescription> tools) => new([.. tools.Select(t => new JsonObject
    {
        ["name"] = t.Name,
        ["description"] = t.Description,
        ["parameters"] = ContextJson.Node(t.Parameters),
    })]);
}

/// <summary>Who and what a plan can count on.</summary>
/// <param name="Agents">Agents that may work on the goal.</param>
/// <param name="People">Everyone.</param>
/// <param name="Tools">Tools that one of the agents has.</param>
internal sealed record TaskPool(ImmutableArray<AgentProfile> Agents, ImmutableArray<Person> People, ImmutableSortedDictionary<string, ToolDescription> Tools)
{
    /// <summary>Skills that somebody has.</summary>
    public ImmutableSortedSet<string> Skills { get; } = [.. Agents.SelectMany(a => a.Skills).Concat(People.SelectMany(p => p.Skills.Keys))];

    /// <summary>Tools that an agent with <paramref name="skill"/> has.</summary>
    public ImmutableArray<ToolDescription> ToolsFor(string skill) =>
        [.. Agents.Where(a => a.Skills.Contains(skill)).SelectMany(a => a.Tools).Distinct().Order(StringComparer.Ordinal).Where(Tools.ContainsKey).Select(t => Tools[t])];

    /// <summary>What is known of a tool; null when there is none.</summary>
    public ToolDescription? Find(string tool) => Tools.GetValueOrDefault(tool);

    /// <summary>Names of the tools that every agent with <paramref name="skill"/> has, so that each of them can take the task.</summary>
    public ImmutableArray<string> CommonTools(string skill) =>
        [.. ToolsFor(skill).Select(t => t.Name).Where(t => Agents.Where(a => a.Skills.Contains(skill)).All(a => a.Tools.Contains(t)))];

    /// <summary>True when one of those with <paramref name="skill"/> has all <paramref name="tools"/>; people need none.</summary>
    public bool CanUse(string skill, ImmutableArray<string> tools) =>
        Agents.Any(a => a.Skills.Contains(skill) && tools.All(a.Tools.Contains)) || People.Any(p => p.Skills.ContainsKey(skill));
}
