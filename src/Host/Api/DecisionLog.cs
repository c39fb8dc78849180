using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Reads decisions out of the journal. What people typed stays sealed: nothing here needs it.</summary>
internal static class DecisionLog
{
    /// <summary>Decisions that are kept of streams read before, since a stream's own lie close together.</summary>
    private const int MostKept = 20_000;

    /// <summary>
    /// Every decision within <paramref name="span"/>, in the order of the journal; what came of it later counts too. No more is held at a time than some streams' own
    /// decisions, and what lies outside the stretch is not read.
    /// </summary>
    public static async IAsyncEnumerable<DecisionRecord> ReadAsync(
        IWorkflowJournal journal, Catalog catalog, TimeWindow span, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (known, kept) = (new Dictionary<string, ImmutableDictionary<long, DecisionRecord>>(StringComparer.Ordinal), 0);
        await foreach (var page in JournalPages.OfAsync(journal, span, cancellationToken))
        {
            foreach (var stored in page.Where(e => e.Type == nameof(CallDecided) && span.Holds(e.At)))
            {
                // What was decided after its stream was read is read anew.
                if (!known.TryGetValue(stored.Stream, out var decisions) || !decisions.ContainsKey(stored.Position))
                {
                    if (kept > MostKept)
                    {
                        known.Clear();
                        kept = 0;
                    }

                    known[stored.Stream] = decisions = (await ReadAsync(journal, catalog, stored.Stream, cancellationToken)).ToImmutableDictionary(d => d.Position);
                    kept += decisions.Count;
                }

                if (decisions.TryGetValue(stored.Position, out var decision))
                {
                    yield return decision;
                }
            }
        }
    }

    /// <summary>Every decision of one stream, in order.</summary>
    public static async Task<ImmutableArray<DecisionRecord>> ReadAsync(IWorkflowJournal journal, Catalog catalog, string stream, CancellationToken cancellationToken)
    {
        var fold = new DecisionFold(stream, catalog);
        await foreach (var page in JournalPages.OfAsync(journal, stream, cancellationToken))
        {
            foreach (var stored in page)
            {
                fold.See(stored);
            }
        }

        return [.. fold.Records];
    }
}
