using AiManager.ManagerAgent;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>A store, open, with the company that is in force in it: what a server and a verb begin with.</summary>
/// <param name="Store">Everything that is kept.</param>
/// <param name="Stream">The company's stream.</param>
/// <param name="Company">Bound, with its world in place.</param>
/// <param name="Standing">Which configuration that is, and what lies in this host's folder.</param>
/// <param name="Driving">How this host drives.</param>
/// <param name="Crash">For tests that kill the process.</param>
/// <param name="Time">The clock: this machine's, or the shared store's.</param>
internal sealed record OpenedCompany(
    MemoryStore Store, CompanyStream Stream, LoadedCompany Company, Standing Standing, DriverOptions Driving, ICrashPoints Crash, TimeProvider Time) : IAsyncDisposable
{
    /// <summary>
    /// Opens the store of a data folder and brings its company into force there, or runs what is in force where that takes a second person, or where a person brought that
    /// in under change control: a start alone does not undo what people agreed to. Whoever drove there before is dead: their leases mean nothing any more.
    /// </summary>
    /// <param name="company">As it lies in its folder.</param>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="by">Who brings it into force; null for the host by itself.</param>
    /// <param name="reason">Why, in their words; null for none.</param>
    /// <param name="activates">True to bring it into force also in place of what a person brought in.</param>
    public static async Task<OpenedCompany> OfFolderAsync(
        LoadedCompany company, DataFolder folder, CancellationToken cancellationToken, string? by = null, string? reason = null, bool activates = false)
    {
        var (crash, driving) = (CrashPoints.From(Environment.GetEnvironmentVariable), DriverSettings.Read(Environment.GetEnvironmentVariable));
        await company.EnsureWorldAsync(cancellationToken);
        var store = SqliteStore.Open(folder.FullPath, new SqliteStoreOptions { CrashPoints = crash });
        try
        {
            await store.FreeLeasesAsync();
            var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
            await stream.RefreshAsync(cancellationToken);
            var isHeld = !activates && stream.State.BundleBy?.PersonId is not null && await IsControlledAsync(stream, store, cancellationToken);
            var standing = await Standing.SettleAsync(company.Bundle, !isHeld, company.Other, stream, store.Blobs, cancellationToken, by, reason) with { IsHeld = isHeld };
            if (standing.Active.Hash != company.Bundle.Hash)
            {
                company = company.Other(standing.Active);
                await company.EnsureWorldAsync(cancellationToken);
            }

            return new OpenedCompany(store, stream, company, standing, driving, crash, TimeProvider.System);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Opens a shared store, with the company that is in force in it, whatever lies in this host's folder; the first host brings its own.
    /// Throws <see cref="ConfigException"/>, <see cref="UsageException"/> and <see cref="StoreUnavailableException"/>.
    /// </summary>
    /// <param name="place">Where.</param>
    /// <param name="activates">True to bring the folder's into force.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="by">Who brings it into force; null for the host by itself.</param>
    /// <param name="reason">Why, in their words; null for none.</param>
    public static async Task<OpenedCompany> OfStoreAsync(Place place, bool activates, CancellationToken cancellationToken, string? by = null, string? reason = null)
    {
        var (crash, driving) = (CrashPoints.From(Environment.GetEnvironmentVariable), DriverSettings.Read(Environment.GetEnvironmentVariable));

        // What lies in the folder must be sound even where another is in force: nobody should find out on the day it is brought into force.
        var folder = place.CompanyFolder is null ? null : place.LoadFolder();
        var clock = new StoreClock(TestHooks.Clock(Environment.GetEnvironmentVariable));
        var store = await SharedStores.OpenAsync((StoreSetting.Shared)place.Store, clock, crash, cancellationToken);
        try
        {
            var stream = new CompanyStream(store.Journal, store.Envelopes, clock);
            var standing = await Standing.SettleAsync(folder?.Bundle, activates, place.Load, stream, store.Blobs, cancellationToken, by, reason);
            var company = folder?.Bundle.Hash == standing.Active.Hash ? folder : place.Load(standing.Active);
            await company.EnsureWorldAsync(cancellationToken);
            return new OpenedCompany(store, stream, company, standing, driving, crash, clock);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a store for looking: beside whoever writes a data folder, or on a shared store. Throws as the others, and <see cref="UsageException"/> when nothing is there yet.</summary>
    /// <param name="place">Where.</param>
    /// <param name="ofFolder">True for the company as it lies in this host's folder, if it has one.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<OpenedCompany> ReadOnlyAsync(Place place, bool ofFolder, CancellationToken cancellationToken)
    {
        var folder = place.CompanyFolder is null ? null : place.LoadFolder();
        var store = await OpenStoreAsync(place, cancellationToken);
        try
        {
            var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
            await stream.RefreshAsync(cancellationToken);
            var usesFolder = folder is not null && (ofFolder || stream.State.Bundle == folder.Bundle.Hash || (!place.IsShared && !await IsControlledAsync(stream, store, cancellationToken)));
            var company = usesFolder ? folder! : place.Load(await Standing.ReadAsync(stream.State, store.Blobs, cancellationToken));
            var standing = new Standing(company.Bundle, folder?.Bundle.Hash, []);
            return new OpenedCompany(store, stream, company, standing, new DriverOptions(), NoCrashPoints.Instance, TimeProvider.System);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The store alone, for reading. Throws <see cref="UsageException"/> when there is none yet.</summary>
    public static async Task<MemoryStore> OpenStoreAsync(Place place, CancellationToken cancellationToken) =>
        place.Store is StoreSetting.Shared shared ? await SharedStores.OpenAsync(shared, new StoreClock(TimeProvider.System), NoCrashPoints.Instance, cancellationToken)
        : File.Exists(DataFolder.JournalOf(place.DataFolder)) ? SqliteStore.OpenReadOnly(place.DataFolder, TimeProvider.System)
        : throw new UsageException($"There is nothing in the data folder '{place.DataFolder}' yet. Begin with: submit \"GOAL\"");

    private static async Task<bool> IsControlledAsync(CompanyStream stream, MemoryStore store, CancellationToken cancellationToken) =>
        stream.State.Bundle is not null && ChangeControl.IsIn(await Standing.ReadAsync(stream.State, store.Blobs, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Stream.Dispose();
        await Store.DisposeAsync();
    }
}
