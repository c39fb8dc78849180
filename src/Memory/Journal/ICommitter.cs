namespace AiManager.Memory;

/// <summary>Carries writes out. What a store provider has to bring; called by one thread at a time.</summary>
internal interface ICommitter : IDisposable
{
    /// <summary>
    /// Carries out all of <paramref name="batch"/> in one transaction, in order, and sets each outcome. Returns when it is on disk; when it throws, nothing is.
    /// Throws <see cref="Domain.StoreUnavailableException"/> for what is the store's fault (away, full) and anything else for what may be one write's own.
    /// </summary>
    void Commit(IReadOnlyList<IWrite> batch);
}
