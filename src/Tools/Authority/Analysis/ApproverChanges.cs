namespace AiManager.Tools;

/// <summary>Whom an ask lets in later, or sooner, than before. Seats themselves are compared where it is known which calls are asked about.</summary>
internal static class ApproverChanges
{
    public static IEnumerable<PolicyChange> Of(string id, Approvers was, Approvers now)
    {
        if (was.Seats.IsEmpty || now.Seats.IsEmpty)
        {
            yield break;
        }

        foreach (var added in now.Ladder.Escalations.Except(was.Ladder.Escalations))
        {
            yield return Change(id, $"{added.To} may decide for {added.Role} in time");
        }

        foreach (var role in was.Ladder.OnShift.Except(now.Ladder.OnShift).Where(role => now.Seats.Any(s => s.Role == role)))
        {
            yield return Change(id, $"{role} may decide off shift");
        }

        if (!was.Ladder.Escalations.IsEmpty && now.Ladder.EscalateAfter < was.Ladder.EscalateAfter)
        {
            yield return Change(id, "others may decide sooner (escalateAfter)");
        }
    }

    /// <summary>Also the seats and their order, for an ask that is known by its id alone.</summary>
    public static IEnumerable<PolicyChange> WithSeats(string id, Approvers was, Approvers now)
    {
        foreach (var seat in was.Seats.Where(s => !now.Seats.Any(n => n.Role == s.Role && n.Count >= s.Count)))
        {
            yield return Change(id, $"{(seat.Count == 1 ? seat.Role : $"{seat.Count} × {seat.Role}")} need not agree any more");
        }

        foreach (var order in was.Ladder.Order.Except(now.Ladder.Order))
        {
            yield return Change(id, $"{order.Then} may agree before {order.First} has");
        }

        foreach (var change in Of(id, was, now))
        {
            yield return change;
        }
    }

    private static PolicyChange Change(string id, string message) => new(id, [], null, null, IsWider: true, IsCertain: true, message, null);
}
