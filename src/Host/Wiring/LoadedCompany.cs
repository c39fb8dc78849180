using AiManager.ExecutionAgents;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>A company, read, bound and free of mistakes.</summary>
/// <param name="Folder">Where it was read from.</param>
/// <param name="Bundle">Its files.</param>
/// <param name="Settings">What <c>company.yaml</c> says.</param>
/// <param name="Directory">Its people and agents.</param>
/// <param name="Playbooks">How it wants goals pursued.</param>
/// <param name="Prompts">The manager's own instructions.</param>
/// <param name="Scripts">What the scripted model plays.</param>
/// <param name="Model">The model in force; null for the scripted one.</param>
/// <param name="Warnings">What a person should know and that stops nothing.</param>
internal sealed record LoadedCompany(
    string Folder,
    CompanyBundle Bundle,
    CompanySettings Settings,
    CompanyDirectory Directory,
    Playbooks Playbooks,
    ManagerPrompts Prompts,
    ScriptedModel Scripts,
    ModelSettings? Model,
    IReadOnlyList<ConfigFault> Warnings)
{
    /// <summary>The name of its world: the folder's.</summary>
    public string WorldName => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>True when the scripted model plays.</summary>
    public bool IsScripted => Model is null;

    /// <summary>Reads and binds a folder. Throws <see cref="ConfigException"/>, which names every mistake of every file, and <see cref="UsageException"/>.</summary>
    /// <param name="folder">The company.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    public static LoadedCompany Load(string folder, Func<string, string?> environment)
    {
        var bundle = CompanyFolder.Read(folder);
        var reader = new ConfigReader();
        var settings = CompanySettings.Bind(bundle, reader, environment);
        var company = new LoadedCompany(
            folder,
            bundle,
            settings,
            CompanyDirectory.Bind(bundle, reader),
            Playbooks.Bind(bundle, reader),
            PromptFiles.Bind(reader),
            ScriptedModel.Bind(bundle, reader),
            null,
            [.. reader.Faults.Where(f => f.IsWarning)]);
        reader.ThrowIfFaulty();
        return company with { Model = ModelSettings.InForce(settings.Model, environment) };
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
