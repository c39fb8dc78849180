namespace AiManager.Host;

/// <summary>A deployment as the command line names it.</summary>
/// <param name="CompanyFolder">Where its files lie; null when this host has none, and runs what the store has.</param>
/// <param name="DataFolder">Where this process keeps what is its own.</param>
/// <param name="Store">Where everything else is kept.</param>
internal sealed record Place(string? CompanyFolder, string DataFolder, StoreSetting Store)
{
    /// <summary>What a company is called that came without a folder.</summary>
    private const string NoFolder = "company";

    /// <summary>True when other hosts may share the store.</summary>
    public bool IsShared => Store is StoreSetting.Shared;

    /// <summary>The folder, also for naming the world after it.</summary>
    public string FolderOrName => CompanyFolder ?? NoFolder;

    /// <summary>The folder's company. Throws <see cref="ConfigException"/> and <see cref="UsageException"/>.</summary>
    /// <param name="world">Which world it works on; null for the one that fits the store.</param>
    public LoadedCompany LoadFolder(WorldUse? world = null) => CompanyFolder is { } folder
        ? LoadedCompany.Bind(Host.CompanyFolder.Read(folder), folder, DataFolder, world ?? Worlds, Environment.GetEnvironmentVariable)
        : throw new UsageException("There is no company here. Name one with --company DIR, or make one with: init DIR");

    /// <summary>A company that the store has, on this host. Throws <see cref="ConfigException"/>, for one that needs what this host lacks, and <see cref="UsageException"/>.</summary>
    public LoadedCompany Load(CompanyBundle bundle) => LoadedCompany.Bind(bundle, FolderOrName, DataFolder, Worlds, Environment.GetEnvironmentVariable);

    /// <summary>Where the scheduler of a server keeps what is to come.</summary>
    public JobStore Jobs => Store is StoreSetting.Shared shared ? new JobStore.Shared(shared.Reveal()) : new JobStore.File(Path.Combine(DataFolder, JobStore.FileName));

    private WorldUse Worlds => IsShared ? WorldUse.Shared : WorldUse.NamedOrOwn;
}
