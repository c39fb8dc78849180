using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>The data of a brief: the goal, the task, what it builds on, and what has been said.</summary>
internal sealed class BriefContext
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private BriefContext(WorkflowState state, WorkTask task)
    {
        State = state;
        Task = task;
    }

    /// <summary>Accepted deliverables by task key, in the plan's order.</summary>
    public List<(string Key, JsonText Deliverable)> Results { get; } = [];

    /// <summary>What has been said to the manager, oldest first.</summary>
    public List<string> Messages { get; } = [];

    private WorkflowState State { get; }

    private WorkTask Task { get; }

    public static BriefContext Of(WorkflowState state, TaskState task)
    {
        var context = new BriefContext(state, task.Task);
        context.Results.AddRange(ResultsFor(state, task.Task));
        context.Messages.AddRange(state.Messages.Select(m => m.Text.Words));
        return context;
    }

    public string Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("goal", State.Submitted?.Goal.Words ?? string.Empty);
            writer.WriteString("outcome", State.Agreed?.Contract.Outcome ?? string.Empty);
            WriteTexts(writer, "constraints", State.Agreed?.Contract.Constraints ?? []);
            writer.WriteStartObject("task");
            writer.WriteString("key", Task.Key);
            writer.WriteString("title", Task.Title);
            writer.WriteString("instruction", Task.Instruction);
            writer.WriteEndObject();
            if (!Task.Item.IsNull)
            {
                WriteJson(writer, "item", Task.Item);
            }

            writer.WriteStartObject("results");
            foreach (var (key, deliverable) in Results)
            {
                WriteJson(writer, key, deliverable);
            }

            writer.WriteEndObject();
            WriteJson(writer, "inputs", State.Submitted is { Inputs.IsNull: false } submitted ? submitted.Inputs : JsonText.EmptyObject);
            WriteTexts(writer, "messages", Messages);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Of the tasks that it needs, or its template does: what was accepted. A template's own result is the list of its children's.</summary>
    private static IEnumerable<(string, JsonText)> ResultsFor(WorkflowState state, WorkTask task)
    {
        var needs = task.Template is { } id && state.Task(id) is { } template ? task.Needs.Union(template.Task.Needs).ToHashSet() : [.. task.Needs];
        foreach (var needed in state.Tasks.Where(t => needs.Contains(t.Task.Id)))
        {
            if (needed.Task.ForEach is not null)
            {
                var children = state.Tasks.Where(t => t.Task.Template == needed.Task.Id && t.Status == WorkTaskStatus.Done).Select(t => t.Deliverable.Text);
                yield return (needed.Task.Key, JsonText.Parse($"[{string.Join(',', children)}]"));
            }
            else if (needed.Status == WorkTaskStatus.Done)
            {
                yield return (needed.Task.Key, needed.Deliverable);
            }
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>Through an element, so that no white space of the original can end the block.</summary>
    private static void WriteJson(Utf8JsonWriter writer, string name, JsonText value)
    {
        writer.WritePropertyName(name);
        value.ToElement().WriteTo(writer);
    }
}
