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
        Description = "Holds everything of this deployment. Default: ./data",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>A shared store.</summary>
    public static Option<string?> Store { get; } = new("--store")
    {
        Description = "A PostgreSQL store in place of the data folder (not built yet).",
        HelpName = "CONNECTION",
        Recursive = true,
    };

    /// <summary>The company as asked for, read and bound. Throws <see cref="ConfigException"/> and <see cref="UsageException"/>.</summary>
    public static LoadedCompany Company(ParseResult line) => LoadedCompany.Load(CompanyFolder(line), DataFolder(line), Environment.GetEnvironmentVariable);

    /// <summary>The company's folder as asked for.</summary>
    public static string CompanyFolder(ParseResult line) => line.GetValue(CompanyOption) ?? FindDefaultCompany();

    /// <summary>The data folder as asked for. Throws <see cref="UsageException"/> when a shared store is wanted.</summary>
    public static string DataFolder(ParseResult line)
    {
        if (line.GetValue(Store) is not null || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("AIMANAGER_STORE")))
        {
            throw new UsageException("A shared store (--store, AIMANAGER_STORE) is not built yet. Leave it out: the data folder holds everything.");
        }

        return line.GetValue(Data) ?? DefaultData;
    }

    /// <summary>From here, else from where the program lies upwards: a published program has its samples beside it, a built one has them above.</summary>
    private static string FindDefaultCompany()
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

        throw new UsageException("There is no company here. Name one with --company DIR, or make one with: init DIR");
    }
}
