using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Whether what an approval is about may be told outside the console, where nobody signs in: in a mail, or to whoever holds its link.</summary>
public sealed class ApprovalSecrecy
{
    private readonly FlowDesk _flows;
    private readonly Catalog _catalog;

    internal ApprovalSecrecy(FlowDesk flows, Catalog catalog) => (_flows, _catalog) = (flows, catalog);

    /// <summary>
    /// True when nothing is confidential about any argument and no source says who may read it. A tool that is no longer there says nothing of its arguments, so they
    /// are not told; nor is a call with a preview of its effect, whose answer may hold anything.
    /// </summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="state">Its workflow: where its values came from.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<bool> MayLeaveAsync(ApprovalRequested asked, WorkflowState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);

        // What a preview will show is not known yet, and nothing of it came into the arguments.
        return asked.Preview is null
            && _catalog.Find(asked.Tool) is { } tool
            && (await _flows.LookAsync(tool, asked.Args, grant: null, state, cancellationToken) is not { } look
                || look.Arguments.All(a => a.Label.Marks.IsEmpty && a.Label.Readers is null));
    }
}
