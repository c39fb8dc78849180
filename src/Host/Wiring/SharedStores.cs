using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Opens a store that many hosts share.</summary>
internal static class SharedStores
{
    /// <summary>Opens it. Throws <see cref="StoreUnavailableException"/> and <see cref="UsageException"/>; neither says what names it.</summary>
    public static Task<MemoryStore> OpenAsync(StoreSetting.Shared setting, ICrashPoints crash, CancellationToken cancellationToken) =>
        throw new UsageException($"A shared store cannot be opened by this program: {setting}.");
}
