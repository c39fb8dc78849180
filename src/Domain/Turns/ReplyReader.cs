using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>Gets a JSON object out of what a model wrote. Weak models wrap it in prose or a fence; that is forgiven, wrong content is not.</summary>
public static class ReplyReader
{
    /// <summary>Braces at which an object is looked for.</summary>
    private const int MostBraces = 100;

    /// <summary>Reads a reply against a schema.</summary>
    /// <param name="text">The model's words; null when it wrote none.</param>
    /// <param name="schema">What the object must satisfy.</param>
    /// <param name="value">The object, canonical; JSON null when there is none.</param>
    /// <param name="cannot">The reason, when the model says <c>{"cannot": "…"}</c>: it cannot do what was asked.</param>
    /// <returns>What is wrong, for the model to mend; empty when nothing is.</returns>
    public static ImmutableArray<string> Read(string? text, JsonText schema, out JsonText value, out string? cannot)
    {
        value = JsonText.Null;
        cannot = null;
        if (!TryFindObject(text, out var found))
        {
            return ["The reply must be one JSON object and nothing else."];
        }

        var element = found.ToElement();
        if (element.EnumerateObject().Count() == 1 && element.TryGetProperty("cannot", out var reason) && reason.ValueKind == JsonValueKind.String)
        {
            cannot = string.IsNullOrWhiteSpace(reason.GetString()) ? "The agent says that it cannot do it." : reason.GetString();
            return [];
        }

        if (!JsonSchema.TryLoad(schema, out var loaded, out var faults))
        {
            return [.. faults.Select(f => "The contract itself is wrong: " + f)];
        }

        value = CanonicalJson.Of(found);
        return loaded.Validate(found);
    }

    /// <summary>
    /// The one object in a text. Two of them are none (which one was meant?), and so are one that breaks off and one inside a list.
    /// </summary>
    private static bool TryFindObject(string? text, out JsonText found)
    {
        if (JsonText.TryParse(text, out found) && found.ToElement().ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        var isOther = !found.IsNull;
        found = JsonText.Null;
        if (text is null || isOther || !IsUnicode(text))
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var (start, length) = (-1, 0);
        var tries = 0;
        for (var at = Next(bytes, 0); at >= 0 && tries++ < MostBraces; at = Next(bytes, at))
        {
            if (Measure(bytes.AsSpan(at)) is not { } measured)
            {
                at++;
                continue;
            }

            if (measured == 0 || start >= 0)
            {
                return false;
            }

            (start, length) = (at, measured);
            at += measured;
        }

        return start >= 0
            && !Encoding.UTF8.GetString(bytes, 0, start).TrimEnd().EndsWith('[')
            && JsonText.TryParse(Encoding.UTF8.GetString(bytes, start, length), out found);
    }

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }

    private static int Next(byte[] bytes, int from)
    {
        var offset = bytes.AsSpan(from).IndexOf((byte)'{');
        return offset < 0 ? -1 : from + offset;
    }

    /// <summary>The length of the object that begins here; 0 when the text ends inside it, null when what begins here is no object.</summary>
    private static int? Measure(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1000 }));
        try
        {
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : 0;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
