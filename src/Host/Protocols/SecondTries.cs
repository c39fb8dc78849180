using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>Words of a client that got no answer and tries again: whoever speaks for a person through a protocol may, and means it once.</summary>
internal static class SecondTries
{
    /// <summary>For how long the same words from the same person are the same wish: longer than clients try again, shorter than people want a thing twice.</summary>
    public static TimeSpan Within { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Equal for the same texts in the same order: a digest, hex.</summary>
    public static string Fingerprint(params string[] texts) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(texts, HostJson.Default.StringArray)));

    /// <summary>True when the last message to the workflow is this one. Something said in between makes it another.</summary>
    public static bool WasJustSaid(ImmutableArray<Recorded> events, string words, string person, DateTimeOffset now) =>
        events.LastOrDefault(e => e.Event is MessagePosted) is { Event: MessagePosted said } last && said.Text.Words == words && last.Actor == Actor.Person(person) && now - last.At < Within;
}
