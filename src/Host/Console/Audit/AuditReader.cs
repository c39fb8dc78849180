using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Which decisions somebody looks for; null for any.</summary>
/// <param name="Person">Who of the people decided; what else they did is found too, where nothing of a call is asked for.</param>
/// <param name="Agent">Who wanted the call.</param>
/// <param name="Tool">Part of the tool's name.</param>
/// <param name="Rule">A rule or a budget that decided.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Workflow">In which one.</param>
/// <param name="Span">When.</param>
/// <param name="WithoutReads">Without what only observes and was allowed: most of a journal, and seldom what somebody looks for.</param>
/// <param name="Kind">What else than decisions: one of <see cref="AuditKind"/>; null for decisions, and what a person did besides.</param>
internal sealed record AuditQuery(string? Person, string? Agent, string? Tool, string? Rule, string? Verdict, WorkflowId? Workflow, TimeWindow Span, bool WithoutReads = false, string? Kind = null)
{
    /// <summary>How the field <c>reads</c> says that plain reads are left out.</summary>
    public const string NoReads = "no";

    private static readonly (string Effect, string Verdict) PlainRead = (EffectClassNames.Write(EffectClass.Observe), EffectNames.Write(Effect.Allow));

    /// <summary>True where every decision of the time is looked for.</summary>
    public bool IsAnyDecision => (Person, Agent, Tool, Rule, Verdict, WithoutReads) == (null, null, null, null, null, false);

    /// <summary>True for what is looked for.</summary>
    public bool Fits(DecisionRecord decision) =>
        Span.Holds(decision.At)
        && (Person is null || decision.People.Any(p => p.Person == Person))
        && IsOf(decision.Agent, decision.Tool)
        && (Rule is null || decision.Rules.Contains(Rule))
        && (Verdict is null || decision.Verdict == Verdict)
        && !(WithoutReads && (decision.EffectClass, decision.Verdict) == PlainRead);

