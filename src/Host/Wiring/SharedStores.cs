using System.Data.Common;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Opens a store that many hosts share. What names it is a secret, and so is everything that a driver says which may repeat a part of it.</summary>
internal static class SharedStores
{
    /// <summary>Opens it, and sets <paramref name="clock"/> by it. Throws <see cref="StoreUnavailableException"/>.</summary>
    public static async Task<MemoryStore> OpenAsync(StoreSetting.Shared setting, StoreClock clock, ICrashPoints crash, CancellationToken cancellationToken)
    {
        try
        {
            var store = await PostgresStore.OpenAsync(setting.Reveal(), new PostgresStoreOptions { CrashPoints = crash, Time = clock }, cancellationToken);
            await clock.MeasureAsync(store.NowAsync, cancellationToken);
            return store;
        }
        catch (StoreUnavailableException away)
        {
            // Without the cause, too: whoever logs this logs the words of the driver.
            throw new StoreUnavailableException($"The shared store cannot be opened: {Why(away.InnerException)}");
        }
    }

    private static string Why(Exception? cause) => (cause as DbException)?.SqlState switch
    {
        "28P01" or "28000" => "the server refuses the sign-in. Is the user right, and the password?",
        "3D000" => "the server has no such database. Make it first; the tables are made by themselves.",
        "53300" => "the server has no connection left.",
        "42501" => "the user may not do there what is needed: it must own the database, or be able to make tables in it.",
        { Length: 5 } state => $"the server says no ({state}).",
        _ => "the server cannot be reached. Is it running, and is its address right?",
    };
}
