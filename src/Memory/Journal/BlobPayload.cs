using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>What stands in an event for a large body: <c>{"blob":"sha256-…","bytes":N}</c> and nothing else.</summary>
internal static class BlobPayload
{
    private const string Prefix = "sha256-";
    private const int Longest = 128;

    /// <summary>The name of content with this SHA-256.</summary>
    public static string Name(ReadOnlySpan<byte> digest) => Prefix + Convert.ToHexStringLower(digest);

    /// <summary>The name of <paramref name="content"/>.</summary>
    public static string NameOf(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return Name(digest);
    }

    public static byte[] Write(BlobReference reference) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"blob":"{{reference.Blob}}","bytes":{{reference.Bytes}}}"""));

    /// <summary>Exactly what <see cref="Write"/> writes; an event of its own that happens to name a blob is not one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out BlobReference? reference)
    {
        reference = null;
        if (payload.Length > Longest || !payload.StartsWith("{\"blob\":\"sha256-"u8))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(payload);
            string? blob = null;
            long bytes = 0;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String)
                {
                    blob = reader.GetString();
                }
                else if (reader.TokenType == JsonTokenType.Number && !reader.TryGetInt64(out bytes))
                {
                    return false;
                }
            }

            reference = new BlobReference(blob ?? "", bytes);
        }
        catch (JsonException)
        {
            return false;
        }

        if (payload.SequenceEqual(Write(reference)))
        {
            return true;
        }

        reference = null;
        return false;
    }
}
