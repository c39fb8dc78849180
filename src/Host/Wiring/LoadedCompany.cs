using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A company, read, bound and free of mistakes.</summary>
/// <param name="Folder">Where it was read from.</param>
/// <param name="Bundle">Its files.</param>
/// <param name="Settings">What <c>company.yaml</c> says.</param>
/// <param name="Directory">Its people and agents.</param>
/// <param name="Tools">What its agents can do, and its authority over that.</param>
/// <param name="Playbooks">How it wants goals pursued.</param>
/// <param name="Prompts">The manager's own instructions.</param>
/// <param name="Scripts">What the scripted model plays.</param>
/// <param name="Model">The model in force; null for the scripted one.</param>
/// <param name="Monitors">What it watches; none without <c>monitors.yaml</c>.</param>
/// <param name="Warnings">What a person should know and that stops nothing.</param>
internal sealed record LoadedCompany(
    string Folder,
    CompanyBundle Bundle,
    CompanySettings Settings,
    CompanyDirectory Directory,
    CompanyTools Tools,
    Playbooks Playbooks,
    ManagerPrompts Prompts,
    ScriptedModel Scripts,
    ModelSettings? Model,
    ImmutableArray<MonitorDefinition> Monitors,
    IReadOnlyList<ConfigFault> Warnings)
{
    private const string WorldFile = "world.sql";
    private const string WorldPlaceholder = "world";

    /// <summary>True when the scripted model plays.</summary>
    public bool IsScripted => Model is null;

    /// <summary>Where a company's world lies: it is named after the company's folder.</summary>
    public static string WorldOf(string folder, string dataFolder) =>
        DataFolder.WorldOf(dataFolder, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));

    /// <summary>Reads and binds a folder. Throws <see cref="ConfigException"/>, which names every mistake of every file, and <see cref="UsageException"/>.</summary>
    /// <param name="folder">The company.</param>
    /// <param name="dataFolder">Where its world lies.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    public static LoadedCompany Load(string folder, string dataFolder, Func<string, string?> environment)
    {
        var bundle = CompanyFolder.Read(folder);
        var reader = new ConfigReader();
        var settings = CompanySettings.Bind(bundle, reader, environment);
        var directory = CompanyDirectory.Bind(bundle, reader);
        var world = WorldOf(folder, dataFolder);
        var binder = new CatalogBinder(
            new SqliteProvider(),
            name => name == WorldPlaceholder ? world : environment(name),
            TimeProvider.System,
            settings.TimeZone,
            CrashPoints.From(environment),
            reader);
        var tools = CompanyTools.Bind(bundle, binder, directory, settings.Currency, reader);
        var playbooks = Playbooks.Bind(bundle, reader);
        var company = new LoadedCompany(
            folder,
            bundle,
            settings,
            directory,
            tools,
            playbooks,
            PromptFiles.Bind(reader),
            ScriptedModel.Bind(bundle, reader),
            null,
            MonitorsFile.Bind(bundle, new MonitorsFile.Known(tools.Catalog, playbooks, directory, settings.TimeZone), reader, environment),
            [.. reader.Faults.Where(f => f.IsWarning)]);
        reader.ThrowIfFaulty();
        return company with { Model = ModelSettings.InForce(settings.Model, environment) };
    }

    /// <summary>Builds the world in the data folder, when the company has one and it is not there yet. Throws <see cref="ConfigException"/>.</summary>
    public async Task EnsureWorldAsync(string dataFolder, CancellationToken cancellationToken)
    {
        if (Bundle.Texts.TryGetValue(WorldFile, out var script))
        {
            await Worlds.EnsureAsync(new SqliteProvider(), SqliteProvider.NewFile, WorldOf(Folder, dataFolder), script, TimeProvider.System.GetUtcNow(), Settings.TimeZone, cancellationToken);
        }
    }

    /// <summary>What is shown of it.</summary>
    public CompanyResource ToResource() => new(
        Settings.Name,
        Settings.Currency,
        Model?.Name ?? ScriptedModel.Name,
        IsScripted,
        Settings.AllowLocalStandIn,
        [.. Directory.People.Select(p => new PersonResource(p.Id, p.Name, p.Roles))]);
}
