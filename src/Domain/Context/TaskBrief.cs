using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What whoever does a task is told, as data, from the state of its workflow alone: the goal and its contract; the task; results of the tasks that it builds on, and in
/// a line each what those were built on; what has been said and decided; what the company knows about it; what the tasks behind it need it for; what it may do. Nothing of any other task.
/// Equal states give equal bytes.
/// </summary>
public sealed class TaskBrief
{
    /// <summary>Tasks further back than this are not told of.</summary>
    private const int MostEarlier = 20;

    private const int LongestInstruction = 300;

    private readonly WorkflowState _state;
    private readonly TaskState _task;
    private readonly ImmutableArray<string> _tools;
    private readonly List<(string Key, string Json)> _results;

    private TaskBrief(WorkflowState state, TaskState task, ImmutableArray<string> tools)
    {
        (_state, _task, _tools) = (state, task, tools);
        var byId = state.Tasks.ToDictionary(t => t.Task.Id);
        var needs = NeedsOf(task.Task, byId);
        _results = [.. state.Tasks.Where(t => needs.Contains(t.Task.Id)).SelectMany(t => ResultOf(state, t))];
        var earlier = Before(state, needs, byId);
        Earlier = BriefList.BestFirst("earlier", earlier.Take(MostEarlier).Select(t => Line(state, t)));
        Knowledge = BriefList.BestFirst("knowledge", Known(state, task));
        Messages = BriefList.OldestFirst("messages", state.Messages.Select(m => JsonText.OfString(m.Text.Words).Text));
        var concerned = earlier.Select(t => t.Task.Id).Concat(needs).Append(task.Task.Id).ToHashSet();
        Decided = BriefList.OldestFirst("decided", state.Escalations.Values
            .Where(e => e.Choice is not null and not EscalationState.AskedAnew && !e.IsLook && (e.Raised.Task is not { } about || concerned.Contains(about)))
            .OrderBy(e => e.RaisedSeq)
            .Select(Decision));
        var self = task.Task.Template ?? task.Task.Id;
        Next = BriefList.BestFirst("next", state.Tasks
            .Where(t => !t.IsFinal && t.Task.Template is null && (t.Task.Needs.Contains(task.Task.Id) || t.Task.Needs.Contains(self)))
            .Select(Waiting));
    }

    /// <summary>What tasks before those that it builds on gave, nearest first, each in a line.</summary>
    public BriefList Earlier { get; }

    /// <summary>What the company has approved about it, with sources, best first.</summary>
    public BriefList Knowledge { get; }

    /// <summary>What has been said to the manager, oldest first.</summary>
    public BriefList Messages { get; }

    /// <summary>What people decided about the goal, the task or those before it, oldest first.</summary>
    public BriefList Decided { get; }

    /// <summary>What builds on it, in the plan's order.</summary>
    public BriefList Next { get; }

