using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Who has to agree.</summary>
/// <param name="Seats">Each role once, by role.</param>
/// <param name="Ladder">How long they have, and who is asked next.</param>
internal sealed record Approvers(ImmutableArray<Seat> Seats, AskLadder Ladder)
{
    public static Approvers None { get; } = new([], AskLadder.None);

    /// <summary>What satisfies all of <paramref name="asks"/>: per role the largest number that any wants, and the earliest times.</summary>
    public static Approvers Together(IReadOnlyCollection<Approvers> asks)
    {
        var wanted = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var seat in asks.SelectMany(a => a.Seats))
        {
            wanted[seat.Role] = Math.Max(wanted.GetValueOrDefault(seat.Role), seat.Count);
        }

        return new Approvers([.. wanted.Select(w => new Seat(w.Key, w.Value))], AskLadder.Together(asks.Select(a => a.Ladder)));
    }

    /// <summary>"procurement-lead and 2 × cfo".</summary>
    public override string ToString() => string.Join(" and ", Seats.Select(s => s.Count == 1 ? s.Role : $"{s.Count} × {s.Role}"));
}
