using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Makes what is shown of an approval.</summary>
internal static class ApprovalMapper
{
    /// <summary>The whole approval.</summary>
    public static ApprovalResource Map(WorkflowState state, ApprovalState approval)
    {
        var asked = approval.Requested;
        return new ApprovalResource(
            asked.Approval,
            state.Id,
            state.Submitted?.Goal.Words ?? string.Empty,
            asked.Task,
            asked.Task is { } task ? state.Task(task)?.Task.Title : null,
            asked.Agent,
            asked.Tool,
            asked.Args,
            asked.Facts,
            asked.Digest,
            string.Join(", ", asked.Rules.Concat(asked.Budgets).Distinct(StringComparer.Ordinal)),
            asked.Reason,
            Seats(approval),
            asked.Excluded,
            Status(approval),
            approval.RequestedAt,
            asked.ExpiresAt);
    }

    /// <summary>Every seat, those that are filled first within a role.</summary>
    public static ImmutableArray<SeatResource> Seats(ApprovalState approval) =>
    [
        .. approval.Requested.Seats.SelectMany(seat =>
        {
            var by = approval.Filled.Where(f => f.Role == seat.Role).Select(f => f.By).ToList();
            return Enumerable.Range(0, seat.Count).Select(i => new SeatResource(seat.Role, i < by.Count ? by[i] : null));
        }),
    ];

    /// <summary>In the contract's words.</summary>
    public static string Status(ApprovalState approval) => approval.Verdict switch
    {
        null => "pending",
        ApprovalVerdict.Approved => "approved",
        ApprovalVerdict.Rejected => "rejected",
        ApprovalVerdict.Expired => "expired",
        _ => "void",
    };

    /// <summary>True when this person could fill a seat that is still open.</summary>
    public static bool CanDecide(ApprovalResource approval, string person, IReadOnlyCollection<string> roles) =>
        approval.Status == "pending"
        && !approval.Excluded.Contains(person)
        && approval.Seats.All(s => s.By != person)
        && approval.Seats.Any(s => s.By is null && roles.Contains(s.Role));
}
