using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AiManager.ManagerAgent;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>A company at work on its data folder, in this process: what a verb opens, uses and lets go.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly MemoryStore _store;
    private readonly DataFolder? _folder;
    private readonly IDisposable? _telemetry;

    private Deployment(LoadedCompany company, ServiceProvider services, MemoryStore store, DataFolder? folder, IDisposable? telemetry) =>
        (Company, _services, _store, _folder, _telemetry) = (company, services, store, folder, telemetry);

    /// <summary>The company.</summary>
    public LoadedCompany Company { get; }

    /// <summary>A part of it.</summary>
    public TService Get<TService>()
        where TService : notnull => _services.GetRequiredService<TService>();

    /// <summary>Opens it for reading and writing. The folder is this deployment's from here on.</summary>
    public static async Task<Deployment> OpenAsync(LoadedCompany company, DataFolder folder, CancellationToken cancellationToken)
    {
        MemoryStore? store = null;
        var telemetry = TelemetryExport.Start(DriverOptions.DefaultNode);
        try
        {
            var crash = CrashPoints.From(Environment.GetEnvironmentVariable);
            await company.EnsureWorldAsync(folder.FullPath, cancellationToken);
            store = await OpenStoreAsync(folder, crash);
            var services = new ServiceCollection().AddLogging(HostLogging.ToErrors).AddDeployment(company, store, crash).BuildServiceProvider();
            await ActivateAsync(company, services, cancellationToken);
            return new Deployment(company, services, store, folder, telemetry);
        }
        catch
        {
            await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
            telemetry?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens it for reading, beside whoever writes. Throws <see cref="UsageException"/> when there is nothing yet.</summary>
    public static async Task<Deployment> OpenReadOnlyAsync(LoadedCompany company, string dataFolder, CancellationToken cancellationToken)
    {
        if (!File.Exists(DataFolder.JournalOf(dataFolder)))
        {
            throw new UsageException($"There is nothing in the data folder '{dataFolder}' yet. Begin with: submit \"GOAL\"");
        }

        var store = SqliteStore.OpenReadOnly(dataFolder, TimeProvider.System);
        var services = new ServiceCollection().AddLogging(HostLogging.ToErrors).AddDeployment(company, store, NoCrashPoints.Instance).BuildServiceProvider();
        await services.GetRequiredService<CompanyStream>().RefreshAsync(cancellationToken);
        return new Deployment(company, services, store, null, null);
    }

    /// <summary>The store of a folder that this process holds. Whoever drove there before is dead: their leases mean nothing any more.</summary>
    public static async Task<MemoryStore> OpenStoreAsync(DataFolder folder, ICrashPoints crash)
    {
        var store = SqliteStore.Open(folder.FullPath, new SqliteStoreOptions { CrashPoints = crash });
        await store.FreeLeasesAsync();
        return store;
    }

    /// <summary>Reads the company's stream, and writes down which configuration is in force when it is another one than before.</summary>
    public static async Task ActivateAsync(LoadedCompany company, IServiceProvider services, CancellationToken cancellationToken)
    {
        var stream = services.GetRequiredService<CompanyStream>();
        await stream.RefreshAsync(cancellationToken);
        if (stream.State.Bundle == company.Bundle.Hash)
        {
            return;
        }

        var blobs = services.GetRequiredService<IBlobs>();
        foreach (var text in company.Bundle.Texts.Values)
        {
            await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }

        var files = company.Bundle.Texts.ToImmutableSortedDictionary(
            f => f.Key, f => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(f.Value))), StringComparer.Ordinal);
        await stream.AppendAsync([new BundleActivated(company.Bundle.Hash, files)], Actor.System, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _store.DisposeAsync();
        _telemetry?.Dispose();
        _folder?.Dispose();
    }
}
