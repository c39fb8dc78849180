using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>An approval with everything that somebody needs who decides it.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>used</c>, <c>rejected</c>, <c>expired</c>, <c>edited</c>, <c>responded</c> or <c>void</c>.</param>
/// <param name="Requested">What exactly is asked, why and by which rule.</param>
/// <param name="Seats">Every seat, and who sits there.</param>
/// <param name="RequestedAt">UTC.</param>
/// <param name="RemindedAt">UTC; null while nobody was reminded.</param>
/// <param name="StandIns">Who may decide in somebody's place by now.</param>
/// <param name="Escalations">Which roles may fill which other seats by now.</param>
/// <param name="EditedBy">The person who wrote other arguments: those that are asked here, or, when this ended as edited, those that are wanted since; null when nobody did.</param>
/// <param name="Changes">What differs from what the agent wanted; for one that ended as edited, from what was asked. Empty when nothing does.</param>
/// <param name="Batch">What approvals have in common that one decision can settle: digest of tool, rules and seats, hex.</param>
public sealed record ApprovalView(
    ApprovalId Approval,
    WorkflowId Workflow,
    string Status,
    ApprovalRequested Requested,
    ImmutableArray<SeatView> Seats,
    DateTimeOffset RequestedAt,
    DateTimeOffset? RemindedAt,
    ImmutableArray<StandIn> StandIns,
    ImmutableArray<SeatEscalation> Escalations,
    string? EditedBy,
    ImmutableArray<ArgumentDifference> Changes,
    string Batch)
{
    /// <summary>It waits for people.</summary>
    public const string Pending = "pending";

    /// <summary>What the call would do; null where its tool does not show it.</summary>
    public PreviewView? Preview { get; init; }

    /// <summary>What makes calls of one batch equal to whoever looks at them: digest of who calls, of the arguments and of the facts, hex.</summary>
    public required string Call { get; init; }

    internal static ApprovalView Of(WorkflowState workflow, ApprovalState state)
    {
        var asked = state.Requested;
        var call = workflow.Calls[asked.Call];
        var edit = call.Edited?.Edit;
        var (from, to) = edit?.Approval == asked.Approval ? (asked.Args, call.Edited!.Args) : (call.Proposed.Args, asked.Args);
        var isEdited = edit is not null && (edit.Approval == asked.Approval || call.Approval == asked.Approval);
        return new ApprovalView(
            asked.Approval, workflow.Id, StatusOf(state), asked, SeatsOf(state), state.RequestedAt, state.RemindedAt, state.StandIns, [.. state.Escalations],
            isEdited ? edit!.By : null, ArgumentDiff.Of(from, to), BatchOf(asked))
        {
            Preview = PreviewView.Of(workflow, state),
            Call = CallOf(asked),
        };
    }

    /// <summary>Approvals can be settled by one decision when the same rules and budgets ask the same seats about the same tool; the arguments may differ.</summary>
    internal static string BatchOf(ApprovalRequested asked) => CanonicalJson.Digest(
        [
            asked.Tool,
            .. asked.Rules.Concat(asked.Budgets).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(r => "rule:" + r),
            .. asked.Seats.Select(s => $"seat:{s.Count}×{s.Role}").Order(StringComparer.Ordinal),
            .. (asked.Ladder?.Order ?? []).Select(o => $"order:{o.First}<{o.Then}").Order(StringComparer.Ordinal),
            .. (asked.Ladder?.OnShift ?? []).Select(r => "shift:" + r),
        ]);

    /// <summary>What makes calls of one batch equal to whoever looks at them: who calls, with which arguments, and the facts. Digest, hex.</summary>
    internal static string CallOf(ApprovalRequested asked) => CanonicalJson.Digest(asked.Agent, asked.Tool, CanonicalJson.Of(asked.Args).Text, CanonicalJson.Of(asked.Facts).Text);

    internal static string StatusOf(ApprovalState state) => state.Verdict switch
    {
        null => Pending,
        _ when state.IsUsed => "used",
        ApprovalVerdict.Approved => "approved",
        ApprovalVerdict.Rejected => "rejected",
        ApprovalVerdict.Expired => "expired",
        ApprovalVerdict.Edited => "edited",
        ApprovalVerdict.Responded => "responded",
        _ => "void",
    };

    internal static ImmutableArray<SeatView> SeatsOf(ApprovalState state) =>
    [
        .. state.Requested.Seats.SelectMany(seat =>
        {
            var by = state.Filled.Where(f => f.Role == seat.Role).Select(f => f.By).ToList();
            return Enumerable.Range(0, seat.Count).Select(i => new SeatView(seat.Role, i < by.Count ? by[i] : null, state.IsWaiting(seat.Role)));
        }),
    ];
}

/// <summary>An approval where it stands.</summary>
/// <param name="View">The approval.</param>
/// <param name="Workflow">Its workflow, folded.</param>
/// <param name="CanDecide">Whether the person who looks could decide it now.</param>
public sealed record ApprovalInContext(ApprovalView View, WorkflowState Workflow, bool CanDecide);

/// <summary>One seat.</summary>
/// <param name="Role">Who may sit there.</param>
/// <param name="By">Who does; null while it is free.</param>
/// <param name="Waits">True while other seats have to be filled before this one opens.</param>
public sealed record SeatView(string Role, string? By, bool Waits = false);

/// <summary>What came of a decision.</summary>
public abstract record DecideResult
{
    private DecideResult()
    {
    }

    /// <summary>It counts.</summary>
    /// <param name="Status">Of the approval now: <c>pending</c>, <c>approved</c>, <c>rejected</c>, <c>edited</c> or <c>responded</c>.</param>
    /// <param name="Seats">Every seat, and who sits there.</param>
    public sealed record Recorded(string Status, ImmutableArray<SeatView> Seats) : DecideResult
    {
        /// <summary>The change that proposes the standing rule that somebody asked for, now that everybody has agreed; null for none.</summary>
        public ChangeId? Change { get; init; }

        /// <summary>Why that could not be proposed, though the decision counts; null where it could, or nobody asked.</summary>
        public string? NoChange { get; init; }
    }

    /// <summary>There is no such approval.</summary>
    public sealed record NotFound : DecideResult;

    /// <summary>This person may not decide it.</summary>
    public sealed record Forbidden(string Reason) : DecideResult;

    /// <summary>What the person wrote is none of what the tool takes; nothing was recorded.</summary>
    /// <param name="Reason">Which field, and what about it.</param>
    public sealed record Invalid(string Reason) : DecideResult;

    /// <summary>This person has decided as much as one may within an hour; nothing was recorded.</summary>
    /// <param name="Reason">In words, with the moment.</param>
    /// <param name="Until">UTC; then there is room for one.</param>
    public sealed record TooMany(string Reason, DateTimeOffset Until) : DecideResult;

    /// <summary>It is decided already, or this person has sat down already.</summary>
    public sealed record Conflict(string Reason) : DecideResult;
}
