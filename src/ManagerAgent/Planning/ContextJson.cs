using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>The data block of a question: what every step is told.</summary>
internal static class ContextJson
{
    /// <summary>Readable for models and people, and the same bytes for the same state.</summary>
    public static JsonSerializerOptions Options { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Goal, contract, inputs and what people have said.</summary>
    public static JsonObject Of(WorkflowState state)
    {
        var submitted = state.Submitted!;
        var context = new JsonObject { ["goal"] = submitted.Goal.Words };
        if (state.Agreed is { } agreed)
        {
            context["outcome"] = agreed.Contract.Outcome;
            context["constraints"] = List(agreed.Contract.Constraints);
        }

        context["inputs"] = Node(submitted.Inputs);
        context["messages"] = List(state.Messages.Select(m => m.Text.Words));
        return context;
    }

    /// <summary>Accepted deliverables by task key; a template's children as one list under its key.</summary>
    public static JsonObject Results(WorkflowState state)
    {
        var results = new JsonObject();
        foreach (var task in state.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Task.Template is null))
        {
            results[task.Task.Key] = task.IsExpanded
                ? new JsonArray([.. state.Tasks.Where(c => c.Task.Template == task.Task.Id && c.Status == WorkTaskStatus.Done).Select(c => Node(c.Deliverable))])
                : Node(task.Deliverable);
        }

        return results;
    }

    /// <summary>What a reference in a plan can point at.</summary>
    public static Func<string, JsonElement?> Roots(WorkflowState state, TaskState? task = null) => root => root switch
    {
        "results" => Element(Results(state)),
        "inputs" => state.Submitted!.Inputs.ToElement(),
        "item" => task?.Task.Item.ToElement(),
        "deliverable" => task?.Deliverable.ToElement(),
        _ => null,
    };

    /// <summary>A task, as much as a question about it needs.</summary>
    public static JsonObject Of(WorkTask task) => new()
    {
        ["key"] = task.Key,
        ["title"] = task.Title,
        ["instruction"] = task.Instruction,
        ["skill"] = task.Skill,
    };

    /// <summary>What is remembered of another workflow, with where it comes from.</summary>
    public static JsonObject Of(RecalledWork work)
    {
        var told = new JsonObject { ["workflow"] = work.Workflow.ToString(), ["relation"] = work.Relation, ["status"] = work.Status, ["outcome"] = work.Outcome };
        if (work.Ending is { } ending)
        {
            told["ending"] = ending;
        }

        return told;
    }

    /// <summary>Texts as a JSON list.</summary>
    public static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    /// <summary>Stored JSON as a node.</summary>
    public static JsonNode? Node(JsonText json) => JsonNode.Parse(json.Text);

    private static JsonElement Element(JsonNode node) => JsonText.Parse(node.ToJsonString()).ToElement();
}
