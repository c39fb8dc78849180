using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Which decisions somebody looks for; null for any.</summary>
/// <param name="Person">Who of the people decided.</param>
/// <param name="Agent">Who wanted the call.</param>
/// <param name="Tool">Part of the tool's name.</param>
/// <param name="Rule">A rule or a budget that decided.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Workflow">In which one.</param>
/// <param name="Span">When.</param>
internal sealed record AuditQuery(string? Person, string? Agent, string? Tool, string? Rule, string? Verdict, WorkflowId? Workflow, TimeSpanOf Span)
{
    /// <summary>True for what is looked for.</summary>
    public bool Fits(DecisionRecord decision) =>
        Span.Holds(decision.At)
        && (Person is null || decision.People.Any(p => p.Person == Person))
        && (Agent is null || decision.Agent == Agent)
        && (Tool is null || decision.Tool.Contains(Tool, StringComparison.OrdinalIgnoreCase))
        && (Rule is null || decision.Rules.Contains(Rule))
        && (Verdict is null || decision.Verdict == Verdict);
}

/// <summary>Looks for decisions from the journal's end backwards, so that a page costs the same however long the journal is.</summary>
internal sealed class AuditReader(IWorkflowJournal journal, Catalog catalog)
{
    /// <summary>Decisions on one page, more or less: what one stretch holds stays together.</summary>
    private const int Enough = 50;

    private const int Stretch = 500;
    private const int MostStretches = 12;
    private const int MostStreams = 60;

    /// <summary>Newest first, and before which position to go on; null at the journal's beginning.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">A position; null for the end.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<(ImmutableArray<DecisionRecord> Found, long? Before)> FindAsync(AuditQuery query, long? before, CancellationToken cancellationToken)
    {
        if (query.Workflow is { } workflow)
        {
            return ([.. (await DecisionLog.ReadAsync(journal, catalog, workflow.ToString(), cancellationToken)).Where(query.Fits).Reverse()], null);
        }

        var end = before ?? await JournalHead.FindAsync(journal, cancellationToken) + 1;
        var found = new List<DecisionRecord>();
        var streams = new Dictionary<string, ImmutableArray<DecisionRecord>>(StringComparer.Ordinal);
        for (var stretch = 0; stretch < MostStretches && end > 1 && found.Count < Enough && streams.Count < MostStreams; stretch++)
        {
            var begin = Math.Max(1, end - Stretch);
            var events = await journal.ReadAllAsync(begin - 1, (int)(end - begin), cancellationToken);
            foreach (var stream in events.Where(e => e.Position < end && e.Type == nameof(CallDecided)).Select(e => e.Stream).Distinct(StringComparer.Ordinal))
            {
                // What came of a decision may stand anywhere behind it in its own stream.
                if (!streams.TryGetValue(stream, out var decisions))
                {
                    streams[stream] = decisions = await DecisionLog.ReadAsync(journal, catalog, stream, cancellationToken);
                }

                found.AddRange(decisions.Where(d => d.Position >= begin && d.Position < end && query.Fits(d)));
            }

            end = begin;
        }

        return ([.. found.OrderByDescending(d => d.Position)], end > 1 ? end : null);
    }
}
