using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Results as they go into a conversation: whole, or as a summary with the digest of the whole.</summary>
internal sealed class Results(IBlobs blobs)
{
    /// <summary>Results longer than this, in UTF-8 bytes, are kept whole as a blob.</summary>
    private const int Longest = 48 * 1024;

    private const int LongestSample = Longest / 4;

    /// <summary>Characters of a long text that are shown.</summary>
    private const int LongestStart = 2000;

    /// <summary>What is shown of <paramref name="result"/>, and the digest of the whole when that is not the same.</summary>
    public async Task<(JsonText Shown, string? Blob)> FitAsync(JsonText result, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(result.Text) <= Longest)
        {
            return (result, null);
        }

        var bytes = Encoding.UTF8.GetBytes(result.Text);
        var digest = await blobs.PutAsync(bytes, cancellationToken);
        return (Summary(result.ToElement(), digest, bytes.Length), digest);
    }

    /// <summary>What stands in place of a result that a task is not told, and the digest of the result.</summary>
    /// <param name="result">What the tool gave.</param>
    /// <param name="labels">For which it is kept; at least one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<(JsonText Shown, string Blob)> WithholdAsync(JsonText result, ImmutableArray<string> labels, CancellationToken cancellationToken)
    {
        var digest = await blobs.PutAsync(Encoding.UTF8.GetBytes(result.Text), cancellationToken);
        return (JsonText.Parse(new JsonObject { ["withheld"] = Withheld("The call was made. What it gave", labels) }.ToJsonString()), digest);
    }

    /// <summary>What an agent is told of what it is not told.</summary>
    public static string Withheld(string what, ImmutableArray<string> labels) => $"{what} is kept from this task: {string.Join(", ", labels)}.";

    /// <summary>Keeps parts that a result names by their digests.</summary>
    public async Task KeepAsync(ImmutableArray<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            await blobs.PutAsync(part, cancellationToken);
        }
    }

    /// <summary>The whole result of a settled call: a check must not judge a summary.</summary>
    public async Task<JsonText> WholeAsync(CallSettled settled, CancellationToken cancellationToken) =>
        settled.Blob is { } blob && await blobs.GetAsync(blob, cancellationToken) is { } whole ? JsonText.Parse(Encoding.UTF8.GetString(whole.Span)) : settled.Result;

    private static JsonText Summary(JsonElement result, string digest, int bytes)
    {
        var summary = new JsonObject
        {
            ["summary"] = $"The result is too long to show whole ({bytes / 1024} KB). Ask for less, or read on in it with {ResultPages.Name} where you have that.",
            ["blob"] = digest,
        };
        if (result.ValueKind == JsonValueKind.Object && result.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Array)
        {
            var first = new JsonArray();
            var length = 0;
            foreach (var row in rows.EnumerateArray())
            {
                length += Encoding.UTF8.GetByteCount(row.GetRawText());
                if (length > LongestSample)
                {
                    break;
                }

                first.Add(JsonNode.Parse(row.GetRawText()));
            }

            summary["rowCount"] = rows.GetArrayLength();
            summary["firstRows"] = first;
        }

        else if (result.ValueKind == JsonValueKind.Object && result.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } words)
        {
            var shown = words[..Math.Min(words.Length, LongestStart)];
            summary["characters"] = words.Length;
            summary["firstText"] = char.IsHighSurrogate(shown[^1]) ? shown[..^1] : shown;
        }

        return JsonText.Parse(summary.ToJsonString());
    }
}
