using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace AiManager.Host;

/// <summary>The journal, or a stream of it, a page at a time and oldest first.</summary>
internal static class JournalPages
{
    /// <summary>Events of a page.</summary>
    public const int Size = 500;

    /// <summary>
    /// What was written in a stretch of time, and a little before and behind it, since clocks differ: the caller looks at each event's own time. What lies further away is
    /// not read, nor what stands before a position that somebody is <paramref name="behind"/>.
    /// </summary>
    public static async IAsyncEnumerable<ImmutableArray<StoredEvent>> OfAsync(
        IWorkflowJournal journal, TimeWindow span, [EnumeratorCancellation] CancellationToken cancellationToken, long behind = 0)
    {
        var after = Math.Max(await BeginAsync(journal, span, cancellationToken), behind);
        for (var isLast = false; !isLast;)
        {
            var page = await journal.ReadAllAsync(after, Size, cancellationToken);
            isLast = page.Length < Size || (span.To is { } to && page[^1].At - JournalHead.Skew >= to);
            if (!page.IsEmpty)
            {
                yield return page;
                after = page[^1].Position;
            }
        }
    }

    /// <summary>Behind which position a stretch of time begins, with room for clocks that differ; 0 where it has no beginning.</summary>
    public static async Task<long> BeginAsync(IWorkflowJournal journal, TimeWindow span, CancellationToken cancellationToken)
    {
        var margin = JournalHead.Skew + JournalHead.Skew;
        return span.From is { } from && from - DateTimeOffset.MinValue > margin ? await JournalHead.FindAsync(journal, from - margin, cancellationToken) : 0;
    }

    /// <summary>A stream as a whole, of which the first page may have been read already.</summary>
    public static async IAsyncEnumerable<ImmutableArray<StoredEvent>> OfAsync(
        IWorkflowJournal journal, string stream, [EnumeratorCancellation] CancellationToken cancellationToken, ImmutableArray<StoredEvent>? first = null)
    {
        for (var (after, isLast) = (0, false); !isLast;)
        {
            var page = after == 0 && first is { } read ? read : await journal.ReadAsync(stream, after, Size, cancellationToken);
            isLast = page.Length < Size;
            if (!page.IsEmpty)
            {
                yield return page;
                after = page[^1].Seq;
            }
        }
    }
}
