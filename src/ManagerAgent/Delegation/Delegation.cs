using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>Who does what: templates become tasks, tasks find the executor that fits best.</summary>
internal sealed class Delegation(IDirectory directory, Playbooks playbooks, ICompany company, IWorkload workload, TimeProvider time)
{
    /// <summary>Tasks that one template may become.</summary>
    private const int MostChildren = 500;

    /// <summary>Longest between two looks for somebody with time: the waits double up to it.</summary>
    private const int MostMinutes = 10;

    /// <summary>Expands a template over its list.</summary>
    public async Task ExpandAsync(TaskId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Task(id) is { Status: WorkTaskStatus.Ready } template)
        {
            await session.AppendAsync([Expand(session.State, template)], [], Actor.Manager, cancellationToken);
        }
    }

    /// <summary>Finds somebody for a task; a task that nobody can do is blocked.</summary>
    public async Task AssignAsync(TaskId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (state.Task(id) is not { Status: WorkTaskStatus.Ready } task || Decider.IsBehind(state, task))
        {
            return;
        }

        var agent = ChooseAgent(state, task.Task, []);
        var pool = agent is null ? await PoolAsync(state, task.Task, [], cancellationToken) : [];
        WorkflowEvent fact = (agent ?? ChoosePerson(task.Task, pool)) is { } chosen
            ? new TaskAssigned(id, chosen.Executor, chosen.Agent?.Model, chosen.Agent?.Limits, chosen.Reason)
            : !pool.IsEmpty ? PutOff(task, pool)
            : HoldOf(state, task.Task) is { } hold ? hold.Hold(id)
            : new TaskBlocked(id, $"Nobody has the skill '{task.Task.Skill}' and the tools that it needs.", Final: false);

        await session.AppendWhileAsync(now => IsAsCounted(now, pool) && !(fact is AssignmentPutOff && Decider.IsBehind(now, task)), [fact], Actor.Manager, cancellationToken);
    }

    /// <summary>
    /// Somebody with the skill who has not tried yet; null when there is nobody. Who has time comes first; where nobody has, it is one task too many for the best of them, since the rungs
    /// above would tear up the plan or ask an operator about something that is nobody's fault.
    /// </summary>
    public async Task<Takeover?> TakeoverAsync(WorkflowState state, TaskState task, CancellationToken cancellationToken)
    {
        var agent = ChooseAgent(state, task.Task, task.Tried);
        var pool = agent is null ? await PoolAsync(state, task.Task, task.Tried, cancellationToken) : [];
        var reason = $"{task.Executor?.Actor} could not: {task.Reason}";
        return (agent ?? ChoosePerson(task.Task, pool)) is { } chosen
            ? new Takeover(new TaskReassigned(task.Task.Id, chosen.Executor, chosen.Agent?.Model, chosen.Agent?.Limits, reason), now => IsAsCounted(now, pool))
            : pool is [var best, ..]
            ? new Takeover(new TaskReassigned(task.Task.Id, new Executor(best.Actor), null, null, $"{reason} Nobody else who can do it has time: {Full(pool)}."), now => IsAsCounted(now, pool))
            : null;
    }

    /// <summary>Tasks find their executors side by side: whoever got one meanwhile is looked at anew.</summary>
    private static bool IsAsCounted(WorkflowState now, ImmutableArray<Candidate> pool) => pool.All(p => Open(now, p.Actor) == p.OpenHere);

    /// <summary>People who could do it, with what they have to do, the best first.</summary>
    private async Task<ImmutableArray<Candidate>> PoolAsync(WorkflowState state, WorkTask task, ImmutableArray<Actor> tried, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = ImmutableArray.CreateBuilder<Candidate>();
        foreach (var person in directory.People.Where(p => p.Skills.ContainsKey(task.Skill) && !tried.Contains(Actor.Person(p.Id))))
        {
            var actor = Actor.Person(person.Id);
            var elsewhere = person.Capacity is null ? 0 : await workload.OpenTasksAsync(actor, state.Id, cancellationToken);
            found.Add(new Candidate(person, actor, Open(state, actor), elsewhere));
        }

        return
        [
            .. found
                .OrderByDescending(c => c.Person.Skills[task.Skill])
                .ThenBy(c => c.Person.Hours?.Cover(now) != false ? 0 : 1)
                .ThenBy(c => c.Open)
                .ThenBy(c => c.Person.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Nobody's fault, so no rung of the ladder.</summary>
    private AssignmentPutOff PutOff(TaskState task, ImmutableArray<Candidate> pool) => new(
        task.Task.Id,
        $"Everybody with the skill '{task.Task.Skill}' has as many open tasks as they may have at once: {Full(pool)}.",
        EventHash.Cut(time.GetUtcNow() + TimeSpan.FromMinutes(Math.Min(MostMinutes, 1 << Math.Min(task.PutOffs, 4)))));

    private static string Full(ImmutableArray<Candidate> pool) =>
        string.Join(", ", pool.Where(p => p.IsFull).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Person.Id} {p.Open} of {p.Person.Capacity}")));

    /// <summary>The suspension of the agent who could do it; null when there is no such agent.</summary>
    private Suspension? HoldOf(WorkflowState state, WorkTask task) => Able(state, task, []).Select(a => company.State.StopOf(a.Name)).OfType<Suspension>().FirstOrDefault();

    private IEnumerable<AgentProfile> Able(WorkflowState state, WorkTask task, ImmutableArray<Actor> tried)
    {
        var only = playbooks.Find(state.Agreed?.Playbook)?.Agents ?? [];
        return directory.Agents
            .Where(a => a.Skills.Contains(task.Skill) && !tried.Contains(Actor.Agent(a.Name)) && (only.IsEmpty || only.Contains(a.Name)))
            .Where(a => task.Grant.Tools.All(a.Tools.Contains));
    }

    /// <summary>Agents come before people: who has all the tools, and least to do; then by name, so that the same state gives the same choice.</summary>
    private Choice? ChooseAgent(WorkflowState state, WorkTask task, ImmutableArray<Actor> tried) => Able(state, task, tried)
        .Where(a => company.State.StopOf(a.Name) is null)
        .OrderBy(a => UnderWay(state, Actor.Agent(a.Name)) / 4)
        .ThenBy(a => a.Name, StringComparer.Ordinal)
        .FirstOrDefault() is { } agent
            ? new Choice(new Executor(Actor.Agent(agent.Name)), agent, $"has the skill '{task.Skill}' and every tool that the task may use")
            : null;

    /// <summary>Of people, who is not full, the most skilled, at work; who has least to do; then by name.</summary>
    private static Choice? ChoosePerson(WorkTask task, ImmutableArray<Candidate> pool) => pool.FirstOrDefault(p => !p.IsFull) is { } best
        ? new Choice(new Executor(best.Actor), null, $"has the skill '{task.Skill}'{(Full(pool) is { Length: > 0 } full ? $" and time, which not everybody has: {full}" : string.Empty)}")
        : null;

    private static int Open(WorkflowState state, Actor actor) => state.Tasks.Count(t => t.Executor?.Actor == actor && !t.IsFinal);

    private static int UnderWay(WorkflowState state, Actor actor) =>
        state.Tasks.Count(t => t.Executor?.Actor == actor && t.Status is WorkTaskStatus.Running or WorkTaskStatus.WaitingPerson);

    private static WorkflowEvent Expand(WorkflowState state, TaskState template)
    {
        var task = template.Task;
        if (Reference.Resolve(task.ForEach!, ContextJson.Roots(state)) is not { ValueKind: JsonValueKind.Array } list)
        {
            return new TaskFailed(task.Id, $"There is no list at {task.ForEach}.");
        }

        if (list.GetArrayLength() > MostChildren)
        {
            return new TaskFailed(task.Id, $"{task.ForEach} has {list.GetArrayLength()} elements; at most {MostChildren} can be worked on at once.");
        }

        var done = DoneBefore(state, task);
        return new TaskExpanded(task.Id, [.. list.EnumerateArray().Select((item, i) => Child(task, item, i + 1)).Where(c => !done.Contains(c.Item))]);
    }

    /// <summary>Elements of the very same list that an earlier plan's template of this key has done: a new plan repeats only the rest.</summary>
    private static HashSet<JsonText> DoneBefore(WorkflowState state, WorkTask template)
    {
        var earlier = state.Tasks.Select(t => t.Task)
            .Where(t => t.Id != template.Id && t.Key == template.Key && t.ForEach == template.ForEach && t.Needs.Any(template.Needs.Contains))
            .Select(t => t.Id).ToHashSet();
        return [.. state.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Task.Template is { } id && earlier.Contains(id)).Select(t => t.Task.Item)];
    }

    private static WorkTask Child(WorkTask template, JsonElement item, int number) => template with
    {
        Id = PrefixedId.Derive<TaskId>(template.Id.Value, number.ToString(CultureInfo.InvariantCulture)),
        Key = string.Create(CultureInfo.InvariantCulture, $"{template.Key}/{number}"),
        Title = Name(item) is { } name ? $"{template.Title}: {name}" : $"{template.Title} {number.ToString(CultureInfo.InvariantCulture)}",
        ForEach = null,
        Template = template.Id,
        Item = CanonicalJson.Of(JsonText.Of(item)),
    };

    /// <summary>What a person calls an element: itself, or the first short text in it.</summary>
    private static string? Name(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => Short(item),
        JsonValueKind.Object => item.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.String).Select(f => Short(f.Value)).FirstOrDefault(),
        _ => null,
    };

    private static string? Short(JsonElement text) => text.GetString() is { Length: > 0 and <= 60 } name ? name : null;

    /// <summary>A person who could do a task.</summary>
    /// <param name="Person">Who.</param>
    /// <param name="Actor">As the journal has them.</param>
    /// <param name="OpenHere">Open tasks in this workflow.</param>
    /// <param name="OpenElsewhere">In all others; 0 where nobody asked, because there is no capacity to compare it with.</param>
    private sealed record Candidate(Person Person, Actor Actor, int OpenHere, int OpenElsewhere)
    {
        public int Open => OpenHere + OpenElsewhere;

        public bool IsFull => Open >= Person.Capacity;
    }

    private sealed record Choice(Executor Executor, AgentProfile? Agent, string Reason);
}

/// <summary>Another executor for a task.</summary>
/// <param name="Fact">Who, and why.</param>
/// <param name="Holds">Whether it still is so in a later state of the workflow.</param>
internal sealed record Takeover(TaskReassigned Fact, Func<WorkflowState, bool> Holds);
