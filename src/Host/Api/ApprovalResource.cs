using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>An approval as it is shown outside.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Task">The task; null when it is about none.</param>
/// <param name="Agent">Who wants the call.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">Exactly what would be sent.</param>
/// <param name="Facts">What the gate found out itself.</param>
/// <param name="Digest">What the approval is for.</param>
/// <param name="Rule">The rules and budgets that ask, separated by commas.</param>
/// <param name="Reason">Why.</param>
/// <param name="Seats">Who must agree, and who has.</param>
/// <param name="Excluded">Who can never fill a seat.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>used</c>, <c>rejected</c>, <c>expired</c>, <c>edited</c>, <c>responded</c> or <c>void</c>.</param>
/// <param name="RequestedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; then silence is a no.</param>
/// <param name="RemindedAt">UTC; null while nobody was reminded.</param>
/// <param name="StandIns">Who may decide by now, in whose place.</param>
/// <param name="EscalatedTo">Which role may fill which seat too by now.</param>
/// <param name="EditedBy">The person who wrote other arguments; null when nobody did.</param>
/// <param name="Changes">What differs from what the agent wanted; for one that ended as edited, from what was asked.</param>
/// <param name="Batch">Equal for approvals that one decision can settle together: the same rules ask the same seats about the same tool.</param>
internal sealed record ApprovalResource(
    ApprovalId Id,
    WorkflowId Workflow,
    TaskId? Task,
    string Agent,
    string Tool,
    JsonText Arguments,
    JsonText Facts,
    string Digest,
    string Rule,
    string Reason,
    ImmutableArray<SeatView> Seats,
    ImmutableArray<string> Excluded,
    string Status,
    DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RemindedAt,
    ImmutableArray<StandIn> StandIns,
    ImmutableArray<SeatEscalation> EscalatedTo,
    string? EditedBy,
    ImmutableArray<ArgumentDifferenceResource> Changes,
    string Batch)
{
    /// <summary>What the call would do, as a read of its tool's showed when it was asked; null where the tool offers none.</summary>
    public PreviewView? Preview { get; init; }

    /// <summary>What ties those of <see cref="Excluded"/> to the call who did not ask for the goal; empty where that is nobody.</summary>
    public ImmutableArray<Steerer> Steered { get; init; } = [];

    /// <summary>As the desk gives it.</summary>
    public static ApprovalResource Of(ApprovalView view)
    {
        var asked = view.Requested;
        return new ApprovalResource(
            view.Approval,
            view.Workflow,
            asked.Task,
            asked.Agent,
            asked.Tool,
            asked.Args,
            asked.Facts,
            asked.Digest,
            string.Join(", ", asked.Rules.Concat(asked.Budgets).Distinct(StringComparer.Ordinal)),
            asked.Reason,
            view.Seats,
            asked.Excluded,
            view.Status,
            view.RequestedAt,
            asked.ExpiresAt,
            view.RemindedAt,
            view.StandIns,
            view.Escalations,
            view.EditedBy,
            [.. view.Changes.Select(c => new ArgumentDifferenceResource(c.Arg, c.Before, c.After))],
            view.Batch)
        {
            Preview = view.Preview,
            Steered = asked.Steered ?? [],
        };
    }
}

/// <summary>One argument that is another.</summary>
/// <param name="Argument">Its path.</param>
/// <param name="Before">What stood there; null for nothing.</param>
/// <param name="After">What stands there; null for nothing.</param>
internal sealed record ArgumentDifferenceResource(string Argument, JsonText? Before, JsonText? After);

/// <summary>What came of a decision.</summary>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>rejected</c>, <c>edited</c> or <c>responded</c>.</param>
/// <param name="Seats">As they are now.</param>
internal sealed record DecisionResource(string Status, ImmutableArray<SeatView> Seats)
{
    /// <summary>The change that proposes the standing rule that somebody asked for, now that everybody has agreed; null for none.</summary>
    public ChangeId? Change { get; init; }

    /// <summary>Why the standing rule is not proposed, or not yet, though the decision counts; null where it is, or nobody asked.</summary>
    public string? NoChange { get; init; }
}

/// <summary>What came of one decision for several approvals.</summary>
/// <param name="Items">In the order asked.</param>
internal sealed record BatchResource(ImmutableArray<BatchItemResource> Items);

/// <summary>What came of it for one of them.</summary>
/// <param name="Id">Which.</param>
/// <param name="Status">As for a decision; <c>refused</c> when somebody was first meanwhile.</param>
/// <param name="Seats">As they are now; null when refused.</param>
/// <param name="Reason">Why it was refused; null when it was not.</param>
internal sealed record BatchItemResource(ApprovalId Id, string Status, ImmutableArray<SeatView>? Seats, string? Reason)
{
    /// <summary>As the desk gives it.</summary>
    public static BatchItemResource Of((ApprovalId Approval, DecideResult Result) item) => item.Result switch
    {
        DecideResult.Recorded recorded => new BatchItemResource(item.Approval, recorded.Status, recorded.Seats, null),
        DecideResult.Forbidden forbidden => Refused(item.Approval, forbidden.Reason),
        DecideResult.Conflict conflict => Refused(item.Approval, conflict.Reason),
        DecideResult.Invalid invalid => Refused(item.Approval, invalid.Reason),
        DecideResult.TooMany late => Refused(item.Approval, late.Reason),
        _ => Refused(item.Approval, "There is no such approval."),
    };

    private static BatchItemResource Refused(ApprovalId id, string why) => new(id, "refused", null, why);
}
