namespace AiManager.Host;

/// <summary>What came of sending a message once.</summary>
internal abstract record OutboxOutcome
{
    private OutboxOutcome(int? status, string detail) => (Status, Detail) = (status, detail);

    /// <summary>What the other side answered; null for nothing.</summary>
    public int? Status { get; }

    /// <summary>For people.</summary>
    public string Detail { get; }

    /// <summary>It arrived, or nobody needs it any more.</summary>
    public sealed record Settled(int? Code, string Words) : OutboxOutcome(Code, Words);

    /// <summary>Not this time; it is tried again.</summary>
    /// <param name="Code">As answered.</param>
    /// <param name="Words">For people.</param>
    /// <param name="IsAway">True when the next message would fare no better now: then the rest waits for the next round, so that a receiver that is away costs one timeout and not fifty.</param>
    /// <param name="NotBefore">When the other side said that it may be asked again, of anything; null where it said nothing.</param>
    public sealed record Later(int? Code, string Words, bool IsAway, DateTimeOffset? NotBefore = null) : OutboxOutcome(Code, Words);

    /// <summary>Never: it is given up at once.</summary>
    public sealed record Refused(int? Code, string Words) : OutboxOutcome(Code, Words);

    /// <summary>The receiver wants nothing more, of this or of anything: sending to it stops until somebody says so.</summary>
    public sealed record Gone(int? Code, string Words) : OutboxOutcome(Code, Words);
}