    /// <summary>The brief of a task.</summary>
    /// <param name="state">Its workflow.</param>
    /// <param name="task">The task.</param>
    /// <param name="tools">The tools that its executor may call, in the grant's order.</param>
    public static TaskBrief Of(WorkflowState state, TaskState task, ImmutableArray<string> tools)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        return new TaskBrief(state, task, tools);
    }

    /// <summary>Shortens results of the tasks that it builds on, the longest first, until so many bytes are saved or all are short.</summary>
    /// <returns>The bytes saved.</returns>
    public long ShortenResults(long bytes)
    {
        var saved = 0L;
        foreach (var (key, json) in _results.OrderByDescending(r => r.Json.Length).ThenBy(r => r.Key, StringComparer.Ordinal).ToList())
        {
            if (saved >= bytes)
            {
                break;
            }

            var shorter = BriefText.Shorter(json);
            saved += BriefText.Bytes(json) - BriefText.Bytes(shorter);
            _results[_results.FindIndex(r => r.Key == key)] = (key, shorter);
        }

        return saved;
    }

    /// <summary>One JSON object on one line.</summary>
    public string Write() => BriefText.Write(writer =>
    {
        var task = _task.Task;
        writer.WriteStartObject();
        writer.WriteString("goal", _state.Submitted?.Goal.Words ?? string.Empty);
        writer.WriteString("outcome", _state.Agreed?.Contract.Outcome ?? string.Empty);
        writer.WriteTexts("constraints", _state.Agreed?.Contract.Constraints ?? []);
        writer.WriteStartObject("task");
        writer.WriteString("key", task.Key);
        writer.WriteString("title", task.Title);
        writer.WriteString("instruction", task.Instruction);
        if (task.Deadline is { } deadline)
        {
            writer.WriteString("deadline", deadline);
        }

        writer.WriteEndObject();
        if (!task.Item.IsNull)
        {
            writer.WriteJson("item", task.Item);
        }

        writer.WriteStartObject("results");
        foreach (var (key, json) in _results)
        {
            writer.WritePropertyName(key);
            writer.WriteRawValue(json, skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.WriteJson("inputs", _state.Submitted is { Inputs.IsNull: false } submitted ? submitted.Inputs : JsonText.EmptyObject);
        Messages.Write(writer, isAlwaysSaid: true);
        Earlier.Write(writer);
        Decided.Write(writer);
        Next.Write(writer);
        Knowledge.Write(writer);
        writer.WritePropertyName("grant");
        GrantText.Write(writer, task.Grant, _tools);
        writer.WriteEndObject();
    });

    private static HashSet<TaskId> NeedsOf(WorkTask task, Dictionary<TaskId, TaskState> byId) =>
        task.Template is { } id && byId.TryGetValue(id, out var template) ? [.. task.Needs, .. template.Task.Needs] : [.. task.Needs];

    /// <summary>Those behind what it needs, nearest first, in the plan's order where they are equally near; only those that are done.</summary>
    private static List<TaskState> Before(WorkflowState state, HashSet<TaskId> needs, Dictionary<TaskId, TaskState> byId)
    {
        var seen = needs.ToHashSet();
        var before = new List<TaskState>();
        var level = needs;
        while (level.Count > 0)
        {
            var behind = level.Where(byId.ContainsKey).SelectMany(id => NeedsOf(byId[id].Task, byId)).Where(seen.Add).ToHashSet();
            before.AddRange(state.Tasks.Where(t => behind.Contains(t.Task.Id) && t.Status == WorkTaskStatus.Done));
            level = behind;
        }

        return before;
    }

    /// <summary>What was accepted; nothing while it is not. A template's own result is the list of its children's.</summary>
    private static IEnumerable<(string Key, string Json)> ResultOf(WorkflowState state, TaskState task)
    {
        if (task.Task.ForEach is null && task.Status != WorkTaskStatus.Done)
        {
            return [];
        }

        return [(task.Task.Key, task.Task.ForEach is null ? Compact(task.Deliverable) : $"[{string.Join(',', ChildrenOf(state, task).Select(c => Compact(c.Deliverable)))}]")];
    }

    private static IEnumerable<TaskState> ChildrenOf(WorkflowState state, TaskState template) =>
        state.Tasks.Where(t => t.Task.Template == template.Task.Id && t.Status == WorkTaskStatus.Done);

    private static IEnumerable<string> Known(WorkflowState state, TaskState task) =>
        RecallCall.Of(task) is { } recall && state.Calls.GetValueOrDefault(recall.Call) is { Status: CallStatus.Succeeded, Settled: { } settled }
            ? Citations.Passages(settled.Result).Select(p => BriefText.Write(p.Passage.WriteTo))
            : [];

    private static string Line(WorkflowState state, TaskState task) => BriefText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("key", task.Task.Key);
        writer.WriteString("title", task.Task.Title);
        foreach (var (_, json) in ResultOf(state, task))
        {
            writer.WritePropertyName("gave");
            writer.WriteRawValue(BriefText.Shorter(json), skipInputValidation: true);
        }

        writer.WriteEndObject();
    });

    private static string Decision(EscalationState escalation) => BriefText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("question", escalation.Raised.Question);
        writer.WriteString("choice", escalation.Choice);
        if (escalation.Answer is { } answer)
        {
            writer.WriteString("answer", answer);
        }

        writer.WriteEndObject();
    });

    private static string Waiting(TaskState task) => BriefText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("key", task.Task.Key);
        writer.WriteString("title", task.Task.Title);
        writer.WriteString("instruction", BriefText.Clip(task.Task.Instruction, LongestInstruction));
        if (task.Task.ForEach is { } list)
        {
            writer.WriteString("forEach", list);
        }

        writer.WriteEndObject();
    });

    private static string Compact(JsonText json) => BriefText.Write(json.ToElement().WriteTo);
}
