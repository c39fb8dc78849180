namespace AiManager.Host;

/// <summary>A company at work in this process: what a verb opens, uses and lets go.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    /// <summary>How long somebody at a terminal would wait for a server that is being started anew.</summary>
    private static readonly TimeSpan StorePatience = TimeSpan.FromMinutes(1);

    private readonly ServiceProvider _services;
    private readonly OpenedCompany _opened;
    private readonly DataFolder? _folder;
    private readonly IDisposable? _telemetry;

    private Deployment(OpenedCompany opened, DataFolder? folder, IDisposable? telemetry, Action<IServiceCollection>? rewire = null)
    {
        (_opened, _folder, _telemetry) = (opened, folder, telemetry);
        opened.Store.Vectors = opened.Company.Vectors;
        var services = new ServiceCollection().AddLogging(HostLogging.ToErrors).AddStore(opened.Store, opened.Stream, opened.Crash, opened.Time).AddCompany(opened.Company, opened.Driving);
        rewire?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    /// <summary>The company.</summary>
    public LoadedCompany Company => _opened.Company;

    /// <summary>Which configuration is in force.</summary>
    public Standing Standing => _opened.Standing;

    /// <summary>A part of it.</summary>
    public TService Get<TService>()
        where TService : notnull => _services.GetRequiredService<TService>();

    /// <summary>Opens it for reading and writing. The folder is this deployment's from here on.</summary>
    /// <param name="company">As it lies in its folder.</param>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="rewire">For evals, which switch a part of the manager off to see who misses it; nothing that people can reach hands one in.</param>
    /// <param name="activates">True to bring the folder's configuration into force also in place of what a person brought in.</param>
    public static async Task<Deployment> OpenAsync(LoadedCompany company, DataFolder folder, CancellationToken cancellationToken, Action<IServiceCollection>? rewire = null, bool activates = false)
    {
        try
        {
            var opened = await OpenedCompany.OfFolderAsync(company, folder, cancellationToken, activates: activates);
            return new Deployment(opened, folder, TelemetryExport.Start(opened.Driving.Node), rewire);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens it for reading and writing on a shared store.</summary>
    /// <param name="place">Where.</param>
    /// <param name="activates">True to bring the folder's configuration into force.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<Deployment> OpenSharedAsync(Place place, bool activates, CancellationToken cancellationToken)
    {
        var opened = await OpenedCompany.OfStoreAsync(place, activates, cancellationToken);
        opened.Driving.StorePatience = StorePatience;
        return new Deployment(opened, null, TelemetryExport.Start(opened.Driving.Node));
    }

    /// <summary>Opens it for looking. Throws <see cref="UsageException"/> when there is nothing yet.</summary>
    /// <param name="place">Where.</param>
    /// <param name="ofFolder">True for the company as it lies in this host's folder.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<Deployment> OpenReadOnlyAsync(Place place, bool ofFolder, CancellationToken cancellationToken) =>
        new(await OpenedCompany.ReadOnlyAsync(place, ofFolder, cancellationToken), null, null);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _opened.DisposeAsync();
        _telemetry?.Dispose();
        _folder?.Dispose();
    }
}
