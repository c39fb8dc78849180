namespace AiManager.Memory;

/// <summary>What a database says of the extension <c>vector</c>.</summary>
/// <param name="Installed">The version that is in use there; null for none.</param>
/// <param name="Available">The version that could be; null for none.</param>
internal sealed record PgvectorOffer(string? Installed, string? Available)
{
    private const int MostWhole = 2_000;
    private const int MostHalves = 4_000;
    private static readonly Version Graphs = new(0, 5);
    private static readonly Version Halves = new(0, 7);
    private static readonly Version Iterating = new(0, 8);

    /// <summary>True when a search through an index goes on until enough was found that is wanted.</summary>
    public bool CanIterate => Is(Iterating);

    /// <summary>Which index vectors of so many numbers can have there. Without one all are compared, which is right and takes longer.</summary>
    public PgvectorIndex IndexFor(int dimensions) => dimensions switch
    {
        <= MostWhole when Is(Graphs) => PgvectorIndex.Whole,
        > MostWhole and <= MostHalves when Is(Halves) => PgvectorIndex.Halves,
        _ => PgvectorIndex.None,
    };

    private bool Is(Version wanted) => Version.TryParse(Installed, out var version) && version >= wanted;
}

/// <summary>How the nearest are looked up. The numbers stand in tables of spaces.</summary>
internal enum PgvectorIndex
{
    /// <summary>Not at all: each vector is compared.</summary>
    None = 0,

    /// <summary>By a graph of the vectors.</summary>
    Whole = 1,

    /// <summary>By a graph of the vectors at half precision; what it finds is compared at full.</summary>
    Halves = 2,
}
