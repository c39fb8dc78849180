using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Reads the journal behind what is remembered and remembers what is new. Workflows are read whole, so that an entry says what they are now; read again after a crash, they give
/// the same entries. Several hosts may do it at once: the last one writes what is there.
/// </summary>
public sealed class MemoryReader(IWorkflowJournal journal, IEnvelopes envelopes, IMemories memories)
{
    private const int Page = 1_000;
    private const int AtOnce = 200;

    /// <summary>Goes as far as the journal does, and answers how many workflows were read. What this program cannot read, or is archived, is passed over.</summary>
    public async Task<int> CatchUpAsync(CancellationToken cancellationToken)
    {
        var (read, position) = (0, await memories.PositionAsync(cancellationToken));
        while (true)
        {
            var events = await journal.ReadAllAsync(position, Page, cancellationToken);
            if (events.IsEmpty)
            {
                return read;
            }

            position = events[^1].Position;
            foreach (var erased in events.Where(e => e.Type == nameof(PersonErased)))
            {
                // Also where somebody threw the memory away: what the journal says is gone does not come back with it.
                await memories.ForgetPersonAsync(((PersonErased)EventCodec.Decode(erased).Event).Person, cancellationToken);
            }

            var streams = events.Where(e => Memorable.IsIn(e.Type)).Select(e => e.Stream).Distinct(StringComparer.Ordinal).ToList();
            var entries = ImmutableArray.CreateBuilder<MemoryEntry>();
            foreach (var stream in streams)
            {
                if (PrefixedId.TryRead<WorkflowId>(stream, out var workflow) && await FoldAsync(workflow, cancellationToken) is { } state)
                {
                    entries.AddRange(Memorable.Of(state));
                    read++;
                }

                // Each write waits for the disk once; one that is too long keeps others from writing.
                if (entries.Count >= AtOnce)
                {
                    await PutAsync(null);
                }
            }

            await PutAsync(position);

            async Task PutAsync(long? until)
            {
                for (var some = entries.DrainToImmutable(); ; some = some[AtOnce..])
                {
                    var isLast = some.Length <= AtOnce;
                    await memories.PutAsync(isLast ? some : some[..AtOnce], isLast ? until : null, cancellationToken);
                    if (isLast)
                    {
                        break;
                    }
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
