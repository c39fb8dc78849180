using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Who has to agree.</summary>
/// <param name="Seats">Each role once, by role.</param>
/// <param name="ExpiresAfter">When silence is a no; null leaves it to the default.</param>
internal sealed record Approvers(ImmutableArray<Seat> Seats, TimeSpan? ExpiresAfter)
{
    public static Approvers None { get; } = new([], null);

    /// <summary>When silence is a no where nothing else is said.</summary>
    public static TimeSpan DefaultExpiry { get; } = TimeSpan.FromDays(2);

    /// <summary>What satisfies all of <paramref name="asks"/>: per role the largest number that any wants, and the earliest end.</summary>
    public static Approvers Together(IEnumerable<Approvers> asks)
    {
        var wanted = new SortedDictionary<string, int>(StringComparer.Ordinal);
        TimeSpan? earliest = null;
        foreach (var ask in asks)
        {
            foreach (var seat in ask.Seats)
            {
                wanted[seat.Role] = Math.Max(wanted.GetValueOrDefault(seat.Role), seat.Count);
            }

            var end = ask.ExpiresAfter ?? DefaultExpiry;
            earliest = earliest < end ? earliest : end;
        }

        return new Approvers([.. wanted.Select(w => new Seat(w.Key, w.Value))], earliest);
    }

    /// <summary>"procurement-lead and 2 × cfo".</summary>
    public override string ToString() => string.Join(" and ", Seats.Select(s => s.Count == 1 ? s.Role : $"{s.Count} × {s.Role}"));
}
