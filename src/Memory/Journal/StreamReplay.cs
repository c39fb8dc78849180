using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Reads a workflow's events again, one by one, and says which read-model rows follow.</summary>
internal sealed class StreamReplay(IEnvelopes envelopes)
{
    private const int Chunk = 500;
    private const string Streams = "select distinct stream from events order by stream";
    private const string Events = $"select {EventRows.Columns} from events where stream = @stream and seq > @after order by seq limit @limit";

    /// <summary>Every stream that has rows, in order of its name.</summary>
    public static async Task<ImmutableArray<string>> StreamsAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. (await SqlQueries.ListAsync(connection, Streams, row => row.GetString(0), cancellationToken)).Where(stream => PrefixedId.TryRead<WorkflowId>(stream, out _))];

    /// <summary>Hands each change of a stream's events to <paramref name="put"/>, event by event. The fault is of the first event that cannot be read.</summary>
    public async Task<AuditFault?> RunAsync(DbConnection connection, string stream, Action<ReadModelChange> put, CancellationToken cancellationToken)
    {
        var state = WorkflowFold.Start(PrefixedId.Read<WorkflowId>(stream));
        while (true)
        {
            var events = await SqlQueries.ListAsync(
                connection, Events, EventRows.Read, cancellationToken, ("@stream", stream), ("@after", state.Seq), ("@limit", Chunk));
            foreach (var stored in await EventRows.HydrateAsync(connection, events, cancellationToken))
            {
                if (await ReadAsync(stored, cancellationToken) is not { } recorded)
                {
                    return new AuditFault(
                        $"Event {stream}/{stored.Seq} is a '{stored.Type}' version {stored.SchemaVersion} that this program cannot read.", stream, stored.Seq, stored.Position);
                }

                var before = state;
                state = WorkflowFold.Apply(state, recorded);
                foreach (var change in WorkflowView.Changes(before, [recorded], state))
                {
                    put(change);
                }
            }

            if (events.Length < Chunk)
            {
                return null;
            }
        }
    }

    private async Task<Recorded?> ReadAsync(StoredEvent stored, CancellationToken cancellationToken)
    {
        try
        {
            var recorded = EventCodec.Decode(stored);
            return recorded.Event is ICarryPrivateText { Private: { } text } carrier
                ? recorded with { Event = carrier.WithPrivate(await envelopes.OpenAsync(text, cancellationToken)) }
                : recorded;
        }
        catch (Exception cause) when (cause is JsonException or UnknownEventException)
        {
            return null;
        }
    }
}
