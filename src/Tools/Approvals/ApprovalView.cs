using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>An approval with everything that somebody needs who decides it.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>used</c>, <c>rejected</c>, <c>expired</c> or <c>void</c>.</param>
/// <param name="Requested">What exactly is asked, why and by which rule.</param>
/// <param name="Seats">Every seat, and who sits there.</param>
/// <param name="RequestedAt">UTC.</param>
/// <param name="RemindedAt">UTC; null while nobody was reminded.</param>
/// <param name="StandIns">Who may decide in somebody's place by now.</param>
/// <param name="Escalations">Which roles may fill which other seats by now.</param>
public sealed record ApprovalView(
    ApprovalId Approval,
    WorkflowId Workflow,
    string Status,
    ApprovalRequested Requested,
    ImmutableArray<SeatView> Seats,
    DateTimeOffset RequestedAt,
    DateTimeOffset? RemindedAt,
    ImmutableArray<StandIn> StandIns,
    ImmutableArray<SeatEscalation> Escalations)
{
    /// <summary>It waits for people.</summary>
    public const string Pending = "pending";

    internal static ApprovalView Of(WorkflowId workflow, string status, ApprovalState state) =>
        new(state.Requested.Approval, workflow, status, state.Requested, SeatsOf(state), state.RequestedAt, state.RemindedAt, state.StandIns, [.. state.Escalations]);

    internal static string StatusOf(ApprovalState state) => state.Verdict switch
    {
        null => Pending,
        _ when state.IsUsed => "used",
        ApprovalVerdict.Approved => "approved",
        ApprovalVerdict.Rejected => "rejected",
        ApprovalVerdict.Expired => "expired",
        _ => "void",
    };

    internal static ImmutableArray<SeatView> SeatsOf(ApprovalState state) =>
    [
        .. state.Requested.Seats.SelectMany(seat =>
        {
            var by = state.Filled.Where(f => f.Role == seat.Role).Select(f => f.By).ToList();
            return Enumerable.Range(0, seat.Count).Select(i => new SeatView(seat.Role, i < by.Count ? by[i] : null));
        }),
    ];
}

/// <summary>One seat.</summary>
/// <param name="Role">Who may sit there.</param>
/// <param name="By">Who does; null while it is free.</param>
public sealed record SeatView(string Role, string? By);

/// <summary>What came of a decision.</summary>
public abstract record DecideResult
{
    private DecideResult()
    {
    }

    /// <summary>It counts.</summary>
    /// <param name="Status">Of the approval now: <c>pending</c>, <c>approved</c> or <c>rejected</c>.</param>
    /// <param name="Seats">Every seat, and who sits there.</param>
    public sealed record Recorded(string Status, ImmutableArray<SeatView> Seats) : DecideResult;

    /// <summary>There is no such approval.</summary>
    public sealed record NotFound : DecideResult;

    /// <summary>This person may not decide it.</summary>
    public sealed record Forbidden(string Reason) : DecideResult;

    /// <summary>It is decided already, or this person has sat down already.</summary>
    public sealed record Conflict(string Reason) : DecideResult;
}
