using System.Buffers;
using System.Buffers.Binary;
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
    /// <summary>The canonical form of <paramref name="json"/>. Of two equal keys in one object the last one counts.</summary>
    public static JsonText Of(JsonText json)
    {
        var text = new StringBuilder(json.Text.Length);
        using var document = JsonDocument.Parse(json.Text);
        Write(text, document.RootElement);
        return JsonText.Trusted(text.ToString());
    }

    /// <summary>SHA-256 over <paramref name="parts"/>, each preceded by its length, as lower-case hex.</summary>
    public static string Digest(params ReadOnlySpan<string> parts)
    {
        // All at once: each bite of an incremental hash goes out to the system's library and costs more than hashing what is digested here.
        var size = 0;
        foreach (var part in parts)
        {
            size += sizeof(int) + Encoding.UTF8.GetByteCount(part);
        }

        var rented = ArrayPool<byte>.Shared.Rent(size);
        var at = 0;
        foreach (var part in parts)
        {
            var length = Encoding.UTF8.GetBytes(part, rented.AsSpan(at + sizeof(int)));
            BinaryPrimitives.WriteInt32BigEndian(rented.AsSpan(at), length);
            at += sizeof(int) + length;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(rented.AsSpan(0, size), hash);
        ArrayPool<byte>.Shared.Return(rented);
        return Convert.ToHexStringLower(hash);
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var fields = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var field in value.EnumerateObject())
                {
                    fields[field.Name] = field.Value;
                }

                text.Append('{');
                foreach (var (name, field) in fields)
                {
                    text.Append(text[^1] == '{' ? string.Empty : ",");
                    Write(text, name);
                    text.Append(':');
                    Write(text, field);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(text[^1] == '[' ? string.Empty : ",");
                    Write(text, item);
                }

                text.Append(']');
                break;
            case JsonValueKind.Number:
                // A number beyond decimal keeps the digits it came with: rules will not be able to read it, and say so.
                var raw = value.GetRawText();
                text.Append(WhenNumeral.TryRead(raw, out var number) ? number.ToString(CultureInfo.InvariantCulture) : raw);
                break;
            case JsonValueKind.String:
                Write(text, value.GetString()!);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    /// <summary>Only what must be escaped is. A library's encoder would also escape what its version of Unicode does not know, and change with it.</summary>
    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            switch (character)
            {
                case '"' or '\\':
                    text.Append('\\').Append(character);
                    break;
                case >= ' ':
                    text.Append(character);
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                default:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                    break;
            }
        }

        text.Append('"');
    }
}
