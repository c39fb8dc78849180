using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>
/// A JSON value kept as the text it was written in, so that two equal texts are equal values and numbers keep their digits.
/// The default value is <c>null</c>.
/// </summary>
[JsonConverter(typeof(JsonTextConverter))]
public readonly record struct JsonText
{
    private readonly string? _text;

    private JsonText(string text) => _text = text;

    /// <summary>Equal texts are equal values; the default value is the literal <c>null</c>.</summary>
    public bool Equals(JsonText other) => Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The empty object.</summary>
    public static JsonText EmptyObject { get; } = new("{}");

    /// <summary>The literal <c>null</c>.</summary>
    public static JsonText Null { get; } = new("null");

    /// <summary>The JSON text; never empty.</summary>
    public string Text => _text ?? "null";

    /// <summary>True for the JSON literal <c>null</c>.</summary>
    public bool IsNull => Text == "null";

    /// <summary>
    /// Takes text that is JSON already. Throws <see cref="JsonException"/> when it is not, nests deeper than 64, or holds half a surrogate pair:
    /// nobody could read that as text.
    /// </summary>
    public static JsonText Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Of(document.RootElement);
        }
        catch (ArgumentException fault) when (text is not null)
        {
            throw new JsonException("The text is not valid Unicode.", fault);
        }
    }

    /// <summary>As <see cref="Parse"/>, but says false where that throws.</summary>
    public static bool TryParse(string? text, out JsonText json)
    {
        json = Null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        try
        {
            json = Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Text that this program has just written as JSON itself; not looked at again.</summary>
    internal static JsonText Trusted(string text) => new(text);

    /// <summary>Keeps an element beyond the life of its document. Throws <see cref="JsonException"/> when it holds half a surrogate pair.</summary>
    public static JsonText Of(JsonElement element)
    {
        var text = element.GetRawText();
        if (text.Contains("\\u", StringComparison.Ordinal))
        {
            RefuseHalfCharacters(element);
        }

        return new JsonText(text);
    }

    /// <summary>The JSON string of <paramref name="value"/>.</summary>
    public static JsonText OfString(string value) => new(JsonSerializer.Serialize(value, DomainJson.Default.String));

    /// <summary>The value as an element that lives on its own.</summary>
    public JsonElement ToElement()
    {
        using var document = JsonDocument.Parse(Text);
        return document.RootElement.Clone();
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The parser lets an escaped half of a surrogate pair pass, and throws only when the string is read.</summary>
    private static void RefuseHalfCharacters(JsonElement element)
    {
        try
        {
            Read(element);
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("The text is not valid Unicode.", fault);
        }

        static void Read(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    _ = element.GetString();
                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        Read(item);
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (var field in element.EnumerateObject())
                    {
                        _ = field.Name;
                        Read(field.Value);
                    }

                    break;
            }
        }
    }
}

/// <summary>Writes the text raw, reads it raw.</summary>
public sealed class JsonTextConverter : JsonConverter<JsonText>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonText.Of(document.RootElement);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
