using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Where in the journal stands what auditors look for: places by what they are about. It is made from the journal behind it, so losing it loses time and nothing else, and whoever reads it
/// reads the events themselves before saying anything of them. It holds ids and names that stand open in the journal, and nothing that people typed.
/// </summary>
public interface IAuditIndex
{
    /// <summary>The position up to which the journal has been read into it; 0 where nothing has.</summary>
    Task<long> ThroughAsync(CancellationToken cancellationToken);

    /// <summary>Writes places and how far the journal is read by then, together. False where it no longer stands at <paramref name="from"/>: nothing is written, another host was first.</summary>
    /// <param name="from">How far it was read before.</param>
    /// <param name="through">How far it is read now.</param>
    /// <param name="places">In any order. One that is there already is about what it is said to be about now, and no less than before.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been written.</param>
    Task<bool> PutAsync(long from, long through, ImmutableArray<AuditPlace> places, CancellationToken cancellationToken);

    /// <summary>Places whose events are here, and not in an archive file. Looks at no more of them than a caller can wait for, however many there are: the answer says from where to go on.</summary>
    Task<AuditPlaces> FindAsync(AuditLook look, CancellationToken cancellationToken);

    /// <summary>All words that begin so, in order: as many as there are different ones, not as there are places.</summary>
    Task<ImmutableArray<string>> WordsAsync(string beginning, CancellationToken cancellationToken);
}

/// <summary>An event that an auditor may look for.</summary>
/// <param name="Position">Its place in the journal.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Seq">Its place in that.</param>
/// <param name="At">When.</param>
/// <param name="Words">What it is about, each of <see cref="AuditWords"/>.</param>
public sealed record AuditPlace(long Position, string Stream, int Seq, DateTimeOffset At, ImmutableArray<string> Words);

/// <summary>Which places somebody looks for.</summary>
/// <param name="Each">Of each of these at least one word; one without any finds nothing.</param>
/// <param name="After">Behind this position.</param>
/// <param name="Before">Before this one.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="IsOldestFirst">From the beginning on; else from the end backwards.</param>
public sealed record AuditLook(ImmutableArray<ImmutableArray<string>> Each, long After, long Before, int Limit, bool IsOldestFirst = false)
{
    /// <summary>The rest of it.</summary>
    /// <param name="next">From the answer.</param>
    public AuditLook GoOn(long next) => IsOldestFirst ? this with { After = next } : this with { Before = next };
}

/// <summary>What was found.</summary>
/// <param name="Items">In the order that was asked for; there may be none although there are more.</param>
/// <param name="Next">The last position that was looked at, where there is more behind it; null where all is found.</param>
public sealed record AuditPlaces(ImmutableArray<AuditPlace> Items, long? Next);