    /// <summary>True for a call that is looked for.</summary>
    public bool IsOf(string agent, string tool) => (Agent is null || agent == Agent) && (Tool is null || tool.Contains(Tool, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whose deeds are looked for; null where it is calls that somebody wants to see.</summary>
    public string? Doer => Agent is null && Tool is null && Rule is null && Verdict is null ? Person : null;
}

/// <summary>What was found, newest first.</summary>
/// <param name="Decisions">Of the gate.</param>
/// <param name="Deeds">What the person who is looked for did besides.</param>
/// <param name="Before">Before which position to go on; null at the journal's beginning, or where nothing older can fit.</param>
/// <param name="Reached">The time of the oldest event that was looked at; null where none was.</param>
internal sealed record AuditFound(ImmutableArray<DecisionRecord> Decisions, ImmutableArray<AuditDeed> Deeds, long? Before, DateTimeOffset? Reached = null);

/// <summary>
/// Looks for decisions and deeds from the journal's end, or from the last moment that is asked for, backwards. Where they stand an index knows, as far as it has been made; what is newer is looked
/// through, for so long as a page may take. A page says what it has found and, where that is not all, to which day it has looked.
/// </summary>
internal sealed class AuditReader(IWorkflowJournal journal, IAuditIndex index, Catalog catalog, CompanyStream company, TimeProvider time)
{
    /// <summary>Rows on one page, more or less: what one stretch holds stays together.</summary>
    private const int Enough = 50;

    private const int Stretch = 500;
    private const int MostStreams = 60;

    /// <summary>Events behind the index that are looked through for a person's answers, however far back the page begins.</summary>
    private const int MostNewer = 2_000;

    /// <summary>How long a page looks. One stretch is always looked through.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly AuditLooks _looks = new(journal, index, catalog);

    /// <summary>A page.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">A position; null for the end.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<AuditFound> FindAsync(AuditQuery query, long? before, CancellationToken cancellationToken)
    {
        if (query.Kind is { } kind)
        {
            return await FindOfAsync(kind, query, before, cancellationToken);
        }

        if (query.Workflow is { } workflow)
        {
            return await FindInAsync(workflow.ToString(), query, cancellationToken);
        }

        // How far the index goes is asked first: what is appended meanwhile lies behind the end.
        var (began, through) = (time.GetTimestamp(), await index.ThroughAsync(cancellationToken));
        var end = before ?? (query.Span.To is { } to ? await JournalHead.FindAsync(journal, to, cancellationToken) : await journal.HeadAsync(cancellationToken)) + 1;
        var (found, deeds, reached) = (new List<DecisionRecord>(), new List<AuditDeed>(), (DateTimeOffset?)null);
        var (streams, seen, top) = (new KnownDecisions(journal, catalog), new HashSet<long>(), end);
        var answered = await _looks.AnsweredAsync(query, through, streams, MostNewer, MostStreams, cancellationToken);
        through = answered is null ? 0 : through; // too much is newer than the index to say what it lacks of a person: then the journal alone does
        var isFirst = true;
        while (end > through + 1 && IsPatient())
        {
            var begin = Math.Max(through + 1, end - Stretch);
            var events = (await journal.ReadAllAsync(begin - 1, (int)(end - begin), cancellationToken)).Where(e => e.Position < end).ToList();
            await AddAsync([.. new AuditSieve(query).Sift(events).Select(e => (e.Stream, e.Position))]);
            deeds.AddRange(DeedsIn(events, query));

            // Nothing older than this stretch was written later than what is asked for.
            end = query.Span.From is { } from && events.Count > 0 && events[0].At + JournalHead.Skew < from ? 1 : begin;
            reached = events.Count > 0 ? events[0].At : reached;
        }

        if (end > 1 && end <= through + 1 && IsPatient())
        {
            var last = end;
            var look = await _looks.OfAsync(query, query.Doer, end, cancellationToken);
            do
            {
                var places = await index.FindAsync(look with { Limit = Math.Max(1, Enough - found.Count - deeds.Count) }, cancellationToken);
                await AddAsync([.. places.Items.Where(p => p.Words.Contains(AuditWords.Decision)).Select(p => (p.Stream, p.Position))]);
                deeds.AddRange(DeedsIn(await _looks.EventsAsync(places.Items.Where(p => query.Doer is { } doer && p.Words.Contains(AuditWords.DoneBy(doer))), cancellationToken), query));
                end = places.Next ?? 1;
                reached = places.Items.IsEmpty ? reached : places.Items[^1].At;
                look = look.GoOn(end);
            }
            while (end > 1 && IsPatient());

            end = await _looks.IsStillAsync(through, cancellationToken) ? end : last;

            // Nothing that fits stands between the last that was found and where this ends.
            reached = await EdgeAsync(end, cancellationToken) ?? reached;
        }

        // Each stands on the page of its own place, and so on no other when the index has caught up.
        found.AddRange((answered ?? []).Where(d => d.Position < top && d.Position >= end && seen.Add(d.Position)));
        return new AuditFound([.. found.OrderByDescending(d => d.Position)], [.. deeds.OrderByDescending(d => d.Position)], end > 1 ? end : null, reached);

        bool IsPatient()
        {
            var was = isFirst;
            isFirst = false;
            return was || (found.Count + deeds.Count < Enough && streams.Read < MostStreams && time.GetElapsedTime(began) < Patience);
        }

        async Task AddAsync(IReadOnlyCollection<(string Stream, long Position)> decided)
        {
            await streams.ReadEachAsync(decided, cancellationToken);
            foreach (var (stream, position) in decided)
            {
                // What came of a decision may stand anywhere behind it in its own stream.
                if (await streams.FindAsync(stream, position, cancellationToken) is { } decision && query.Fits(decision) && seen.Add(position))
                {
                    found.Add(decision);
                }
            }
        }
    }

    /// <summary>What is of a kind, from the end of the company's stream backwards.</summary>
    private async Task<AuditFound> FindOfAsync(string kind, AuditQuery query, long? before, CancellationToken cancellationToken)
    {
        var (began, through) = (time.GetTimestamp(), await index.ThroughAsync(cancellationToken));
        var (deeds, reached, isFirst) = (new List<AuditDeed>(), (DateTimeOffset?)null, true);
        var end = before ?? (query.Span.To is { } to ? await JournalHead.FindAsync(journal, to, cancellationToken) + 1 : long.MaxValue);
        var seq = end > through + 1 ? await _looks.SeqAsync(CompanyState.Stream, company.State.Seq, end, cancellationToken) : 0;
        while (end > through + 1 && seq > 0 && IsPatient())
        {
            var begin = Math.Max(0, seq - Stretch);
            var events = (await journal.ReadAsync(CompanyState.Stream, begin, seq - begin, cancellationToken)).Where(e => e.Position > through).ToList();
            Add(events);
            seq = events.Count < seq - begin ? 0 : begin;
            end = seq == 0 ? Math.Min(end, through + 1) : events[0].Position;
            reached = events.Count == 0 ? reached : events[0].At;
        }

        end = seq == 0 ? Math.Min(end, through + 1) : end;
        if (end > 1 && end <= through + 1)
        {
            var last = end;
            for (var look = await _looks.OfAsync(AuditKind.TypesOf(kind), query, end, cancellationToken); end > 1 && IsPatient(); look = look.GoOn(end))
            {
                var places = await index.FindAsync(look with { Limit = Enough - deeds.Count }, cancellationToken);
                Add(await _looks.EventsAsync(places.Items, cancellationToken));
                end = places.Next ?? 1;
                reached = places.Items.IsEmpty ? reached : places.Items[^1].At;
            }

            end = await _looks.IsStillAsync(through, cancellationToken) ? end : last;
        }

        reached = await EdgeAsync(end, cancellationToken) ?? reached;
        return new AuditFound([], [.. deeds.OrderByDescending(d => d.Seq)], end > 1 ? end : null, reached);

        bool IsPatient()
        {
            var was = isFirst;
            isFirst = false;
            return deeds.Count < Enough && (was || time.GetElapsedTime(began) < Patience);
        }

        void Add(IEnumerable<StoredEvent> events) =>
            deeds.AddRange(events.Where(e => AuditKind.Has(kind, e) && query.Span.Holds(e.At)).Select(e => AuditDeed.Of(e, query.Person, company.State)).OfType<AuditDeed>());
    }

    /// <summary>When the first event at or behind a position was written; null where the journal is looked through.</summary>
    private async Task<DateTimeOffset?> EdgeAsync(long end, CancellationToken cancellationToken) =>
        end > 1 && await journal.ReadAllAsync(end - 1, 1, cancellationToken) is [var edge] ? edge.At : null;

    private async Task<AuditFound> FindInAsync(string stream, AuditQuery query, CancellationToken cancellationToken)
    {
        var deeds = new List<AuditDeed>();
        if (query.Doer is not null)
        {
            await foreach (var page in JournalPages.OfAsync(journal, stream, cancellationToken))
            {
                deeds.AddRange(DeedsIn(page, query));
            }
        }

        deeds.Reverse();
        return new AuditFound([.. (await DecisionLog.ReadAsync(journal, catalog, stream, cancellationToken)).Where(query.Fits).Reverse()], [.. deeds], null);
    }

    private IEnumerable<AuditDeed> DeedsIn(IEnumerable<StoredEvent> events, AuditQuery query) =>
        query.Doer is { } person ? events.Where(e => query.Span.Holds(e.At)).Select(e => AuditDeed.Of(e, person, company.State)).OfType<AuditDeed>() : [];
}
