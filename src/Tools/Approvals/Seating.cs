using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What is written down when somebody agrees. Pure.</summary>
internal static class Seating
{
    /// <summary>How an agreement is recorded that somebody gave by writing the arguments themselves.</summary>
    public const string ByEdit = "edit";

    /// <summary>The seat that a person takes, and the approval when it is the last; empty when there is none for them.</summary>
    public static ImmutableArray<WorkflowEvent> Sit(ApprovalState approval, string person, string via, PrivateText? reason, IDirectory directory, DateTimeOffset now, StandingTerms? standing = null)
    {
        if (Chair.For(approval, person, directory, now) is not { } chair)
        {
            return [];
        }

        var id = approval.Requested.Approval;
        var filled = new SeatFilled(id, chair.Role, person, via, reason, chair.StandsInFor, chair.EscalatedTo) { Standing = standing };
        return (approval with { Filled = approval.Filled.Add(filled) }).IsFull
            ? [filled, new ApprovalDecided(id, person, via, ApprovalVerdict.Approved, null)]
            : [filled];
    }

    /// <summary>
    /// Whoever wrote the arguments agrees to exactly these: to what is asked right after their edit, where rules made nothing else of it and they may sit there.
    /// </summary>
    /// <param name="requested">What is asked.</param>
    /// <param name="call">Its call, before that.</param>
    /// <param name="directory">People.</param>
    /// <param name="now">The moment.</param>
    public static ImmutableArray<WorkflowEvent> OfEditor(ApprovalRequested requested, CallState? call, IDirectory directory, DateTimeOffset now) =>
        call?.Edited is { Edit: { } edit } edited && edit.Approval == call.Approval && edited.Args == requested.Args
            ? Sit(new ApprovalState(requested), edit.By, ByEdit, null, directory, now)
            : [];
}
