using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>An approval and how far it is.</summary>
/// <param name="Requested">As requested.</param>
public sealed record ApprovalState(ApprovalRequested Requested)
{
    /// <summary>Who sits where, in order.</summary>
    public ImmutableArray<SeatFilled> Filled { get; init; } = [];

    /// <summary>How it ended; null while it is pending.</summary>
    public ApprovalVerdict? Verdict { get; init; }

    /// <summary>Who ended it; null while it is pending.</summary>
    public string? By { get; init; }

    /// <summary>Why they ended it so; null while it is pending, and where they gave no words.</summary>
    public PrivateText? Reason { get; init; }

    /// <summary>True once its call has started with it.</summary>
    public bool IsUsed { get; init; }

    /// <summary>What became of the standing rule that somebody wanted; null while nothing has, and where nobody did.</summary>
    public StandingSettled? Standing { get; init; }

    /// <summary>True when everybody has agreed, somebody wants a standing rule with it, and nothing has become of that yet; also where the call itself came to nothing afterwards.</summary>
    public bool WantsStanding => Standing is null && (Verdict is ApprovalVerdict.Approved or ApprovalVerdict.Void) && IsFull && Filled.Any(f => f.Standing is not null);

    /// <summary>The call that shows what is asked for would do; null where the tool offers nothing.</summary>
    public CallId? PreviewCall { get; } = Requested.Preview is null ? null : PrefixedId.Derive<CallId>(Requested.Approval.Value, "preview");

    /// <summary>When it was requested.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>When whoever may decide was reminded; null while nobody was.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>When stand-ins were admitted; null while they are not.</summary>
    public DateTimeOffset? StandInsAdmittedAt { get; init; }

    /// <summary>Who may sit down in somebody's place.</summary>
    public ImmutableArray<StandIn> StandIns { get; init; } = [];

    /// <summary>Roles that it was escalated to, in order.</summary>
    public ImmutableArray<string> EscalatedTo { get; init; } = [];

    /// <summary>When it must be looked at for the reminder; null when there is none or it was given.</summary>
    public DateTimeOffset? NextReminder => RemindedAt is null ? Requested.Ladder?.RemindAt : null;

    /// <summary>When it must be looked at for the stand-ins; null when there is no such time or they were admitted.</summary>
    public DateTimeOffset? NextStandIns => StandInsAdmittedAt is null ? Requested.Ladder?.StandInsAt : null;

    /// <summary>When it must be looked at for the escalation; null when there is none or it happened.</summary>
    public DateTimeOffset? NextEscalation => Requested.Ladder is { } ladder && ladder.Escalations.Any(e => !EscalatedTo.Contains(e.To)) ? ladder.EscalateAt : null;

    /// <summary>Which seats the roles that it was escalated to may fill.</summary>
    public IEnumerable<SeatEscalation> Escalations => (Requested.Ladder?.Escalations ?? []).Where(e => EscalatedTo.Contains(e.To));

    /// <summary>Roles with a seat that nobody sits in yet.</summary>
    public IEnumerable<string> UnfilledRoles => Requested.Seats.Select(s => s.Role).Distinct().Where(role => Open(role) > 0);

    /// <summary>Roles with a seat that somebody may sit down in now.</summary>
    public IEnumerable<string> OpenRoles => UnfilledRoles.Where(role => !IsWaiting(role));

    /// <summary>True while other seats have to be filled before those of <paramref name="role"/>.</summary>
    public bool IsWaiting(string role) => Requested.Ladder?.Order is { } order && order.Any(o => o.Then == role && Open(o.First) > 0);

    /// <summary>True when the seats of <paramref name="role"/> are only for people who are at work.</summary>
    public bool NeedsShift(string role) => Requested.Ladder?.OnShift?.Contains(role) == true;

    /// <summary>True for the requester, whoever delegated, and whose words the arguments come from.</summary>
    public bool IsExcluded(string person) => Requested.Excluded.Contains(person);

    /// <summary>True when <paramref name="person"/> can take no seat, whatever their roles: excluded, seated already, or somebody sits in their place.</summary>
    public bool IsBarred(string person) => IsExcluded(person) || Filled.Any(f => f.By == person || f.StandsInFor == person);

    /// <summary>Seats of <paramref name="role"/> that nobody sits in yet.</summary>
    public int Open(string role) =>
        Requested.Seats.Where(s => s.Role == role).Sum(s => s.Count) - Filled.Count(f => f.Role == role);

    /// <summary>True when nobody more is needed.</summary>
    public bool IsFull => Requested.Seats.All(s => Open(s.Role) <= 0);
}
