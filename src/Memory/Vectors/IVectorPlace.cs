namespace AiManager.Memory;

/// <summary>
/// Where the vectors of one space are searched. What stands there is a copy: the truth is in the memory's tables, and whatever is lost here is brought again. Every member may throw
/// <see cref="VectorPlaceException"/>, after which anything between nothing and all of it was done, or is done yet when the other side wakes; doing it again is harmless. Thread-safe.
/// </summary>
internal interface IVectorPlace : IAsyncDisposable
{
    /// <summary>What people call it.</summary>
    string Name { get; }

    /// <summary>True where what was put is still there after a restart, and other hosts see it.</summary>
    bool IsKept { get; }

    /// <summary>
    /// Puts vectors, each in place of the one of its id, unless that is of a later seq: then it stays as it is. All have as many numbers as those that are there, or
    /// <see cref="VectorPlaceException"/>.
    /// </summary>
    Task PutAsync(IReadOnlyList<PlacedVector> vectors, CancellationToken cancellationToken);

    /// <summary>Takes vectors out; ids that are not there do no harm.</summary>
    Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>The likest, best first. Empty where there is nothing yet.</summary>
    /// <param name="asked">Of length 1.</param>
    /// <param name="most">How many.</param>
    /// <param name="filter">Which may be found.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked, int most, VectorFilter filter, CancellationToken cancellationToken);

    /// <summary>How many there are.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>All that are there, in pages. What is put or taken out meanwhile may be among them or not.</summary>
    IAsyncEnumerable<IReadOnlyList<PlacedId>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Takes all out, also those of spaces that were in use before.</summary>
    Task ClearAsync(CancellationToken cancellationToken);
}

/// <summary>A vector with what a search may filter by.</summary>
/// <param name="Id">Of what it stands for.</param>
/// <param name="Seq">Of the row that it was made from: what was found is compared with the row that is there then.</param>
/// <param name="Kind">What kind of entry that is.</param>
/// <param name="Stream">In which workflow.</param>
/// <param name="Vector">Of length 1, or all zeros.</param>
internal sealed record PlacedVector(string Id, long Seq, string Kind, string Stream, ReadOnlyMemory<float> Vector);

/// <summary>That a vector is there.</summary>
/// <param name="Id">Of what it stands for.</param>
/// <param name="Seq">Of the row that it was made from.</param>
internal readonly record struct PlacedId(string Id, long Seq);

/// <summary>A vector that was found.</summary>
/// <param name="Id">Of what it stands for.</param>
/// <param name="Seq">Of the row that it was made from.</param>
/// <param name="Likeness">The dot product with what was asked.</param>
internal readonly record struct NearVector(string Id, long Seq, float Likeness);

/// <summary>Which vectors may be found.</summary>
/// <param name="Kinds">Only these; empty for all.</param>
/// <param name="Except">None of this workflow; null for all.</param>
internal sealed record VectorFilter(IReadOnlyList<string> Kinds, string? Except)
{
    /// <summary>All.</summary>
    public static VectorFilter None { get; } = new([], null);
}

/// <summary>Vectors cannot be put or searched there now. The message is for people, and says no secret.</summary>
internal sealed class VectorPlaceException(string message, Exception? cause = null) : Exception(message, cause);
