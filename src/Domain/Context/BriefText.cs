using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>How briefs write and measure: the same value is the same bytes, and a token is a quarter of the bytes of its UTF-8, rounded up, since nobody counts them before they are sent.</summary>
public static class BriefText
{
    /// <summary>Bytes that are counted as one token.</summary>
    public const int BytesPerToken = 4;

    /// <summary>What is kept of a text that is shortened, in UTF-16 units.</summary>
    private const int Kept = 200;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Estimated tokens of a text of so many bytes.</summary>
    public static long Tokens(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    /// <summary>Bytes of a text.</summary>
    public static long Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>The beginning of some JSON and how long it was, as JSON; what is short already comes back as it is.</summary>
    public static string Shorter(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json.Length <= 2 * Kept ? json : $$"""{"shortened":{{JsonText.OfString(Beginning(json, Kept))}},"characters":{{json.Length}}}""";
    }

    /// <summary>The beginning of some words; all of them when there are no more than <paramref name="longest"/> UTF-16 units.</summary>
    public static string Clip(string words, int longest)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Length <= longest ? words : Beginning(words, longest) + "…";
    }

    /// <summary>An object or a value, written by <paramref name="write"/>.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes stored JSON through an element, so that no white space of the original can end the block that it stands in.</summary>
    public static void WriteJson(this Utf8JsonWriter writer, string name, JsonText value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(name);
        value.ToElement().WriteTo(writer);
    }

    /// <summary>Writes texts as a list.</summary>
    internal static void WriteTexts(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>Never half of a character.</summary>
    private static string Beginning(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
