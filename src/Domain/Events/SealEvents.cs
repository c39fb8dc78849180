using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// The ends of all streams that went on since the last seal, under one root that is chained to the last seal. Kept in the stream <c>seals</c>, and as a file wherever
/// nobody who could edit the store can edit files: the one shows nothing that the journal's own hashes do not, the other shows a history that was written anew.
/// </summary>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Through">The last position that it covers.</param>
/// <param name="Root">Merkle root of <paramref name="Heads"/>, hex; see <see cref="SealHash"/>.</param>
/// <param name="Previous">The last seal's <paramref name="Hash"/>, hex; 64 zeros for the first.</param>
/// <param name="Hash">What chains seals and what is signed, hex; see <see cref="SealHash"/>.</param>
/// <param name="Signature">ECDSA with SHA-256 over the bytes of <paramref name="Hash"/>, base64; null where the host had no key.</param>
/// <param name="Heads">In order of their position.</param>
public sealed record JournalSealed(int Number, long Through, string Root, string Previous, string Hash, string? Signature, ImmutableArray<SealedHead> Heads) : WorkflowEvent
{
    /// <summary>The stream's name.</summary>
    public const string Stream = "seals";
}

/// <summary>The last event of a stream, as it was when it was sealed.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Seq">Its seq.</param>
/// <param name="Position">Its position.</param>
/// <param name="Hash">Its hash, hex.</param>
public sealed record SealedHead(string Stream, int Seq, long Position, string Hash);
