namespace AiManager.Memory;

/// <summary>A row of <c>streams</c>, locked, as the writes of a batch leave it one after the other.</summary>
internal sealed class StreamHead(string stream)
{
    public string Stream { get; } = stream;

    public int Seq { get; set; }

    public byte[] Hash { get; set; } = [];

    public long UpdatedAt { get; set; }

    public int MaxSchema { get; set; }

    public int Priority { get; set; }

    public long Epoch { get; set; }

    public string? Owner { get; set; }

    public long? LeaseUntil { get; set; }

    public bool IsRunnable { get; set; }

    public long WokenAt { get; set; }

    /// <summary>There is no row yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>Events were appended.</summary>
    public bool IsAdvanced { get; set; }

    /// <summary>More changed than an append of its driver changes.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Somebody has to look at it; who waits already keeps its place in the queue.</summary>
    public void Wake(long now)
    {
        if (!IsRunnable)
        {
            (IsRunnable, WokenAt, IsChanged) = (true, now, true);
        }
    }

    /// <summary>True when this is the lease that holds.</summary>
    public bool IsHeldBy(Domain.Claim claim) => Owner is not null && Owner == claim.Node && Epoch == claim.Epoch;
}
