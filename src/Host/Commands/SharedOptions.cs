using System.CommandLine;

namespace AiManager.Host;

/// <summary>The options that every verb takes.</summary>
internal static class SharedOptions
{
    private const string DefaultCompany = "samples/procurement";
    private const string DefaultData = "data";

    /// <summary>The company's folder.</summary>
    public static Option<string?> CompanyOption { get; } = new("--company")
    {
        Description = "The company's folder. Default: samples/procurement, here or where the program lies.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The data folder.</summary>
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "Holds everything of this deployment, or on a shared store what is this process's own. Default: ./data",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>A shared store.</summary>
    public static Option<string?> Store { get; } = new("--store")
    {
        Description = "A PostgreSQL store that many hosts share, in place of the data folder: \"Host=…;Database=…\". Also AIMANAGER_STORE, which no list of processes shows.",
        HelpName = "CONNECTION",
        Recursive = true,
    };

    /// <summary>Bringing the folder's configuration into force on a shared store.</summary>
    public static Option<bool> Activate { get; } = new("--activate") { Description = "Put what lies in the company's folder in force, for all hosts; in a data folder it takes that where a person brought in what is in force." };

    /// <summary>The deployment as asked for. Throws <see cref="UsageException"/>.</summary>
    public static Place Place(ParseResult line)
    {
        var store = StoreSetting.Of(line.GetValue(Store), Environment.GetEnvironmentVariable);
        return new Place(line.GetValue(CompanyOption) ?? FindDefaultCompany(), line.GetValue(Data) ?? DefaultData, store);
    }

    /// <summary>The data folder, for verbs that work on its files. Throws <see cref="UsageException"/> on a shared store.</summary>
    public static string EmbeddedFolder(ParseResult line) => Place(line) is { IsShared: false } place
        ? place.DataFolder
        : throw new UsageException("This verb works on a data folder. A shared store is PostgreSQL's: docs/operations.md says how to keep and restore it.");

    /// <summary>From here, else from where the program lies upwards: a published program has its samples beside it, a built one has them above. Null when nowhere.</summary>
    private static string? FindDefaultCompany()
    {
        if (Directory.Exists(DefaultCompany))
        {
            return DefaultCompany;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, DefaultCompany) is var found && Directory.Exists(found))
            {
                return found;
            }
        }

        return null;
    }
}
