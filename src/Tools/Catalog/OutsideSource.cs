using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// A source whose tools are found out by asking it, with what it listed last and what people said of that. Whether a tool may run follows from the two, each time that
/// either changes: nothing of it is remembered apart from them. Thread-safe.
/// </summary>
internal sealed class OutsideSource(IToolSource source, ImmutableArray<ToolClassification> said, TimeSpan timeout)
{
    /// <summary>What a model reads of a tool's description.</summary>
    private const int LongestDescription = 1024;

    private readonly Lock _lock = new();
    private SourceListing? _listing;
    private Seen? _seen;
    private SourceState? _broken;
    private DateTimeOffset? _keptAt;

    /// <summary>The source.</summary>
    public IToolSource Source => source;

    /// <summary>What <c>tools.yaml</c> says.</summary>
    public ImmutableArray<ToolClassification> Said => said;

    /// <summary>What it listed last; null when nobody knows.</summary>
    public SourceListing? Listing => Volatile.Read(ref _listing);

    /// <summary>Whether a name is one that a tool of this source could have.</summary>
    public bool Owns(string name) => name.Length > source.Name.Length && name[source.Name.Length] == '.' && name.StartsWith(source.Name, StringComparison.Ordinal);

    /// <summary>What <c>tools.yaml</c> says of a tool by its name here; null when nothing.</summary>
    public ToolClassification? SaidOf(string name) => said.FirstOrDefault(s => ToolNames.Of(source.Name, s.RemoteName) == name);

    /// <summary>Whether a list of it may be kept now: the first one, and then not more often than every <paramref name="pause"/>.</summary>
    public bool MayKeep(DateTimeOffset now, TimeSpan pause)
    {
        lock (_lock)
        {
            if (_keptAt is { } at && now - at < pause)
            {
                return false;
            }

            _keptAt = now;
            return true;
        }
    }

    /// <summary>How it is now: as it says itself, but where asking it broke.</summary>
    public SourceState State => Volatile.Read(ref _broken) ?? source.State;

    /// <summary>It listed these.</summary>
    public void Know(SourceListing listing) => Volatile.Write(ref _listing, listing);

    /// <summary>Asking it broke in a way that it did not put into words itself; null when it has answered.</summary>
    public void Broke(SourceState? state) => Volatile.Write(ref _broken, state);

    /// <summary>Every tool that it lists or that somebody said something of, by its name here.</summary>
    /// <param name="state">What people said, and what was found to be meant by the entries of <c>tools.yaml</c>.</param>
    public ImmutableSortedDictionary<string, Known> Look(CompanyState state)
    {
        var (listing, classifications) = (Listing, state.Classifications);
        if (Volatile.Read(ref _seen) is { } seen && ReferenceEquals(seen.Listing, listing) && ReferenceEquals(seen.Classifications, classifications))
        {
            return seen.Tools;
        }

        var tools = Then(listing, classifications);
        Volatile.Write(ref _seen, new Seen(listing, classifications, tools));
        return tools;
    }

    /// <summary>Entries of <c>tools.yaml</c> that name no version, and were not found to be about one yet.</summary>
    public ImmutableArray<ToolClassified> Meant(CompanyState state) =>
    [
        .. from known in Look(state).Values
           where known.Record.Standing == ToolStanding.Unclassified && SaidOf(known.Record.Name) is { Digest: null }
           let entry = SaidOf(known.Record.Name)!
           where state.Classifications.GetValueOrDefault(known.Record.Name) is var last && (last is null || (last.Entry is not null && last.Entry != entry.Entry))
           select new ToolClassified(known.Record.Name, known.Record.Digest, EffectClassNames.Write(entry.Effect), Entry: entry.Entry),
    ];

    /// <summary>The same as it was when the source had listed these last, and people had said that.</summary>
    public ImmutableSortedDictionary<string, Known> Then(SourceListing? listing, ImmutableDictionary<string, ToolClassified> classifications)
    {
        var tools = ImmutableSortedDictionary.CreateBuilder<string, Known>(StringComparer.Ordinal);
        foreach (var named in (listing?.Tools ?? []).GroupBy(t => ToolNames.Of(source.Name, t.RemoteName) ?? string.Empty, StringComparer.Ordinal))
        {
            var all = named.ToList();
            if (named.Key.Length > 0 && all.Count == 1)
            {
                tools[named.Key] = Judge(named.Key, all[0], classifications.GetValueOrDefault(named.Key));
                continue;
            }

            foreach (var (tool, index) in all.Select((tool, index) => (tool, index)))
            {
                var problem = named.Key.Length == 0
                    ? "Its name cannot be the name of a tool."
                    : $"{string.Join(" and ", all.Select(t => $"'{OutsideText.Line(t.RemoteName, ToolNames.Longest)}'").Distinct(StringComparer.Ordinal))} would both be called {named.Key}: neither can be used.";
                var name = named.Key.Length == 0 ? $"{source.Name}.({index + 1})" : index == 0 ? named.Key : $"{named.Key}({index + 1})";
                tools[name] = new Known(Record(name, tool, ToolStanding.Unusable, problem, null), null);
            }
        }

        foreach (var entry in said)
        {
            if (ToolNames.Of(source.Name, entry.RemoteName) is { } name && !tools.ContainsKey(name))
            {
                var nothing = new ListedTool(entry.RemoteName, string.Empty, JsonText.EmptyObject, null, ClaimedTraits.None);
                var problem = listing is null ? $"The source '{source.Name}' has not listed its tools yet." : $"The source '{source.Name}' does not have it, or not any more.";
                tools[name] = new Known(Record(name, nothing, ToolStanding.Missing, problem, null) with { Digest = string.Empty }, null);
            }
        }

        return tools.ToImmutable();
    }

