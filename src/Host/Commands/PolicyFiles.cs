using System.Collections.Immutable;
using System.CommandLine;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Policies that lie in files: a company's folder, or an <c>authority.yaml</c> for the company at hand.</summary>
internal static class PolicyFiles
{
    private const string Authority = "authority.yaml";

    /// <summary>The company of the command line, as it lies in its folder. Nothing of it is opened.</summary>
    public static LoadedCompany AtHand(ParseResult line) => Bind(SharedOptions.Place(line), Folder(line), null);

    /// <summary>Binds the folder or the file at <paramref name="path"/>. Throws <see cref="ConfigException"/> and <see cref="UsageException"/>.</summary>
    public static LoadedCompany Load(ParseResult line, string path)
    {
        var place = SharedOptions.Place(line);
        return Directory.Exists(path) ? Bind(place with { CompanyFolder = path }, path, null)
            : File.Exists(path) ? Bind(place, Folder(line), path)
            : throw new UsageException($"There is no file or folder '{path}'.");
    }

    /// <summary>What reasons about a company's policy.</summary>
    public static PolicyAnalyst Analyst(LoadedCompany company) => PolicyAnalyst.Of(company.Tools, company.Directory, TimeProvider.System.GetUtcNow());

    /// <summary>What was noticed when the policy was read and stops nothing, such as a role that nobody holds.</summary>
    public static ImmutableArray<ConfigFault> WarningsOf(LoadedCompany company) => [.. company.Warnings.Where(w => w.Place.File is Authority or CompanyTools.StandingFile)];

    private static string Folder(ParseResult line) =>
        SharedOptions.Place(line).CompanyFolder ?? throw new UsageException("There is no company here. Name one with --company DIR, or make one with: init DIR");

    private static LoadedCompany Bind(Place place, string folder, string? authority)
    {
        var bundle = CompanyFolder.Read(folder);
        if (authority is not null)
        {
            bundle = CompanyFolder.Of(bundle.Texts.SetItem(Authority, Read(authority)));
        }

        return LoadedCompany.Bind(bundle, folder, place.DataFolder, WorldUse.Own, Environment.GetEnvironmentVariable);
    }

    /// <summary>As the file of a company is read, so that none passes here that a company could not have.</summary>
    private static string Read(string file)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        try
        {
            if (CompanyText.Read(file, CompanyText.Bytes(file, Authority), faults) is { } text)
            {
                return text;
            }
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault(new ConfigPlace(file, 1, 1), "The file cannot be read: " + broken.Message));
        }

        throw new ConfigException(faults.ToImmutable());
    }
}
