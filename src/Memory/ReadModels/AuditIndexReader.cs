using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Reads the journal behind the audit's index and writes down what is new. Read again after a crash, events give the same places. Several hosts may do it at once: one writes, and the others go
/// on from there.
/// </summary>
public sealed class AuditIndexReader(IWorkflowJournal journal, IAuditIndex index)
{
    private const int Page = 500;

    /// <summary>Reads on by one page. False where there is nothing to read.</summary>
    public async Task<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        var from = await index.ThroughAsync(cancellationToken);
        var events = await journal.ReadAllAsync(from, Page, cancellationToken);
        if (events.IsEmpty)
        {
            return false;
        }

        var places = ImmutableArray.CreateBuilder<AuditPlace>();
        foreach (var stream in events.GroupBy(e => e.Stream, StringComparer.Ordinal))
        {
            places.AddRange((await FoldAsync(stream, events[^1].Position, cancellationToken)).ChangedBehind(from));
        }

        // Where another host was first, there may be more behind what it wrote.
        await index.PutAsync(from, events[^1].Position, places.ToImmutable(), cancellationToken);
        return true;
    }

    /// <summary>Goes as far as the journal does.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await ReadOnAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<AuditFold> FoldAsync(IGrouping<string, StoredEvent> stream, long through, CancellationToken cancellationToken)
    {
        var fold = new AuditFold();
        foreach (var stored in stream)
        {
            fold.See(stored);
        }

        if (!fold.NeedsMore || stream.First().Seq == 1)
        {
            return fold;
        }

        // A call is mostly decided where it is proposed; people answer later, and then their stream is read from its beginning.
        fold = new AuditFold();
        for (var (seq, isLast) = (0, false); !isLast;)
        {
            var events = await journal.ReadAsync(stream.Key, seq, Page, cancellationToken);
            foreach (var stored in events.TakeWhile(e => e.Position <= through))
            {
                fold.See(stored);
            }

            isLast = events.Length < Page || events[^1].Position >= through;
            seq = events.IsEmpty ? seq : events[^1].Seq;
        }

        return fold;
    }
}
