using System.Text.Json;

namespace AiManager.Domain;

/// <summary>An event with its place in the journal, decoded and with private words opened.</summary>
/// <param name="Position">See <see cref="StoredEvent"/>; 0 while it is not yet on disk.</param>
/// <param name="Seq">See <see cref="StoredEvent"/>.</param>
/// <param name="At">See <see cref="StoredEvent"/>.</param>
/// <param name="Actor">See <see cref="StoredEvent"/>.</param>
/// <param name="Event">What happened.</param>
public sealed record Recorded(long Position, int Seq, DateTimeOffset At, Actor Actor, WorkflowEvent Event);

/// <summary>Between events and their stored bytes. Old versions are upcast when they are read; what is stored never changes.</summary>
public static class EventCodec
{
    /// <summary>
    /// The bytes of <paramref name="fact"/>, ready to append. A private text must be sealed by now; of one that was opened, only the ciphertext is written.
    /// </summary>
    public static NewEvent Encode(WorkflowEvent fact, DateTimeOffset at, Actor actor, string cause)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact is ICarryPrivateText { Private: { Ciphertext: not null, Clear: not null } opened } carrier)
        {
            fact = carrier.WithPrivate(opened with { Clear = null });
        }

        var type = EventTypes.Of(fact.GetType());
        return new NewEvent(type.Name, type.Version, EventHash.Cut(at), actor, cause, JsonSerializer.SerializeToUtf8Bytes(fact, type.Json));
    }

    /// <summary>
    /// Reads a stored event. Throws <see cref="UnknownEventException"/> for a name or a version that this program does not know:
    /// a newer program wrote it, and going on without it would be guessing.
    /// </summary>
    public static Recorded Decode(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (!EventTypes.TryFind(stored.Type, out var known) || stored.SchemaVersion < 1 || stored.SchemaVersion > known.Version)
        {
            throw new UnknownEventException(stored.Stream, stored.Seq, stored.Type, stored.SchemaVersion);
        }

        var fact = (WorkflowEvent?)JsonSerializer.Deserialize(stored.Body.Span, known.Json)
            ?? throw new JsonException($"Event {stored.Stream}/{stored.Seq} is empty.");
        return new Recorded(stored.Position, stored.Seq, stored.At, stored.Actor, fact);
    }
}

/// <summary>The journal holds an event that this program is too old to read.</summary>
public sealed class UnknownEventException(string stream, int seq, string type, int schemaVersion)
    : Exception($"Event {stream}/{seq} is '{type}' version {schemaVersion}, which this program does not know. Start the newer program that wrote it.")
{
    /// <summary>The event's stream.</summary>
    public string Stream { get; } = stream;

    /// <summary>Its place there.</summary>
    public int Seq { get; } = seq;
}
