using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What the gate finds about the data of a call.</summary>
/// <param name="Arguments">What each argument is and where it came from.</param>
/// <param name="Decision">Whether it may go there.</param>
internal sealed record FlowLook(ImmutableArray<ArgumentLabel> Arguments, FlowDecision Decision);

/// <summary>Step 5 of the gate, for tools and for models.</summary>
internal sealed class FlowDesk(FlowPolicy policy, Catalog catalog, Results results)
{
    private static readonly ImmutableArray<string> NoSource = [];

    private readonly SeenCache _seen = new(policy, catalog, results);
    private readonly bool _isConfigured =
        !policy.IsEmpty || catalog.Tools.Any(t => !t.Returns.Fields.IsEmpty || !t.Authority.Declared.IsEmpty)
        || catalog.Outside.Any(o => o.Said.Any(s => !s.Returns.Fields.IsEmpty || !s.Authority.Declared.IsEmpty));

    /// <summary>Looks at a call; null when neither the company nor the task's grant says anything about its data.</summary>
    public async Task<FlowLook?> LookAsync(Tool tool, JsonText args, Grant? grant, WorkflowState state, CancellationToken cancellationToken)
    {
        var sink = FlowSink.Of(tool.Info);
        if (!_isConfigured && !(sink.IsOutward && grant?.Releases is not null))
        {
            return null;
        }

        var labels = await _seen.LookAsync(state, seen => seen.LabelsOf(args.ToElement(), tool.Authority), cancellationToken);
        return new FlowLook(labels, policy.Judge(sink, labels, grant));
    }

    /// <summary>
    /// Whether a model may be told. A prompt is made of anything that the workflow has seen, so that is what it is: rather too much than too little.
    /// </summary>
    public async Task<FlowDecision> LookAtModelAsync(string sink, bool isInside, Grant? grant, WorkflowState state, CancellationToken cancellationToken)
    {
        if (!_isConfigured && (isInside || grant?.Releases is null))
        {
            return FlowDecision.Free;
        }

        var all = await _seen.LookAsync(state, seen => seen.All, cancellationToken);
        var prompt = new ArgumentLabel("prompt", "what the workflow has seen", all, LabelOrigin.Composed, NoSource, IsAuthority: false);
        return policy.Judge(FlowSink.OfModel(sink, isInside), [prompt], grant);
    }

    /// <summary>For which labels a task is not told a result, ordinal; empty when it is told.</summary>
    /// <param name="labels">Of everything that the result says.</param>
    /// <param name="grant">The task's.</param>
    /// <param name="told">The model that would be told on behalf of somebody else; null for none.</param>
    public ImmutableArray<string> Kept(ImmutableArray<Label> labels, Grant grant, FlowSink? told)
    {
        var unfit = told is null || !_isConfigured ? [] : labels.Where(l => policy.Judge(told, [Shown(l)], grant: null).Effect != Effect.Allow).SelectMany(l => l.Names);
        return [.. grant.Unreadable(labels).Concat(unfit).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a model could be told what is remembered and has these labels: nobody vouches for what it says, and what nobody labelled may be anything.</summary>
    public bool MayTell(string sink, bool isInside, ImmutableArray<string> labels)
    {
        var model = FlowSink.OfModel(sink, isInside);
        return !(labels.Contains(Memorable.Unlabelled) && policy.Minds(model))
            && (!_isConfigured || policy.Judge(model, [Shown(SeenCache.Remembered(labels))], grant: null).Effect == Effect.Allow);
    }

    /// <summary>What is confidential about a result that is told, by its contract, ordinal.</summary>
    public ImmutableArray<string> MarksOf(CallState call, JsonText result, WorkflowState state)
    {
        var contract = ResultPages.Origin(state, call) is { } origin ? ResultPages.LabelOf(catalog.ReturnsOf(origin.Proposed.Tool)) : catalog.ReturnsOf(call.Proposed.Tool);
        return contract.Fields.All(f => f.Label.Marks.IsEmpty) ? [] : [.. contract.LabelsOf(result.ToElement()).SelectMany(l => l.Marks).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static ArgumentLabel Shown(Label label) => new("result", "what a check has read", label, LabelOrigin.Proven, NoSource, IsAuthority: false);
}
