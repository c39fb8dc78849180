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

    /// <summary>Looks at a call; null when the company says nothing about its data.</summary>
    public async Task<FlowLook?> LookAsync(Tool tool, JsonText args, WorkflowState state, CancellationToken cancellationToken)
    {
        if (!_isConfigured)
        {
            return null;
        }

        var labels = await _seen.LookAsync(state, seen => seen.LabelsOf(args.ToElement(), tool.Authority), cancellationToken);
        return new FlowLook(labels, policy.Judge(FlowSink.Of(tool.Info), labels));
    }

    /// <summary>
    /// Whether a model may be told. A prompt is made of anything that the workflow has seen, so that is what it is: rather too much than too little.
    /// </summary>
    public async Task<FlowDecision> LookAtModelAsync(string sink, bool isInside, WorkflowState state, CancellationToken cancellationToken)
    {
        if (!_isConfigured)
        {
            return FlowDecision.Free;
        }

        var all = await _seen.LookAsync(state, seen => seen.All, cancellationToken);
        return policy.Judge(FlowSink.OfModel(sink, isInside), [new ArgumentLabel("prompt", "what the workflow has seen", all, LabelOrigin.Composed, NoSource, IsAuthority: false)]);
    }
}
