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
internal sealed record AuditQuery(string? Person, string? Agent, string? Tool, string? Rule, string? Verdict, WorkflowId? Workflow, TimeSpanOf Span, bool WithoutReads = false)
{
    /// <summary>How the field <c>reads</c> says that plain reads are left out.</summary>
    public const string NoReads = "no";

    private static readonly (string Effect, string Verdict) PlainRead = (EffectClassNames.Write(EffectClass.Observe), EffectNames.Write(Effect.Allow));

    /// <summary>True for what is looked for.</summary>
    public bool Fits(DecisionRecord decision) =>
        Span.Holds(decision.At)
        && (Person is null || decision.People.Any(p => p.Person == Person))
        && (Agent is null || decision.Agent == Agent)
        && (Tool is null || decision.Tool.Contains(Tool, StringComparison.OrdinalIgnoreCase))
        && (Rule is null || decision.Rules.Contains(Rule))
        && (Verdict is null || decision.Verdict == Verdict)
        && !(WithoutReads && (decision.EffectClass, decision.Verdict) == PlainRead);

    /// <summary>Whose deeds are looked for; null where it is calls that somebody wants to see.</summary>
    public string? Doer => Agent is null && Tool is null && Rule is null && Verdict is null ? Person : null;
}

/// <summary>What was found, newest first.</summary>
/// <param name="Decisions">Of the gate.</param>
/// <param name="Deeds">What the person who is looked for did besides.</param>
/// <param name="Before">Before which position to go on; null at the journal's beginning, or where nothing older can fit.</param>
internal sealed record AuditFound(ImmutableArray<DecisionRecord> Decisions, ImmutableArray<AuditDeed> Deeds, long? Before);

/// <summary>Looks for decisions and deeds from the journal's end, or from the last moment that is asked for, backwards, so that a page costs the same however long the journal is.</summary>
internal sealed class AuditReader(IWorkflowJournal journal, Catalog catalog, CompanyStream company)
{
    /// <summary>Rows on one page, more or less: what one stretch holds stays together.</summary>
    private const int Enough = 50;

    private const int Stretch = 500;
    private const int MostStretches = 12;
    private const int MostStreams = 60;

    /// <summary>A page.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">A position; null for the end.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<AuditFound> FindAsync(AuditQuery query, long? before, CancellationToken cancellationToken)
    {
        if (query.Workflow is { } workflow)
        {
            return await FindInAsync(workflow.ToString(), query, cancellationToken);
        }

        var end = before ?? (query.Span.To is { } to ? await JournalHead.FindAsync(journal, to, cancellationToken) : await JournalHead.FindAsync(journal, cancellationToken)) + 1;
        var (found, deeds) = (new List<DecisionRecord>(), new List<AuditDeed>());
        var streams = new Dictionary<string, ImmutableArray<DecisionRecord>>(StringComparer.Ordinal);
        for (var stretch = 0; stretch < MostStretches && end > 1 && found.Count + deeds.Count < Enough && streams.Count < MostStreams; stretch++)
        {
            var begin = Math.Max(1, end - Stretch);
            var events = (await journal.ReadAllAsync(begin - 1, (int)(end - begin), cancellationToken)).Where(e => e.Position < end).ToList();
            foreach (var stream in events.Where(e => e.Type == nameof(CallDecided)).Select(e => e.Stream).Distinct(StringComparer.Ordinal))
            {
                // What came of a decision may stand anywhere behind it in its own stream.
                if (!streams.TryGetValue(stream, out var decisions))
                {
                    streams[stream] = decisions = await DecisionLog.ReadAsync(journal, catalog, stream, cancellationToken);
                }

                found.AddRange(decisions.Where(d => d.Position >= begin && d.Position < end && query.Fits(d)));
            }

            deeds.AddRange(DeedsIn(events, query));

            // Nothing older than this stretch was written later than what is asked for.
            end = query.Span.From is { } from && events.Count > 0 && events[0].At + JournalHead.Skew < from ? 1 : begin;
        }

        return new AuditFound([.. found.OrderByDescending(d => d.Position)], [.. deeds.OrderByDescending(d => d.Position)], end > 1 ? end : null);
    }

    private async Task<AuditFound> FindInAsync(string stream, AuditQuery query, CancellationToken cancellationToken)
    {
        var deeds = new List<AuditDeed>();
        for (var (after, isLast) = (0, query.Doer is null); !isLast;)
        {
            var page = await journal.ReadAsync(stream, after, Stretch, cancellationToken);
            deeds.AddRange(DeedsIn(page, query));
            (after, isLast) = (page.IsEmpty ? after : page[^1].Seq, page.Length < Stretch);
        }

        deeds.Reverse();
        return new AuditFound([.. (await DecisionLog.ReadAsync(journal, catalog, stream, cancellationToken)).Where(query.Fits).Reverse()], [.. deeds], null);
    }

    private IEnumerable<AuditDeed> DeedsIn(IEnumerable<StoredEvent> events, AuditQuery query) =>
        query.Doer is { } person ? events.Where(e => query.Span.Holds(e.At)).Select(e => AuditDeed.Of(e, person, company.State)).OfType<AuditDeed>() : [];
}
