namespace AiManager.Memory;

/// <summary>Keep bytes under their digest. The outcome says nothing.</summary>
internal sealed class BlobWrite(string digest, ReadOnlyMemory<byte> content) : Write<bool>
{
    public string Digest { get; } = digest;

    public ReadOnlyMemory<byte> Content { get; } = content;

    public override int Bytes => Content.Length;
}

/// <summary>Keep a person's key if there is none yet. The outcome is the person's key, this one or the one that was there.</summary>
internal sealed class KeyWrite(EnvelopeKey key, DateTimeOffset now) : Write<EnvelopeKey>
{
    public EnvelopeKey Key { get; } = key;

    public DateTimeOffset Now { get; } = now;
}

/// <summary>Destroy a person's key and the clear words that came from under it, also in whatever the store keeps beside the tables.</summary>
internal sealed class EraseWrite(string person) : Write<bool>
{
    public string Person { get; } = person;

    public override bool StandsAlone => true;
}

/// <summary>Throw the read models away and put in their place what <paramref name="replay"/> says. Nothing else is written meanwhile.</summary>
internal sealed class RebuildWrite(Func<Action<Domain.ReadModelChange>, Task> replay) : Write<bool>
{
    /// <summary>Reads all streams and hands over each change in order.</summary>
    public Func<Action<Domain.ReadModelChange>, Task> Replay { get; } = replay;

    public override bool StandsAlone => true;
}
