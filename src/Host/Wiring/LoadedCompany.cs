using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using AiManager.ManagerAgent;
using AiManager.Memory;
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
/// <param name="Model">The default model in force; null for the scripted one.</param>
/// <param name="World">The file of its world, whether or not it has one.</param>
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
    string World,
    ImmutableArray<MonitorDefinition> Monitors,
    IReadOnlyList<ConfigFault> Warnings)
{
    private const string WorldFile = "world.sql";
    private const string WorldPlaceholder = "world";

    private Func<CompanyBundle, LoadedCompany>? _bind;

    /// <summary>Where what its models say is recorded or played from; null for neither.</summary>
    public CassetteOptions? Cassette { get; init; }

    /// <summary>What it has written down.</summary>
    public required IKnowledge Knowledge { get; init; }

    /// <summary>True when the scripted model plays.</summary>
    public bool IsScripted => Model is null;

    /// <summary>How what is remembered becomes vectors. What flows keep from a model is not told to the one that makes them either.</summary>
    public VectorOptions Vectors => new()
    {
        Embeddings = Settings.Embeddings?.Endpoint,
        Home = Settings.Memory.Home,
        MayBeTold = Settings.Embeddings is { } model ? labels => Tools.MayTell(model.Sink, model.IsInside, labels) : labels => labels.IsEmpty,
    };

    /// <summary>Where a company's world lies when none is named: in the data folder, named after the company's folder.</summary>
    public static string WorldOf(string folder, string dataFolder) => DataFolder.WorldOf(dataFolder, NameOf(folder));

    /// <summary>Reads and binds a folder. Throws <see cref="ConfigException"/>, which names every mistake of every file, and <see cref="UsageException"/>.</summary>
    /// <param name="folder">The company.</param>
    /// <param name="dataFolder">Where its world lies unless one is named.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    public static LoadedCompany Load(string folder, string dataFolder, Func<string, string?> environment) =>
        Bind(CompanyFolder.Read(folder), folder, dataFolder, WorldUse.NamedOrOwn, environment);

    /// <summary>Binds files that were read. Throws as <see cref="Load"/>.</summary>
    /// <param name="bundle">The files.</param>
    /// <param name="folder">Where they came from, or the company's name.</param>
    /// <param name="dataFolder">Where its world lies unless one is named.</param>
    /// <param name="use">Which world.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    public static LoadedCompany Bind(CompanyBundle bundle, string folder, string dataFolder, WorldUse use, Func<string, string?> environment)
    {
        environment = FileVariables.Over(environment);
        var reader = new ConfigReader();
        var settings = CompanySettings.Bind(bundle, reader, environment);
        AgentModels.Check(bundle, settings, environment, reader);
        var directory = CompanyDirectory.Bind(bundle, reader);
        RoleNames.Check(bundle, reader);
        settings.ChangeControl?.Check(bundle, directory, reader);
        var world = ChooseWorld(bundle, settings, folder, dataFolder, use, reader);
        var knowledge = CompanyKnowledge.Bind(bundle, directory, reader);
        var binder = new CatalogBinder(
            new SqlEngines(),
            name => name == WorldPlaceholder ? world : environment(name),
            TimeProvider.System,
            settings.TimeZone,
            CrashPoints.From(environment),
            reader,
            folder)
        {
            Knowledge = knowledge,
        };
        var tools = CompanyTools.Bind(bundle, binder, directory, settings.Currency, reader);
        var playbooks = Playbooks.Bind(bundle, reader);
        ResultConditions.CheckPlaybooks(bundle, tools.Catalog, reader);
        var company = new LoadedCompany(
            folder,
            bundle,
            use == WorldUse.Shared ? settings with { AllowLocalStandIn = false } : settings,
            directory,
            tools,
            playbooks,
            PromptFiles.Bind(reader, environment),
            ScriptedModel.Bind(bundle, reader),
            null,
            world,
            MonitorsFile.Bind(bundle, new MonitorsFile.Known(tools.Catalog, playbooks, directory, settings.TimeZone), reader, environment),
            [.. reader.Faults.Where(f => f.IsWarning)])
        {
            Knowledge = knowledge,
        };
        reader.ThrowIfFaulty();
        var model = ModelSettings.InForce(settings.Model, environment);
        foreach (var key in settings.OtherModels.Values.Append(model).Select(m => m?.Key).OfType<string>()
            .Concat(settings.Secrets).Concat(company.Monitors.Select(m => m.Schedule).OfType<MonitorSchedule.Webhook>().Select(w => w.Secret)))
        {
            tools.HideSecret(key);
        }

        return company with { Model = model, Cassette = CassetteSettings.InForce(tools, dataFolder, environment), _bind = other => Bind(other, folder, dataFolder, use, environment) };
    }

    /// <summary>Other files, bound as these were: on this host, with its environment. Throws <see cref="ConfigException"/>.</summary>
    public LoadedCompany Other(CompanyBundle bundle) => _bind!(bundle);

    /// <summary>Builds the world, when the company has one and it is not there yet; of several hosts, one builds it. Throws <see cref="ConfigException"/>.</summary>
    public async Task EnsureWorldAsync(CancellationToken cancellationToken)
    {
        if (Bundle.Texts.TryGetValue(WorldFile, out var script))
        {
            await Worlds.EnsureAsync(new SqliteProvider(), SqliteProvider.NewFile, World, script, TimeProvider.System.GetUtcNow(), Settings.TimeZone, cancellationToken);
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

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static string ChooseWorld(CompanyBundle bundle, CompanySettings settings, string folder, string dataFolder, WorldUse use, ConfigReader reader)
    {
        var own = WorldOf(folder, dataFolder);
        if (use == WorldUse.Own)
        {
            return own;
        }

        var named = NamedWorlds.Of(settings.Worlds, NameOf(folder));
        if (named is null && use == WorldUse.Shared && HasWorld(bundle))
        {
            reader.Fault(
                bundle.Documents[CompanySettings.File]["worlds"]?.Place ?? new ConfigPlace(CompanySettings.File, 1, 1),
                $"On a shared store every host works on the same world, so it must be named here. Add: worlds: {{ {NameOf(folder)}: {{ connection: \"Data Source=/srv/aimanager/{NameOf(folder)}.db\" }} }}");
        }

        return named ?? own;
    }

    private static bool HasWorld(CompanyBundle bundle) =>
        bundle.Texts.ContainsKey(WorldFile) || bundle.Texts.GetValueOrDefault("tools.yaml")?.Contains("${" + WorldPlaceholder + "}", StringComparison.Ordinal) == true;
}
