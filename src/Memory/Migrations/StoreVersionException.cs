namespace AiManager.Memory;

/// <summary>A newer program has changed the store so that this one must not use it.</summary>
public sealed class StoreVersionException(int found, int known, string oldestProgram)
    : Exception($"The store is at schema {found} and this program knows {known}. Start version {oldestProgram} of the program or a newer one.")
{
    /// <summary>The store's schema.</summary>
    public int Found { get; } = found;

    /// <summary>The newest schema that this program knows.</summary>
    public int Known { get; } = known;

    /// <summary>The oldest program that may use the store.</summary>
    public string OldestProgram { get; } = oldestProgram;
}
