using System.Security.Cryptography;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>An append, checked and digested on its caller's thread so that the writer's thread need not.</summary>
internal sealed class AppendWrite : Write<AppendResult>
{
    private const int MostEvents = 256;

    public AppendWrite(AppendRequest request)
    {
        ArgumentException.ThrowIfNullOrEmpty(request.Stream);
        ArgumentOutOfRangeException.ThrowIfNegative(request.ExpectedSeq);
        if (request.Events.IsDefaultOrEmpty || request.Events.Length > MostEvents)
        {
            throw new ArgumentException($"An append has 1 to {MostEvents} events.", nameof(request));
        }

        Request = request;
        Facts = new PreparedEvent[request.Events.Length];
        var bytes = 0;
        for (var i = 0; i < Facts.Length; i++)
        {
            Facts[i] = PreparedEvent.Of(request.Events[i]);
            bytes += 200 + request.Events[i].Body.Length;
        }

        foreach (var change in request.Changes.IsDefault ? [] : request.Changes)
        {
            bytes += 200;
            LedgerUnits.Check(change);
        }

        Bytes = bytes;
    }

    public AppendRequest Request { get; }

    /// <summary>As many as events were requested, in order.</summary>
    public PreparedEvent[] Facts { get; }

    public override int Bytes { get; }

    public override bool WakesDrivers => Request.Epoch is null && Streams.IsDriven(Request.Stream) && Outcome is AppendResult.Appended;
}

/// <summary>An event whose payload is final and digested.</summary>
/// <param name="Fact">As requested.</param>
/// <param name="Payload">What is stored and hashed.</param>
/// <param name="PayloadDigest">SHA-256 of <paramref name="Payload"/>.</param>
/// <param name="Blob">The name under which the body is kept apart; null when it is the payload.</param>
internal readonly record struct PreparedEvent(NewEvent Fact, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> PayloadDigest, string? Blob)
{
    public static PreparedEvent Of(NewEvent fact)
    {
        var digest = SHA256.HashData(fact.Body.Span);
        if (fact.Body.Length <= BlobReference.Threshold)
        {
            return new PreparedEvent(fact, fact.Body, digest, null);
        }

        var name = BlobPayload.Name(digest);
        var payload = BlobPayload.Write(new BlobReference(name, fact.Body.Length));
        return new PreparedEvent(fact, payload, SHA256.HashData(payload), name);
    }
}
