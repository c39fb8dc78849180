using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Reads decisions out of the journal. What people typed stays sealed: nothing here needs it.</summary>
internal static class DecisionLog
{
    /// <summary>
    /// Every decision within <paramref name="span"/>, in the order of the journal; what came of it later counts too. No more is held at a time than some streams' own
    /// decisions, and what lies outside the stretch is not read.
    /// </summary>
    /// <param name="journal">The journal.</param>
    /// <param name="catalog">Says what tools do to the world.</param>
    /// <param name="span">When.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="behind">Only what stands behind this position.</param>
    public static async IAsyncEnumerable<DecisionRecord> ReadAsync(
        IWorkflowJournal journal, Catalog catalog, TimeWindow span, [EnumeratorCancellation] CancellationToken cancellationToken, long behind = 0)
    {
        var known = new KnownDecisions(journal, catalog);
        await foreach (var page in JournalPages.OfAsync(journal, span, cancellationToken, behind))
        {
            var decided = page.Where(e => e.Type == nameof(CallDecided) && span.Holds(e.At)).ToList();
            await known.ReadEachAsync(decided.Select(e => (e.Stream, e.Position)), cancellationToken);
            foreach (var stored in decided)
            {
                if (await known.FindAsync(stored.Stream, stored.Position, cancellationToken) is { } decision)
                {
                    yield return decision;
                }
            }
        }
    }

    /// <summary>
    /// Of those, what somebody searches for, in the same order. Where it stands the index says as far as it goes, and of what is newer the journal. What is everything is read from the journal alone.
    /// </summary>
    public static async IAsyncEnumerable<DecisionRecord> FindAsync(
        IWorkflowJournal journal, IAuditIndex index, Catalog catalog, AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var through = query.IsAnyDecision ? 0 : await index.ThroughAsync(cancellationToken);
        if (through > 0)
        {
            var (known, newest) = (new KnownDecisions(journal, catalog), 0L);
            var last = query.Span.To is { } to ? Math.Min(through, await JournalHead.FindAsync(journal, to, cancellationToken)) : through;
            var looks = new AuditLooks(journal, index, catalog);
            var answered = new Queue<DecisionRecord>(await looks.AnsweredAsync(query, through, known, int.MaxValue, int.MaxValue, cancellationToken) ?? []);
            var look = await looks.OfAsync(query, doer: null, last + 1, cancellationToken) with { IsOldestFirst = true };
            for (var isLast = false; !isLast;)
            {
                var places = await index.FindAsync(look, cancellationToken);
                await known.ReadEachAsync(places.Items.Select(p => (p.Stream, p.Position)), cancellationToken);
                foreach (var place in places.Items)
                {
                    while (answered.TryPeek(out var asked) && asked.Position <= place.Position)
                    {
                        newest = asked.Position;
                        yield return answered.Dequeue();
                    }

                    // By now the index may know what was answered behind it.
                    if (place.Position > newest && await known.FindAsync(place.Stream, place.Position, cancellationToken) is { } decision && query.Fits(decision))
                    {
                        yield return decision;
                    }
                }

                isLast = places.Next is null;
                look = look.GoOn(places.Next ?? last);
            }

            // Whoever takes a record away must not take half of it for the whole.
            if (!await looks.IsStillAsync(through, cancellationToken))
            {
                throw new StoreUnavailableException("What this went by is being made anew. Try again.");
            }

            while (answered.TryDequeue(out var rest))
            {
                yield return rest;
            }
        }

        await foreach (var decision in ReadAsync(journal, catalog, query.Span, cancellationToken, through))
        {
            if (query.Fits(decision))
            {
                yield return decision;
            }
        }
    }

    /// <summary>Every decision of one stream, in order.</summary>
    public static async Task<ImmutableArray<DecisionRecord>> ReadAsync(IWorkflowJournal journal, Catalog catalog, string stream, CancellationToken cancellationToken) =>
        [.. (await FoldAsync(journal, catalog, stream, cancellationToken)).Records];

    /// <summary>One stream as a whole, of which the first page may have been read already.</summary>
    public static async Task<DecisionFold> FoldAsync(
        IWorkflowJournal journal, Catalog catalog, string stream, CancellationToken cancellationToken, ImmutableArray<StoredEvent>? first = null)
    {
        var fold = new DecisionFold(stream, catalog);
        await foreach (var page in JournalPages.OfAsync(journal, stream, cancellationToken, first))
        {
            foreach (var stored in page)
            {
                fold.See(stored);
            }
        }

        return fold;
    }
}
