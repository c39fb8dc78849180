using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What somebody searches the audit for, as the index is asked for it. What it finds may still not fit: names are cut there, and what a tool does to the world the catalogue says.</summary>
internal sealed class AuditLooks(IWorkflowJournal journal, IAuditIndex index, Catalog catalog)
{
    private const int Page = 200;

    /// <summary>Decisions, from the end backwards.</summary>
    /// <param name="query">Which.</param>
    /// <param name="doer">Whose deeds are looked for besides; null for nobody's.</param>
    /// <param name="before">Before which position.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<AuditLook> OfAsync(AuditQuery query, string? doer, long before, CancellationToken cancellationToken)
    {
        var each = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        ImmutableArray<string> deeds = doer is null ? [] : [AuditWords.DoneBy(doer)];
        Add(query.Person, person => [AuditWords.DecidedBy(person), .. deeds]);
        Add(query.Agent, agent => [AuditWords.Agent(agent)]);
        Add(query.Rule, rule => [AuditWords.Rule(rule)]);
        Add(query.Verdict, verdict => [AuditWords.Verdict(verdict)]);
        if (query.Tool is not null || query.WithoutReads)
        {
            var tools = await index.WordsAsync(AuditWords.ToolBeginning, cancellationToken);
            Add(query.Tool, part => [.. tools.Where(t => AuditWords.ToolOf(t).Contains(part, StringComparison.OrdinalIgnoreCase)), AuditWords.UnknownTool]);
            if (query.WithoutReads)
            {
                var reads = catalog.Infos.Where(t => t.Effect == EffectClass.Observe).Select(t => AuditWords.Tool(t.Name)).ToHashSet(StringComparer.Ordinal);
                each.Add([.. AuditPages.Verdicts.Where(v => v != EffectNames.Write(Effect.Allow)).Select(AuditWords.Verdict), .. tools.Where(t => !reads.Contains(t)), .. deeds]);
            }
        }

        return new AuditLook(each.Count == 0 ? [[AuditWords.Decision]] : each.ToImmutable(), await JournalPages.BeginAsync(journal, query.Span, cancellationToken), before, Page);

        void Add(string? asked, Func<string, ImmutableArray<string>> words)
        {
            if (asked is not null)
            {
                each.Add(words(asked));
            }
        }
    }

    /// <summary>What of the company's stream is of some types, from the end backwards.</summary>
    public async Task<AuditLook> OfAsync(IEnumerable<string> types, AuditQuery query, long before, CancellationToken cancellationToken)
    {
        ImmutableArray<string> ofKind = [.. types.Select(AuditWords.Type)];
        return new AuditLook(query.Person is { } person ? [ofKind, [AuditWords.DoneBy(person)]] : [ofKind], await JournalPages.BeginAsync(journal, query.Span, cancellationToken), before, Page);
    }

    /// <summary>
    /// What the index does not know of a person yet: they answered behind its end what was asked before it. Decisions that are looked for, in order. Null where more is newer than may be looked
    /// through.
    /// </summary>
    /// <param name="query">Which.</param>
    /// <param name="through">How far the index goes.</param>
    /// <param name="known">Reads them.</param>
    /// <param name="mostEvents">Behind the index.</param>
    /// <param name="mostStreams">In which they answered.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<DecisionRecord>?> AnsweredAsync(
        AuditQuery query, long through, KnownDecisions known, int mostEvents, int mostStreams, CancellationToken cancellationToken)
    {
        if (query.Person is not { } person || through == 0)
        {
            return [];
        }

        var (streams, looked) = (new HashSet<string>(StringComparer.Ordinal), 0);
        await foreach (var page in JournalPages.OfAsync(journal, new TimeWindow(null, null), cancellationToken, through))
        {
            streams.UnionWith(page.Where(e => AnswerOf(e) == person).Select(e => e.Stream));
            looked += page.Length;
            if (looked > mostEvents || streams.Count > mostStreams)
            {
                return null;
            }
        }

        var decisions = new List<DecisionRecord>();
        foreach (var stream in streams)
        {
            decisions.AddRange((await known.AllAsync(stream, cancellationToken)).Where(d => d.Position <= through && query.Fits(d)));
        }

        return [.. decisions.OrderBy(d => d.Position)];
    }

    /// <summary>False where the index was thrown away since it went so far: then what it did not find may be there.</summary>
    public async Task<bool> IsStillAsync(long through, CancellationToken cancellationToken) => await index.ThroughAsync(cancellationToken) >= through;

    /// <summary>The events at places.</summary>
    public async Task<ImmutableArray<StoredEvent>> EventsAsync(IEnumerable<AuditPlace> places, CancellationToken cancellationToken) =>
        [.. (await journal.ReadEachAsync([.. places.Select(p => new StreamPlace(p.Stream, p.Seq - 1))], null, 1, cancellationToken)).SelectMany(events => events)];

    /// <summary>The last event of a stream before a position, found by halving; 0 where there is none.</summary>
    /// <param name="stream">Which.</param>
    /// <param name="last">Its last event.</param>
    /// <param name="before">The position.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<int> SeqAsync(string stream, int last, long before, CancellationToken cancellationToken)
    {
        var (low, high) = (0, last);
        while (before < long.MaxValue && low < high)
        {
            var middle = high - ((high - low) / 2);
            (low, high) = await journal.ReadAsync(stream, middle - 1, 1, cancellationToken) is [var found] && found.Position < before ? (middle, high) : (low, middle - 1);
        }

        return high;
    }

    /// <summary>Whose answer to a question an event is; null for what is none.</summary>
    private static string? AnswerOf(StoredEvent stored) => stored.Type is not (nameof(SeatFilled) or nameof(ApprovalDecided)) ? null : EventCodec.Decode(stored).Event switch
    {
        SeatFilled filled => filled.By,
        ApprovalDecided decided => decided.By,
        _ => null,
    };
}
