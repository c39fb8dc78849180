using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// One text for equal JSON values, after RFC 8785: no white space, keys in ordinal order, minimal escapes. Numbers differ from
/// the RFC on purpose: they are decimals here (money), written without exponent and without trailing zeros, so <c>1.50</c> and <c>1.5</c> are one value.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The canonical form of <paramref name="json"/>. Of two equal keys in one object the last one counts.</summary>
    public static JsonText Of(JsonText json)
    {
        using var document = JsonDocument.Parse(json.Text);
        var buffer = new ArrayBufferWriter<byte>(json.Text.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, document.RootElement);
        }

        return JsonText.Trusted(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>SHA-256 over <paramref name="parts"/>, each preceded by its length, as lower-case hex.</summary>
    public static string Digest(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var fields = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var field in value.EnumerateObject())
                {
                    fields[field.Name] = field.Value;
                }

                foreach (var (name, field) in fields)
                {
                    writer.WritePropertyName(name);
                    Write(writer, field);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(value), skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>A number beyond decimal keeps the digits it came with: rules will not be able to read it, and say so.</summary>
    private static string Number(JsonElement value)
    {
        if (!value.TryGetDecimal(out var number))
        {
            return value.GetRawText();
        }

        var text = number.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') is var cut && cut is "-0" or "" ? "0" : cut : text;
    }
}
