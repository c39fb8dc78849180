using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Reads the journal behind what is remembered and remembers what is new. Workflows are read whole, so that an entry says what they are now; read again after a crash, they give
/// the same entries. Several hosts may do it at once: one writes, and the others go on from there. Before much is read, whoever was erased is looked up: what the journal tells of them first
/// and that they are gone last must not be remembered in between.
/// </summary>
public sealed class MemoryReader(IWorkflowJournal journal, IEnvelopes envelopes, IMemories memories)
{
    private const int Page = 1_000;
    private const int AtOnce = 200;

    /// <summary>Goes as far as the journal does, and answers how many workflows were read. What this program cannot read, or is archived, is passed over.</summary>
    public async Task<int> CatchUpAsync(CancellationToken cancellationToken)
    {
        var (read, position, isWarned) = (0, await memories.PositionAsync(cancellationToken), false);
        while (true)
        {
            var events = await journal.ReadAllAsync(position, Page, cancellationToken);
            if (events.IsEmpty)
            {
                return read;
            }

            // Also where somebody threw the memory away, or brought an old copy back: what the journal says is gone does not come back with it.
            if (events.Length == Page && !isWarned)
            {
                await ForgetAllErasedAsync(cancellationToken);
                isWarned = true;
            }
            else
            {
                await ForgetErasedAsync(events, cancellationToken);
            }

            if (await RememberAsync(events, position, cancellationToken) is { } workflows)
            {
                (read, position) = (read + workflows, events[^1].Position);
            }
            else
            {
                position = await memories.PositionAsync(cancellationToken);
            }
        }
    }

    private async Task ForgetAllErasedAsync(CancellationToken cancellationToken)
    {
        for (var (seq, isLast) = (0, false); !isLast;)
        {
            var events = await journal.ReadAsync(CompanyState.Stream, seq, Page, cancellationToken);
            await ForgetErasedAsync(events, cancellationToken);
            isLast = events.Length < Page;
            seq = isLast ? seq : events[^1].Seq;
        }
    }

    private async Task ForgetErasedAsync(ImmutableArray<StoredEvent> events, CancellationToken cancellationToken)
    {
        foreach (var erased in events.Where(e => e.Type == nameof(PersonErased)))
        {
            await memories.ForgetPersonAsync(((PersonErased)EventCodec.Decode(erased).Event).Person, cancellationToken);
        }
    }

    /// <summary>Remembers what is in some events, and answers of how many workflows that was; null where somebody else has read on meanwhile.</summary>
    private async Task<int?> RememberAsync(ImmutableArray<StoredEvent> events, long from, CancellationToken cancellationToken)
    {
        var workflows = 0;
        var entries = ImmutableArray.CreateBuilder<MemoryEntry>();
        foreach (var stream in events.Where(e => Memorable.IsIn(e.Type)).Select(e => e.Stream).Distinct(StringComparer.Ordinal))
        {
            if (PrefixedId.TryRead<WorkflowId>(stream, out var workflow) && await FoldAsync(workflow, cancellationToken) is { } state)
            {
                entries.AddRange(Memorable.Of(state));
                workflows++;
            }

            // Each write waits for the disk once; one that is too long keeps others from writing.
            if (entries.Count >= AtOnce && !await PutAsync(from))
            {
                return null;
            }
        }

        return await PutAsync(events[^1].Position) ? workflows : null;

        async Task<bool> PutAsync(long until)
        {
            for (var some = entries.DrainToImmutable(); ; some = some[AtOnce..])
            {
                var isLast = some.Length <= AtOnce;
                if (!await memories.PutAsync(isLast ? some : some[..AtOnce], new JournalRead(from, isLast ? until : from), cancellationToken))
                {
                    return false;
                }

                if (isLast)
                {
                    return true;
                }
            }
        }
    }

    private async Task<WorkflowState?> FoldAsync(WorkflowId workflow, CancellationToken cancellationToken)
    {
        var state = WorkflowFold.Start(workflow);
        try
        {
            while (true)
            {
                var events = await journal.ReadAsync(workflow.ToString(), state.Seq, Page, cancellationToken);
                foreach (var stored in events)
                {
                    var recorded = EventCodec.Decode(stored);
                    state = WorkflowFold.Apply(state, recorded.Event is ICarryPrivateText { Private: { } text } carrier
                        ? recorded with { Event = carrier.WithPrivate(await envelopes.OpenAsync(text, cancellationToken)) }
                        : recorded);
                }

                if (events.Length < Page)
                {
                    return state;
                }
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or UnknownEventException)
        {
            return null;
        }
    }
}
