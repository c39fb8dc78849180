using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>How long those who are asked have, and who is asked next. Counted from the request.</summary>
/// <param name="RemindAfter">Null for no reminder.</param>
/// <param name="EscalateAfter">Null for no escalation.</param>
/// <param name="ExpiresAfter">When silence is a no; null leaves it to the default.</param>
/// <param name="Escalations">Who else may then fill which seat.</param>
internal sealed record AskLadder(TimeSpan? RemindAfter, TimeSpan? EscalateAfter, TimeSpan? ExpiresAfter, ImmutableArray<SeatEscalation> Escalations)
{
    /// <summary>Which seats open only when which others are filled.</summary>
    public ImmutableArray<SeatOrder> Order { get; init; } = [];

    /// <summary>Roles whose seats are only for people at work.</summary>
    public ImmutableArray<string> OnShift { get; init; } = [];

    public static AskLadder None { get; } = new(null, null, null, []);

    /// <summary>When silence is a no where nothing else is said.</summary>
    public static TimeSpan DefaultExpiry { get; } = TimeSpan.FromDays(2);

    /// <summary>Of several asks the earliest times hold. An ask lets others into the seats that it names, and into no other ask's.</summary>
    public static AskLadder Together(IEnumerable<AskLadder> ladders)
    {
        var all = ladders.ToList();
        return all.Count == 0 ? None : new AskLadder(
            all.Min(l => l.RemindAfter),
            all.Min(l => l.EscalateAfter),
            all.Min(l => l.ExpiresAfter ?? DefaultExpiry),
            [.. all.SelectMany(l => l.Escalations).Distinct().OrderBy(e => e.Role, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal)])
        {
            Order = [.. all.SelectMany(l => l.Order).Distinct().OrderBy(o => o.First, StringComparer.Ordinal).ThenBy(o => o.Then, StringComparer.Ordinal)],
            OnShift = [.. all.SelectMany(l => l.OnShift).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>
    /// The moments of an approval that is requested now. Stand-ins are admitted when the reminder has gone unanswered for as long again, but never later than
    /// halfway from it to the end, nor than the escalation; without a reminder, at half the time.
    /// </summary>
    public (DateTimeOffset ExpiresAt, ApprovalLadder Ladder) Begin(DateTimeOffset now)
    {
        var end = ExpiresAfter ?? DefaultExpiry;
        var remind = RemindAfter < end ? RemindAfter : null;
        var escalate = EscalateAfter < end && !Escalations.IsEmpty ? EscalateAfter : null;
        var standIns = remind is { } first ? Earlier(first * 2, (first + end) / 2) : end / 2;
        standIns = Earlier(standIns, escalate ?? standIns);
        return (At(end), new ApprovalLadder(
            remind is { } r ? At(r) : null, At(standIns), escalate is { } e ? At(e) : null, escalate is null ? [] : Escalations, Order.IsEmpty ? null : Order, OnShift.IsEmpty ? null : OnShift));

        DateTimeOffset At(TimeSpan after) => EventHash.Cut(now + after);
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>Equal lists are equal.</summary>
    public bool Equals(AskLadder? other) =>
        other is not null && (RemindAfter, EscalateAfter, ExpiresAfter) == (other.RemindAfter, other.EscalateAfter, other.ExpiresAfter) && Escalations.SequenceEqual(other.Escalations) && Order.SequenceEqual(other.Order) && OnShift.SequenceEqual(other.OnShift);

    public override int GetHashCode() => HashCode.Combine(RemindAfter, EscalateAfter, ExpiresAfter, Escalations.Length);
}
