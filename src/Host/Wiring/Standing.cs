using System.Collections.Immutable;
using System.Text;

namespace AiManager.Host;

/// <summary>Which configuration is in force, and how this host's folder stands to it.</summary>
/// <param name="Active">What is in force: every host runs this.</param>
/// <param name="Folder">Digest of this host's folder; null when it has none.</param>
/// <param name="Differences">Files that are not the same in the folder, each with how: <c>authority.yaml (differs)</c>.</param>
internal sealed record Standing(CompanyBundle Active, string? Folder, ImmutableArray<string> Differences)
{
    /// <summary>What is wrong, in one sentence, with what to do; null when nothing is.</summary>
    public string? Sentence => string.Join(' ', new[] { Other, Differing }.OfType<string>()) is { Length: > 0 } said ? said : null;

    /// <summary>The names of the company whose data this was when it was opened, and of the folder's, where they are not the same; null where they are.</summary>
    public (string Was, string Folder)? Names { get; init; }

    /// <summary>Nothing breaks by it; goals, keys and sessions of one company are then read by the files of another.</summary>
    private string? Other => Names is not var (was, now) ? null
        : $"The data here is that of the company '{was}', and the folder's company is '{now}'. If that is not meant, stop, and give the folder's company data of its own with --data.";

    private string? Differing => Differences.IsEmpty
        ? null
        : $"This host runs the configuration in force, not what lies in its folder. Not the same: {string.Join(", ", Differences)}. {Next}";

    /// <summary>What to do about it.</summary>
    private string Next => Activation switch
    {
        Activation.Waits waits => $"What lies there lets more through, and waits for a second person: {waits.Change.Proposed.Change}",
        Activation.NeedsAuthor => "What lies there lets more through, so that it takes two people. Propose it with: activate --as PERSON",
        Activation.Untested untested => $"What lies there does not pass its own tests: {untested.Failures[0]}",
        _ when IsHeld => "Somebody brought what is in force into force by name, so that a start alone does not replace it. Bring the folder's into force with 'activate --as PERSON' or by starting with --activate, or put the texts in force into the folder: the page Authority has those of the rules.",
        _ => "Put the folder's in force for all hosts with: activate",
    };

    /// <summary>What came of bringing the folder's into force; null where that was not tried.</summary>
    public Activation? Activation { get; init; }

    /// <summary>True where a start would have brought the folder's into force, and did not, because a person had brought in what is.</summary>
    public bool IsHeld { get; init; }

    /// <summary>How a folder stands to what is in force, as it lies there now; null where they are the same, or the folder cannot be read as a company at all.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="active">What is in force.</param>
    public static Standing? Look(string folder, CompanyBundle active)
    {
        try
        {
            var kept = StandingRules.Kept(CompanyFolder.Read(folder), active);
            return kept.Hash == active.Hash ? null : new Standing(active, kept.Hash, Compare(kept, active));
        }
        catch (ConfigException)
        {
            return null; // somebody is writing there; the next start, or 'activate', says what is wrong with it
        }
    }

    /// <summary>Reads what is in force in the store; brings the folder's into force when nothing is, or when it is asked to and may.</summary>
    /// <param name="folder">This host's files; null when it has none.</param>
    /// <param name="activates">True to bring the folder's into force whatever is.</param>
    /// <param name="load">Binds files on this host.</param>
    /// <param name="stream">The company's, at any age.</param>
    /// <param name="blobs">Where the texts are.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="by">Who brings it into force; null for the host by itself.</param>
    /// <param name="reason">Why, in their words; null for none.</param>
    public static async Task<Standing> SettleAsync(
        CompanyBundle? folder,
        bool activates,
        Func<CompanyBundle, LoadedCompany> load,
        CompanyStream stream,
        IBlobs blobs,
        CancellationToken cancellationToken,
        string? by = null,
        string? reason = null)
    {
        await stream.RefreshAsync(cancellationToken);
        folder = folder is null ? null : await StandingRules.KeptAsync(folder, stream.State, blobs, cancellationToken);
        var names = await NamesAsync(folder, stream.State, blobs, cancellationToken);
        Activation? activation = null;
        if (folder is not null && stream.State.Bundle != folder.Hash && (activates || stream.State.Bundle is null))
        {
            // Of several first hosts one brings its own, and the others run that.
            activation = await new BundleActivation(stream, blobs, load).ActivateAsync(folder, activates, by, reason, cancellationToken);
        }

        if (folder is not null && stream.State.Bundle == folder.Hash)
        {
            return new Standing(folder, folder.Hash, []) { Activation = activation, Names = names };
        }

        var active = await ReadAsync(stream.State, blobs, cancellationToken);
        return new Standing(active, folder?.Hash, folder is null ? [] : Compare(folder, active)) { Activation = activation, Names = names };
    }

    private static async Task<(string Was, string Folder)?> NamesAsync(CompanyBundle? folder, CompanyState state, IBlobs blobs, CancellationToken cancellationToken)
    {
        if (folder is null || state.Bundle is null || state.Bundle == folder.Hash || !state.Files.TryGetValue(CompanySettings.File, out var digest)
            || await blobs.GetAsync("sha256-" + digest, cancellationToken) is not { } text)
        {
            return null;
        }

        // What cannot be read any more has no name to compare.
        var before = YamlText.Read(CompanySettings.File, Encoding.UTF8.GetString(text.Span), 1, ImmutableArray.CreateBuilder<ConfigFault>());
        return NameIn(before) is { } was && NameIn(folder.Documents.GetValueOrDefault(CompanySettings.File)) is { } now && was != now ? (was, now) : null;
    }

    private static string? NameIn(ConfigNode.Map? company) => (company?["name"] as ConfigNode.Scalar)?.Text;

    /// <summary>The files in force. Throws <see cref="UsageException"/> when there are none, <see cref="ConfigException"/> when this program cannot use them.</summary>
    public static async Task<CompanyBundle> ReadAsync(CompanyState state, IBlobs blobs, CancellationToken cancellationToken)
    {
        if (state.Bundle is null)
        {
            throw new UsageException("There is no company in the store yet. Bring one with --company DIR.");
        }

        return await ReadAsync(state.Files, blobs, cancellationToken);
    }

    /// <summary>Files that the store has, path to digest. Throws as the other.</summary>
    public static async Task<CompanyBundle> ReadAsync(ImmutableSortedDictionary<string, string> files, IBlobs blobs, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, digest) in files)
        {
            var text = await blobs.GetAsync("sha256-" + digest, cancellationToken)
                ?? throw new ConfigException([new ConfigFault(new ConfigPlace(path, 1, 1), "The store names the file as part of a configuration and does not have its text.")]);
            texts[path] = Encoding.UTF8.GetString(text.Span);
        }

        return CompanyFolder.Of(texts);
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
