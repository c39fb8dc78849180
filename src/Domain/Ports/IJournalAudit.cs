namespace AiManager.Domain;

/// <summary>Proving the journal, and taking it out.</summary>
public interface IJournalAudit
{
    /// <summary>
    /// Recomputes every hash and chain, checks that positions rise with seq in each stream and that heads and blobs agree, rebuilds the read models
    /// from the events and compares. Names the first wrong event.
    /// </summary>
    /// <param name="progress">Told the number of events checked, now and then; null for nobody.</param>
    /// <param name="cancellationToken">Stops; nothing is changed by verifying.</param>
    Task<AuditResult> VerifyAsync(IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>As the other, and every event that a seal named must be there, at its place and with its hash; see <see cref="JournalSealed"/>.</summary>
    /// <param name="seals">Kept elsewhere, and found right by themselves.</param>
    /// <param name="progress">Told the number of events checked, now and then; null for nobody.</param>
    /// <param name="cancellationToken">Stops; nothing is changed by verifying.</param>
    Task<AuditResult> VerifyAsync(IReadOnlyList<JournalSealed> seals, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>How many events of a stretch of time lie in archive files: then no list and no export has them until they are taken back in.</summary>
    /// <param name="from">At or after; null for no bound.</param>
    /// <param name="to">Before; null for no bound.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<long> ArchivedAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken);

    /// <summary>Throws the read models away and makes them again from the events.</summary>
    Task RebuildAsync(CancellationToken cancellationToken);
}

/// <summary>What verifying found.</summary>
/// <param name="Events">Events checked.</param>
/// <param name="Streams">Streams checked.</param>
/// <param name="Fault">The first wrong event, in words; null when all is right.</param>
/// <param name="Stream">Its stream; null when all is right.</param>
/// <param name="Seq">Its seq; null when all is right.</param>
/// <param name="Position">Its position; null when all is right.</param>
/// <param name="Archived">How many of the events lie in archive files: their place in the chains was checked, their bodies are not here.</param>
public sealed record AuditResult(long Events, int Streams, string? Fault, string? Stream, int? Seq, long? Position, long Archived = 0)
{
    /// <summary>True when nothing is wrong.</summary>
    public bool IsSound => Fault is null;
}
