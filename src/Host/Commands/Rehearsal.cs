using System.CommandLine;

namespace AiManager.Host;

/// <summary>
/// A company opened to be looked at: on its own world when there is one, which is only read, else on a new one in a folder that is thrown away.
/// </summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private readonly string? _temporary;

    private Rehearsal(Deployment deployment, string? temporary) => (Deployment, _temporary) = (deployment, temporary);

    /// <summary>The company at work.</summary>
    public Deployment Deployment { get; }

    /// <summary>Opens whichever fits.</summary>
    public static async Task<Rehearsal> OpenAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        var isUsed = place.IsShared || (File.Exists(DataFolder.JournalOf(place.DataFolder)) && File.Exists(place.LoadFolder().World));
        return isUsed
            ? new Rehearsal(await Deployment.OpenReadOnlyAsync(place, ofFolder: true, cancellationToken), null)
            : await OpenTemporaryAsync(line, cancellationToken);
    }

    /// <summary>Opens a new world in a temporary folder.</summary>
    public static async Task<Rehearsal> OpenTemporaryAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var temporary = Directory.CreateTempSubdirectory("aimanager-").FullName;
        try
        {
            var company = (SharedOptions.Place(line) with { DataFolder = temporary }).LoadFolder(WorldUse.Own);
            return await DataFolder.TakeAsync(temporary, TimeProvider.System, cancellationToken) is DataFolderResult.Taken taken
                ? new Rehearsal(await Deployment.OpenAsync(company, taken.Folder, cancellationToken), temporary)
                : throw new InvalidOperationException("A folder that was just made is in use.");
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>That something else is in force in the store than what lies in the folder, where it is: what is answered here is of the folder's files. Null where they are the same, or nothing is in force.</summary>
    public async Task<string?> BesideAsync(ParseResult line, CancellationToken cancellationToken)
    {
        // What was opened to be looked at may be a folder that is thrown away; what is in force stands in the deployment's own store.
        var place = SharedOptions.Place(line);
        if (place.CompanyFolder is not { } folder || (!place.IsShared && !File.Exists(DataFolder.JournalOf(place.DataFolder))))
        {
            return null;
        }

        await using var store = await OpenedCompany.OpenStoreAsync(place, cancellationToken);
        using var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
        await stream.RefreshAsync(cancellationToken);
        if (stream.State.Bundle is not { } inForce)
        {
            return null;
        }

        try
        {
            return Standing.Look(folder, await Standing.ReadAsync(stream.State, store.Blobs, cancellationToken)) is { } other
                ? $"note: this is of the files in {folder}. In force is another configuration ({NodeNotices.Short(inForce)}): {string.Join(", ", other.Differences)}. The page Authority of the service answers for that."
                : null;
        }
        catch (ConfigException)
        {
            return $"note: this is of the files in {folder}. In force is another configuration, which this program cannot read.";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Deployment.DisposeAsync();
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }
}
