using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Whether what an approval is about may be told outside the console, where nobody signs in: in a mail, or to whoever holds its link.</summary>
public sealed class ApprovalSecrecy
{
    private readonly FlowDesk _flows;
    private readonly Catalog _catalog;

    internal ApprovalSecrecy(FlowDesk flows, Catalog catalog) => (_flows, _catalog) = (flows, catalog);

    /// <summary>
    /// True when nothing is confidential about any argument or about what was found out for the decision, and no source says who may read it. A tool that is no longer
    /// there says nothing of its arguments, so they are not told. Nothing is said of a preview of its effect, whose answer may hold anything: that never leaves this way.
    /// </summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="state">Its workflow: where its values came from.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<bool> MayLeaveAsync(ApprovalRequested asked, WorkflowState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);

        return _catalog.Find(asked.Tool) is { } tool
            && (await LookAsync(tool, asked.Args, state, cancellationToken)).All(IsOpen)
            && (await LookAsync(tool, asked.Facts, state, cancellationToken)).All(f => IsOpen(f) || IsFigure(f, asked.Facts));
    }

    private async Task<ImmutableArray<ArgumentLabel>> LookAsync(Tool tool, JsonText values, WorkflowState state, CancellationToken cancellationToken) =>
        (await _flows.LookAsync(tool, values, grant: null, state, cancellationToken))?.Arguments ?? [];

    private static bool IsOpen(ArgumentLabel value) => value.Label.Marks.IsEmpty && value.Label.Readers is null;

    /// <summary>
    /// No file says of a fact what it is. One that stands nowhere else was worked out by a query, not written by a model out of all that it had seen: a number or a yes says no
    /// more than it says, and words may be anybody's name.
    /// </summary>
    private static bool IsFigure(ArgumentLabel fact, JsonText facts) =>
        fact.Origin == LabelOrigin.Composed && facts.ToElement().TryGetProperty(fact.Path, out var value) && value.ValueKind != JsonValueKind.String;
}
