using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Every tool of the company, one record each. Those that <c>tools.yaml</c> defines are bound once, and a change of the file makes another catalogue; those of
/// sources that are asked come and go with what the source lists and what people say of it.
/// </summary>
public sealed class Catalog
{
    private readonly ImmutableSortedDictionary<string, Tool> _tools;
    private readonly ImmutableArray<SqlSource> _sources;
    private readonly ImmutableArray<OutsideSource> _outside;
    private readonly ResultPages? _pages;
    private ICompany? _company;

    internal Catalog(IEnumerable<Tool> tools, ImmutableArray<SqlSource> sources, ImmutableArray<OutsideSource> outside = default)
    {
        tools = [.. tools];
        _pages = tools.Select(t => t.Implementation).OfType<ResultPages>().FirstOrDefault();
        _tools = tools.ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal);
        _sources = sources;
        _outside = outside.IsDefault ? [] : outside;
    }

    /// <summary>What may be known about each tool that may run, by name.</summary>
    public IEnumerable<ToolInfo> Infos => Records.Select(r => r.Info).OfType<ToolInfo>();

    /// <summary>Everything that is known, by name: tools that may not run too, and why.</summary>
    public ImmutableArray<CatalogRecord> Records =>
    [
        .. _tools.Values.Select(Record).Concat(_outside.SelectMany(o => o.Look(Said).Values).Select(k => k.Record)).OrderBy(r => r.Name, StringComparer.Ordinal),
    ];

    /// <summary>How each source that is asked is.</summary>
    public ImmutableArray<SourceHealth> Health => [.. _outside.Select(HealthOf)];

    /// <summary>Sources of which nobody knows yet what they have.</summary>
    public ImmutableArray<string> Unlisted => [.. _outside.Where(o => o.Listing is null).Select(o => o.Source.Name)];

    /// <summary>Tools that the company itself defines.</summary>
    internal IEnumerable<Tool> Tools => _tools.Values;

    /// <summary>Sources that are asked.</summary>
    internal ImmutableArray<OutsideSource> Outside => _outside;

    /// <summary>Names of tools of such sources that agents have: rules are bound for them before anybody knows what they are.</summary>
    internal ImmutableSortedSet<string> Mentioned { get; private set; } = [];

    /// <summary>Of these the ones that only rules name: whether there is such a tool, its source alone knows.</summary>
    internal ImmutableSortedSet<string> OnlyNamed { get; private set; } = [];

    private CompanyState Said => _company?.State ?? CompanyState.Empty;

    /// <summary>
    /// Connects to each source and says how it is: whether it answers, and whether it stores keys.
    /// </summary>
    /// <param name="creates">Creates the table for keys where it is missing.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<SourceHealth>> CheckAsync(bool creates, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<SourceHealth>();
        foreach (var source in _sources)
        {
            try
            {
                if (creates)
                {
                    await source.CreateEffectsTableAsync(cancellationToken);
                }

                var stores = await source.StoresKeysAsync(cancellationToken);
                found.Add(new SourceHealth(source.Name, IsReachable: true, stores, stores ? null : "There is no table aimanager_effects: writes are not idempotent. 'tools check --create' makes it."));
            }
            catch (SqlFaultException fault)
            {
                found.Add(new SourceHealth(source.Name, IsReachable: false, StoresKeys: false, fault.Message));
            }
        }

        return found.ToImmutable();
    }

    /// <summary>Whether a source is asked for its tools.</summary>
    public bool IsAsked(string source) => _outside.Any(o => o.Source.Name == source);

    /// <summary>The class that <c>tools.yaml</c> gives to a tool of a source that is asked, and whether it names the version; null when it gives none.</summary>
    public (string Effect, bool IsPinned)? SaidInFiles(string name) =>
        _outside.Select(o => o.SaidOf(name)).FirstOrDefault(s => s is not null) is { } said ? (EffectClassNames.Write(said.Effect), said.Digest is not null) : null;

    /// <summary>Whether there is a tool of that name, whether or not it may run.</summary>
    public bool Knows(string name) => _tools.ContainsKey(name) || _outside.Any(o => o.Owns(name) && o.Look(Said).ContainsKey(name));

    /// <summary>As <see cref="Knows"/>, where a source that nobody has listed yet could have any.</summary>
    public bool CouldBe(string name) => Knows(name) || _outside.Any(o => o.Owns(name) && o.Listing is null);

    /// <summary>Whether a file may name a tool: it is there, or it belongs to a source that has not been asked yet.</summary>
    public bool MayHave(string name) => _tools.ContainsKey(name) || _outside.Any(o => o.Owns(name));

    /// <summary>Whether <c>tools.yaml</c> says of a tool that it only reads and spends nothing.</summary>
    public bool OnlyReads(string name) =>
        _tools.TryGetValue(name, out var tool) ? tool.Info is { IsReadOnly: true, Money: null } : _outside.Any(o => o.SaidOf(name) is { IsReadOnly: true, Money: null });

    /// <summary>Where the amount stands that a tool spends; null where it spends none, or may not run.</summary>
    public string? MoneyOf(string name) => Find(name)?.Info.Money;

    /// <summary>How people are told of a tool's facts; empty for one that has none, or may not run.</summary>
    public ImmutableArray<FactWords> FactsOf(string name) => [.. Find(name)?.Facts.Select(f => f.Words) ?? []];

    /// <summary>What people said, and what was kept, is looked up there from here on.</summary>
    internal Catalog Follow(ICompany company, IBlobs? blobs = null)
    {
        _company = company;
        if (blobs is not null)
        {
            _pages?.Keep(blobs);
        }

        return this;
    }

    /// <summary>Agents have tools of these names, and rules name those.</summary>
    internal void Mention(IEnumerable<string> byAgents, IEnumerable<string> byRules)
    {
        ImmutableSortedSet<string> theirs = [.. byAgents.Where(n => _outside.Any(o => o.Owns(n)))];
        OnlyNamed = [.. byRules.Where(n => _outside.Any(o => o.Owns(n) && o.SaidOf(n) is null) && !theirs.Contains(n))];
        Mentioned = theirs.Union(OnlyNamed);
    }

    /// <summary>What a tool's results are said to be, also of one that may not run any more: what it gave is as confidential as it was.</summary>
    internal OutputContract ReturnsOf(string name) => Find(name)?.Returns ?? _outside.Select(o => o.SaidOf(name)).FirstOrDefault(s => s is not null)?.Returns ?? OutputContract.None;

    /// <summary>Who can write what a call gave: what its tool's contract says of each field. Null where no tool of the company says anything of the kind.</summary>
    public OutputContract? BeliefIn(WorkflowState state, CallState call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return !_tools.Values.Any(t => !t.Returns.Fields.IsEmpty) && !_outside.Any(o => o.Said.Any(s => !s.Returns.Fields.IsEmpty)) ? null
            : call.Settled is not { Outcome: CallOutcome.Succeeded } ? OutputContract.None
            : ResultPages.Origin(state, call) is { } origin ? ResultPages.LabelOf(ReturnsOf(origin.Proposed.Tool))
            : ReturnsOf(call.Proposed.Tool);
    }

    /// <summary>A tool that may run, as far as the catalogue goes; null when there is none.</summary>
    internal Tool? Find(string name)
    {
        if (_tools.TryGetValue(name, out var tool))
        {
            return tool;
        }

        foreach (var outside in _outside)
        {
            if (outside.Owns(name))
            {
                return outside.Look(Said).GetValueOrDefault(name)?.Tool;
            }
        }

        return null;
    }

    /// <summary>Why a tool that is not to be found may not run; null when there is none of that name.</summary>
    internal string? WhyNot(string name) =>
        _outside.FirstOrDefault(o => o.Owns(name)) is { } outside && outside.Look(Said).GetValueOrDefault(name)?.Record is { Problem: { } problem } record
            ? record.Standing == ToolStanding.Unclassified ? $"{name} is unclassified. {problem}" : $"{name} cannot be used. {problem}"
            : null;

    private static CatalogRecord Record(Tool tool)
    {
        var info = tool.Info;
        var (source, name) = (info.Name[..info.Name.IndexOf('.', StringComparison.Ordinal)], info.Name[(info.Name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return new CatalogRecord(
            info.Name, source, tool.Kind, name, info.Description, info.Parameters, null, ClaimedTraits.None, info.Version, ToolStanding.Classified, null, info);
    }

    private static SourceHealth HealthOf(OutsideSource outside)
    {
        var state = outside.State;
        return new SourceHealth(outside.Source.Name, state.Condition == SourceCondition.Up, StoresKeys: false, state.LastError) { Kind = outside.Source.Kind, IsTried = state.Condition != SourceCondition.Untried, Since = state.Since };
    }
}

/// <summary>How a source is.</summary>
/// <param name="Source">Its name.</param>
/// <param name="IsReachable">It answers.</param>
/// <param name="StoresKeys">Each of its writes is applied once for each intent.</param>
/// <param name="Problem">What is wrong and what to do; null when nothing is.</param>
public sealed record SourceHealth(string Source, bool IsReachable, bool StoresKeys, string? Problem)
{
    /// <summary>As <c>tools.yaml</c> has it.</summary>
    public string Kind { get; init; } = "sql";

    /// <summary>False where nobody has asked it yet.</summary>
    public bool IsTried { get; init; } = true;

    /// <summary>Since when it is so; null where nobody keeps that.</summary>
    public DateTimeOffset? Since { get; init; }
}