    private Known Judge(string name, ListedTool listed, ToolClassified? last)
    {
        if (listed.Problem is { } unusable)
        {
            return new Known(Record(name, listed, ToolStanding.Unusable, OutsideText.Line(unusable, 400), null), null);
        }

        if (Encoding.UTF8.GetByteCount(listed.InputSchema.Text) > ListedTool.LongestText)
        {
            return new Known(Record(name, listed, ToolStanding.Unusable, ListedTool.TooLong("input schema"), null), null);
        }

        if (!JsonSchema.TryLoad(listed.InputSchema, out var schema, out var faults))
        {
            return new Known(Record(name, listed, ToolStanding.Unusable, "Its input schema cannot be used: " + OutsideText.Line(string.Join("; ", faults.Take(5)), 400), null), null);
        }

        var (classification, problem) = Classify(name, listed, last);
        if (classification is null)
        {
            return new Known(
                Record(name, listed, ToolStanding.Unclassified, problem, null) with { Remedy = SaidOf(name) is null ? $"tools classify {name} --effect CLASS --digest {listed.Digest}" : null }, null);
        }

        var info = new ToolInfo(
            name,
            OutsideText.Line(listed.Description, LongestDescription),
            classification.Effect,
            listed.InputSchema,
            CanonicalJson.Digest(source.Definition, listed.Digest, classification.Entry, EffectClassNames.Write(classification.Effect), $"{classification.IsDestructive}{classification.IsIdempotent}{classification.IsOpenWorld}"),
            classification.Timeout ?? timeout)
        {
            IsReadOnly = classification.IsReadOnly,
            IsDestructive = classification.IsDestructive,
            IsIdempotent = classification.IsIdempotent,
            IsOpenWorld = classification.IsOpenWorld,
            Money = classification.Money?.Text,
            Undo = classification.Undo is { } undo ? ToolNames.Of(source.Name, undo) : null,
            Preview = classification.Preview?.Tool,
        };
        var tool = new Tool(info, schema, source.Make(listed, info))
        {
            ArgsType = ParameterReader.TypeOf(JsonNode.Parse(listed.InputSchema.Text)),
            IsFoundOut = true,
            Money = classification.Money,
            Recipients = classification.Recipients,
            Resource = classification.Resource,
            Record = classification.Record,
            Preview = classification.Preview,
            Returns = classification.Returns,
            Authority = classification.Authority,
            Limits = classification.Limits ?? (source.IsOutside ? ToolLimits.Outside : ToolLimits.Inside),
        };
        return new Known(Record(name, listed, ToolStanding.Classified, null, info), tool);
    }

    /// <summary>What counts of what was said of a tool; null with the reason when nothing does.</summary>
    private (ToolClassification? Classification, string? Problem) Classify(string name, ListedTool listed, ToolClassified? last)
    {
        var entry = SaidOf(name);
        if (entry is { Digest: { } digest })
        {
            return digest == listed.Digest ? (entry, null) : (null, Changed(digest, listed));
        }

        if (entry is not null)
        {
            return last is null || (last.Entry is not null && last.Entry != entry.Entry) ? (null, "It is classified in tools.yaml, and which version of it that is about is not on record yet.")
                : last.Version == listed.Digest ? (entry, null)
                : (null, Changed(last.Version, listed));
        }

        if (!source.IsOutside && listed.Claims.Effect is { } own)
        {
            return (Of(listed, own, listed.Claims.Destructive, listed.Claims.Idempotent, listed.Claims.OpenWorld), null);
        }

        if (last is not { Entry: null } || EffectClassNames.Read(last.EffectClass) is not { } effect)
        {
            return (null, "Nobody has said what it does.");
        }

        return last.Version == listed.Digest ? (Of(listed, effect, last.Destructive, last.Idempotent, last.OpenWorld), null) : (null, Changed(last.Version, listed));
    }

    private static string Changed(string version, ListedTool listed) =>
        $"It is not the tool any more that was classified (that one was {version[..Math.Min(12, version.Length)]}…, this one is {listed.Digest}). Look at it and classify it again.";

    private static ToolClassification Of(ListedTool listed, EffectClass effect, bool? destructive, bool? idempotent, bool? openWorld)
    {
        var isReadOnly = effect is EffectClass.Observe or EffectClass.Compute;
        return new ToolClassification(listed.RemoteName, effect, string.Empty)
        {
            IsDestructive = destructive ?? !isReadOnly,
            IsIdempotent = idempotent ?? false,
            IsOpenWorld = openWorld ?? true,
        };
    }

    private CatalogRecord Record(string name, ListedTool listed, ToolStanding standing, string? problem, ToolInfo? info) => new(
        name, source.Name, source.Kind, listed.RemoteName, listed.Description, listed.InputSchema, listed.OutputSchema, listed.Claims, listed.Digest, standing, problem, info);

    /// <summary>A tool as it stands.</summary>
    /// <param name="Record">For showing.</param>
    /// <param name="Tool">For the gate; null where it may not run.</param>
    internal sealed record Known(CatalogRecord Record, Tool? Tool);

    private sealed record Seen(SourceListing? Listing, ImmutableDictionary<string, ToolClassified> Classifications, ImmutableSortedDictionary<string, Known> Tools);
}
