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
internal sealed record AuditQuery(string? Person, string? Agent, string? Tool, string? Rule, string? Verdict, WorkflowId? Workflow, TimeSpanOf Span, bool WithoutReads = false, string? Kind = null)
{
    /// <summary>How the field <c>reads</c> says that plain reads are left out.</summary>
    public const string NoReads = "no";

    private static readonly (string Effect, string Verdict) PlainRead = (EffectClassNames.Write(EffectClass.Observe), EffectNames.Write(Effect.Allow));

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
/// <param name="Before">Before which position to go on; null at the journal's beginning, or where nothing older can fit. Of a kind, before which event of the company's stream.</param>
/// <param name="Reached">The time of the oldest event that was looked at; null where none was.</param>
internal sealed record AuditFound(ImmutableArray<DecisionRecord> Decisions, ImmutableArray<AuditDeed> Deeds, long? Before, DateTimeOffset? Reached = null);

/// <summary>
/// Looks for decisions and deeds from the journal's end, or from the last moment that is asked for, backwards, for so long as a page may take: however long the journal is, a page
/// says what it has found and to which day it has looked.
/// </summary>
internal sealed class AuditReader(IWorkflowJournal journal, Catalog catalog, CompanyStream company, TimeProvider time)
{
    /// <summary>Rows on one page, more or less: what one stretch holds stays together.</summary>
    private const int Enough = 50;

    private const int Stretch = 500;
    private const int MostStreams = 60;

    /// <summary>How long a page looks. One stretch is always looked through.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

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

        var began = time.GetTimestamp();
        var end = before ?? (query.Span.To is { } to ? await JournalHead.FindAsync(journal, to, cancellationToken) : await JournalHead.FindAsync(journal, cancellationToken)) + 1;
        var (found, deeds, reached) = (new List<DecisionRecord>(), new List<AuditDeed>(), (DateTimeOffset?)null);
        var streams = new Dictionary<string, ImmutableArray<DecisionRecord>>(StringComparer.Ordinal);
        for (var isFirst = true; end > 1 && found.Count + deeds.Count < Enough && streams.Count < MostStreams && (isFirst || time.GetElapsedTime(began) < Patience); isFirst = false)
        {
            var begin = Math.Max(1, end - Stretch);
            var events = (await journal.ReadAllAsync(begin - 1, (int)(end - begin), cancellationToken)).Where(e => e.Position < end).ToList();
            foreach (var decided in new AuditSieve(query).Sift(events).ToLookup(e => e.Stream, e => e.Position))
            {
                // What came of a decision may stand anywhere behind it in its own stream.
                if (!streams.TryGetValue(decided.Key, out var decisions))
                {
                    streams[decided.Key] = decisions = await DecisionLog.ReadAsync(journal, catalog, decided.Key, cancellationToken);
                }

                found.AddRange(decisions.Where(d => decided.Contains(d.Position) && query.Fits(d)));
            }

            deeds.AddRange(DeedsIn(events, query));

            // Nothing older than this stretch was written later than what is asked for.
            end = query.Span.From is { } from && events.Count > 0 && events[0].At + JournalHead.Skew < from ? 1 : begin;
            reached = events.Count > 0 ? events[0].At : reached;
        }

        return new AuditFound([.. found.OrderByDescending(d => d.Position)], [.. deeds.OrderByDescending(d => d.Position)], end > 1 ? end : null, reached);
    }

    /// <summary>What is of a kind, from the end of the company's stream backwards.</summary>
    private async Task<AuditFound> FindOfAsync(string kind, AuditQuery query, long? before, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var (end, deeds, reached) = ((int)Math.Min(before ?? int.MaxValue, company.State.Seq + 1L), new List<AuditDeed>(), (DateTimeOffset?)null);
        for (var isFirst = true; end > 1 && deeds.Count < Enough && (isFirst || time.GetElapsedTime(began) < Patience); isFirst = false)
        {
            var begin = Math.Max(1, end - Stretch);
            var events = await journal.ReadAsync(CompanyState.Stream, begin - 1, end - begin, cancellationToken);
            deeds.AddRange(events.Where(e => AuditKind.Has(kind, e) && query.Span.Holds(e.At)).Select(e => AuditDeed.Of(e, query.Person, company.State)).OfType<AuditDeed>());
            end = query.Span.From is { } from && !events.IsEmpty && events[0].At + JournalHead.Skew < from ? 1 : begin;
            reached = events.IsEmpty ? reached : events[0].At;
        }

        return new AuditFound([], [.. deeds.OrderByDescending(d => d.Seq)], end > 1 ? end : null, reached);
    }

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
