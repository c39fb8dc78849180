using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Who is kept from deciding a question, and what becomes of seats that nobody is left for. Pure.</summary>
internal static class Exclusion
{
    /// <summary>
    /// The question with everybody kept out who made the call what it is. Where that leaves too few for a seat, whom the rules would have asked later are asked at
    /// once; where there is nobody later, it says so, and the seat stays open until time runs out: better no answer than one's own.
    /// </summary>
    /// <param name="asked">The question, with the requester excluded.</param>
    /// <param name="state">Its workflow.</param>
    /// <param name="directory">People.</param>
    /// <returns>The question, and the escalations that go with it.</returns>
    public static (ApprovalRequested Asked, ImmutableArray<WorkflowEvent> Escalated) Of(ApprovalRequested asked, WorkflowState state, IDirectory directory)
    {
        var steered = Steering.Of(state, asked.Call, asked.Task, asked.Args);
        if (!steered.IsEmpty)
        {
            asked = asked with { Excluded = [.. asked.Excluded.Concat(steered.Select(s => s.Person)).Distinct(StringComparer.Ordinal)], Steered = steered };
        }

        var empty = asked.Seats.Where(s => IsEmptied(s, asked, directory)).Select(s => s.Role).ToList();
        if (empty.Count == 0)
        {
            return (asked, []);
        }

        var next = (asked.Ladder?.Escalations ?? []).Where(e => empty.Contains(e.Role)).Select(e => e.To).Distinct().ToList();
        var left = $"Nobody who may decide it is left for {string.Join(", ", empty)}";
        return next.Count == 0
            ? (asked with { Reason = $"{asked.Reason} {left}." }, [])
            : (asked with { Reason = $"{asked.Reason} {left}, so it goes to {string.Join(", ", next)} at once." }, [.. next.Select(role => new ApprovalEscalated(asked.Approval, role))]);
    }

    /// <summary>There would be enough for the seat, had not some of them made the call what it is.</summary>
    private static bool IsEmptied(Seat seat, ApprovalRequested asked, IDirectory directory)
    {
        var holders = directory.People.Where(p => p.Roles.Contains(seat.Role)).ToList();
        return holders.Count >= seat.Count && holders.Count(p => !asked.Excluded.Contains(p.Id)) < seat.Count;
    }
}
