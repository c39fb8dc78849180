using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What of a result a task is not told: what its grant does not let it take in; and of evidence about its deliverable, which the system reads, what may not go to
/// the model of the agent who is told how the review went.
/// </summary>
internal sealed class Disclosure(FlowDesk flows, Catalog catalog, IDirectory directory, IModelClient models)
{
    /// <summary>The labels for which it is kept from the task, ordinal; empty when the task is told.</summary>
    /// <param name="call">The call, with its task.</param>
    /// <param name="tool">The tool; null when it is no longer there: then nobody knows what its results are.</param>
    /// <param name="result">What it gave.</param>
    /// <param name="isResult">False for what a tool says of its failure, about which no contract says anything.</param>
    /// <param name="state">The workflow.</param>
    public ImmutableArray<string> Kept(CallState call, Tool? tool, JsonText result, bool isResult, WorkflowState state)
    {
        if (call.Proposed.Task is not { } id || state.Task(id) is not { } task)
        {
            return [];
        }

        var told = call.Proposed.Agent == Actor.System.Value ? ModelOf(task) : null;
        return task.Task.Grant.Reads is null && told is null ? [] : flows.Kept(Labels(call, isResult ? tool : null, result, state), task.Task.Grant, told);
    }

    /// <summary>A page of a result is what the result is, whatever its own tool says.</summary>
    private ImmutableArray<Label> Labels(CallState call, Tool? tool, JsonText result, WorkflowState state) =>
        tool is null ? OutputContract.None.LabelsOf(result.ToElement())
        : ResultPages.Origin(state, call) is { } origin ? ResultPages.LabelsOf(catalog.ReturnsOf(origin.Proposed.Tool), result.ToElement())
        : tool.Returns.LabelsOf(result.ToElement());

    /// <summary>What is confidential about what the task is told, ordinal; empty where nothing is.</summary>
    public ImmutableArray<string> Told(CallState call, JsonText result, WorkflowState state) => flows.MarksOf(call, result, state);

    /// <summary>The model that is told; null where a person does the task, or nobody yet.</summary>
    private FlowSink? ModelOf(TaskState task) =>
        task.Executor?.Actor.AgentName is { } name
        && models.Find(task.Model ?? directory.Agent(name)?.Model ?? string.Empty) is { } model
            ? FlowSink.OfModel("model:" + model.Name, model.IsInside)
            : null;
}
