using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What each tool was when a call of it was decided. What the company defines is as its files have it; what was found out by asking is what its source had listed and
/// people had said by then, as the company's stream has it. Take the events of that stream before the decisions that came after them.
/// </summary>
internal sealed class ToolsThen
{
    private readonly Dictionary<string, GovernedTool> _defined;
    private readonly ImmutableArray<OutsideSource> _outside;
    private readonly IBlobs? _blobs;
    private readonly Dictionary<string, List<Moment>> _moments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceListing?> _listings = new(StringComparer.Ordinal);
    private CompanyState _company = CompanyState.Empty;

    /// <summary>Of tools that are only known to rules.</summary>
    public ToolsThen(IEnumerable<GovernedTool> tools) => (_defined, _outside) = (tools.ToDictionary(t => t.Name, StringComparer.Ordinal), []);

    /// <summary>Of a company's.</summary>
    public ToolsThen(Catalog catalog, IBlobs blobs)
        : this(catalog.Tools.Select(t => t.Governed)) => (_outside, _blobs) = (catalog.Outside, blobs);

    /// <summary>Takes the next event of the company's stream.</summary>
    public async Task AddAsync(Recorded recorded, CancellationToken cancellationToken)
    {
        if (recorded.Event is not (SourceListed or ToolClassified))
        {
            return;
        }

        var before = _company;
        _company = CompanyState.Apply(before, recorded);
        var about = recorded.Event switch
        {
            SourceListed listed => _outside.FirstOrDefault(o => o.Source.Name == listed.Source && o.Source.Definition == listed.Definition),
            ToolClassified classified when !ReferenceEquals(before.Classifications, _company.Classifications) => _outside.FirstOrDefault(o => o.Owns(classified.Tool)),
            _ => null,
        };
        if (about is null)
        {
            return;
        }

        var name = about.Source.Name;
        if (recorded.Event is SourceListed { Listing: var digest })
        {
            _listings[name] = _blobs is not null && await _blobs.GetAsync(digest, cancellationToken) is { } kept ? SourceListing.Read(kept) : null;
        }

        if (!_moments.TryGetValue(name, out var moments))
        {
            _moments[name] = moments = [];
        }

        var (listing, classifications) = (_listings.GetValueOrDefault(name), _company.Classifications);
        moments.Add(new Moment(recorded.Position, new Lazy<ImmutableSortedDictionary<string, OutsideSource.Known>>(() => about.Then(listing, classifications), isThreadSafe: false)));
    }

    /// <summary>A tool as it was.</summary>
    /// <param name="name">Which.</param>
    /// <param name="version">The one that was decided on. A host may have known less than the journal: of what was found out, this one counts, if it is on record.</param>
    /// <param name="position">When, in the journal.</param>
    public ToolThen Find(string name, string version, long position)
    {
        if (_defined.TryGetValue(name, out var tool))
        {
            return new ToolThen.Defined(tool);
        }

        if (_outside.FirstOrDefault(o => o.Owns(name)) is not { } source)
        {
            return new ToolThen.Gone();
        }

        var moments = _moments.GetValueOrDefault(source.Source.Name) ?? [];
        OutsideSource.Known? last = null;
        for (var index = moments.Count - 1; index >= 0; index--)
        {
            if (moments[index].Position <= position && moments[index].Tools.Value.GetValueOrDefault(name) is { } known)
            {
                last ??= known;
                if (known.Tool is { } then && then.Info.Version == version)
                {
                    return new ToolThen.FoundOut(then.Governed);
                }
            }
        }

        return last is null ? new ToolThen.NotOnRecord() : last.Tool is { } other ? new ToolThen.FoundOut(other.Governed) : new ToolThen.Gone();
    }

    /// <summary>A source from one moment on.</summary>
    private sealed record Moment(long Position, Lazy<ImmutableSortedDictionary<string, OutsideSource.Known>> Tools);
}

/// <summary>What a tool was.</summary>
internal abstract record ToolThen
{
    private ToolThen()
    {
    }

    /// <summary>The company defines it.</summary>
    public sealed record Defined(GovernedTool Tool) : ToolThen;

    /// <summary>It was found out after rules were bound.</summary>
    public sealed record FoundOut(GovernedTool Tool) : ToolThen;

    /// <summary>There is none of that name, or none that could run.</summary>
    public sealed record Gone : ToolThen;

    /// <summary>Its source has listed nothing that was kept, or listed it as another source than it is now.</summary>
    public sealed record NotOnRecord : ToolThen;
}
