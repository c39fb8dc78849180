using System.CommandLine;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Work on a whole store, whichever it is, that needs no company: nobody else writes a data folder meanwhile; a shared store has its own order.</summary>
internal static class StoreWork
{
    /// <summary>
    /// Opens the store for writing and does <paramref name="work"/>. Throws <see cref="UsageException"/> when there is nothing yet and
    /// <see cref="DataFolderInUseException"/> when somebody has the data folder.
    /// </summary>
    public static async Task<int> DoAsync(Terminal terminal, ParseResult line, Func<MemoryStore, Task> work, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        using var folder = place.IsShared ? null : await TakeAsync(place.DataFolder, cancellationToken);
        await using var store = place.Store is StoreSetting.Shared shared
            ? await SharedStores.OpenAsync(shared, new StoreClock(TimeProvider.System), NoCrashPoints.Instance, cancellationToken)
            : SqliteStore.Open(place.DataFolder, new SqliteStoreOptions());
        try
        {
            await work(store);
            return Exit.Completed;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(fault.Message);
            return Exit.Unexpected;
        }
    }

    private static async Task<DataFolder> TakeAsync(string data, CancellationToken cancellationToken) =>
        !File.Exists(DataFolder.JournalOf(data)) ? throw new UsageException($"There is no journal in the data folder '{data}' yet.")
        : await DataFolder.TakeOrRefuseAsync(data, cancellationToken);
}
