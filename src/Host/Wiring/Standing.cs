using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>Which configuration is in force, and how this host's folder stands to it.</summary>
/// <param name="Active">What is in force: every host runs this.</param>
/// <param name="Folder">Digest of this host's folder; null when it has none.</param>
/// <param name="Differences">Files that are not the same in the folder, each with how: <c>authority.yaml (differs)</c>.</param>
internal sealed record Standing(CompanyBundle Active, string? Folder, ImmutableArray<string> Differences)
{
    /// <summary>What is wrong, in one sentence, with what to do; null when nothing is.</summary>
    public string? Sentence => Differences.IsEmpty
        ? null
        : $"This host runs the configuration in force, not what lies in its folder. Not the same: {string.Join(", ", Differences)}. Put the folder's in force for all hosts with: activate";

    /// <summary>Reads what is in force in the store; brings the folder's into force when nothing is, or when it is asked to.</summary>
    /// <param name="folder">This host's files; null when it has none.</param>
    /// <param name="activates">True to bring the folder's into force whatever is.</param>
    /// <param name="stream">The company's, at any age.</param>
    /// <param name="blobs">Where the texts are.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="by">Who brings it into force; null for the host by itself.</param>
    public static async Task<Standing> SettleAsync(
        CompanyBundle? folder, bool activates, CompanyStream stream, IBlobs blobs, CancellationToken cancellationToken, string? by = null)
    {
        await stream.RefreshAsync(cancellationToken);
        if (folder is not null && stream.State.Bundle != folder.Hash && (activates || stream.State.Bundle is null))
        {
            await ActivateAsync(folder, activates, by is null ? Actor.System : Actor.Person(by), stream, blobs, cancellationToken);
        }

        if (folder is not null && stream.State.Bundle == folder.Hash)
        {
            return new Standing(folder, folder.Hash, []);
        }

        var active = await ReadAsync(stream.State, blobs, cancellationToken);
        return new Standing(active, folder?.Hash, folder is null ? [] : Compare(folder, active));
    }

    /// <summary>The files in force. Throws <see cref="UsageException"/> when there are none, <see cref="ConfigException"/> when this program cannot use them.</summary>
    public static async Task<CompanyBundle> ReadAsync(CompanyState state, IBlobs blobs, CancellationToken cancellationToken)
    {
        if (state.Bundle is null)
        {
            throw new UsageException("There is no company in the store yet. Bring one with --company DIR.");
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, digest) in state.Files)
        {
            var text = await blobs.GetAsync("sha256-" + digest, cancellationToken)
                ?? throw new StoreUnavailableException($"The store names {path} as part of the configuration in force and does not have its text.");
            texts[path] = Encoding.UTF8.GetString(text.Span);
        }

        return CompanyFolder.Of(texts);
    }

    private static async Task ActivateAsync(CompanyBundle folder, bool activates, Actor by, CompanyStream stream, IBlobs blobs, CancellationToken cancellationToken)
    {
        foreach (var text in folder.Texts.Values)
        {
            await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }

        var files = folder.Texts.ToImmutableSortedDictionary(f => f.Key, f => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(f.Value))), StringComparer.Ordinal);

        // Of several first hosts one brings its own, and the others run that.
        await stream.AppendIfAsync(
            state => state.Bundle != folder.Hash && (activates || state.Bundle is null), [new BundleActivated(folder.Hash, files)], by, cancellationToken);
    }

    private static ImmutableArray<string> Compare(CompanyBundle folder, CompanyBundle active) =>
    [
        .. folder.Texts.Keys.Union(active.Texts.Keys).Order(StringComparer.Ordinal)
            .Select(path => (path, folder.Texts.GetValueOrDefault(path), active.Texts.GetValueOrDefault(path)) switch
            {
                (_, null, _) => $"{path} (not in the folder)",
                (_, _, null) => $"{path} (only in the folder)",
                var (_, mine, theirs) => mine == theirs ? null : $"{path} (differs)",
            })
            .OfType<string>(),
    ];
}
