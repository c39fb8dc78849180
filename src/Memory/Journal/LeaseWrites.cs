using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Take the lease of a workflow that has something to do. The outcome is null when there is none.</summary>
internal sealed class ClaimWrite(string node, DateTimeOffset now, TimeSpan lease, string? only) : Write<Claim?>
{
    public string Node { get; } = node;

    public DateTimeOffset Now { get; } = now;

    public DateTimeOffset Until { get; } = now + lease;

    public string? Only { get; } = only;
}

/// <summary>Hold on to a lease. The outcome is false when it is somebody else's by now.</summary>
internal sealed class RenewWrite(Claim claim, DateTimeOffset until) : Write<bool>
{
    public Claim Claim { get; } = claim;

    public DateTimeOffset Until { get; } = until;
}

/// <summary>Let a lease go. The outcome is true when there is more to do.</summary>
internal sealed class ReleaseWrite(Claim claim, int foldedSeq) : Write<bool>
{
    public Claim Claim { get; } = claim;

    public int FoldedSeq { get; } = foldedSeq;

    public override bool WakesDrivers => Outcome;
}
