using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// From a reply to what came of the call. A service's words are data, whatever its document promised: they are kept as they are, as <c>{status, headers, body}</c>.
/// </summary>
internal static class OpenApiReplies
{
    private const int LongestQuote = 2000;

    private static readonly string[] ShownHeaders = ["Link", "Location", "ETag", "Last-Modified", "Retry-After", "X-Total-Count", "X-Next-Page"];

    public static async Task<ToolOutput> ReadAsync(HttpResponseMessage response, OpenApiSource source, ToolInfo info, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 200 and < 300)
        {
            return await DoneAsync(response, source, info, cancellationToken);
        }

        var quote = await QuoteAsync(response.Content, cancellationToken);
        var wait = RetryAfter(response, source.Time);
        return status switch
        {
            // Not followed: where a call goes, the company says. Of a write nobody knows whether it was done before the service sent us on.
            301 or 302 or 303 when !info.IsReadOnly => new ToolOutput.Unclear($"{source.Host} answers {status} and sends elsewhere, where no call goes; it may have been done."),
            >= 300 and < 400 => new ToolOutput.Failed($"{source.Host} answers {status} and sends elsewhere, where no call goes."),
            401 or 403 => new ToolOutput.Failed($"{source.Host} does not let us ({status}).{quote}"),
            408 when !info.IsReadOnly => new ToolOutput.Unclear($"{source.Host} waited too long for the request (408)."),
            408 or 425 or 429 => new ToolOutput.Failed($"{source.Host} takes no more calls now ({status}).{Words(wait)}{quote}", IsRetryable: true) { RetryAfter = wait },
            >= 400 and < 500 => new ToolOutput.Failed($"{source.Host} refuses it ({status}).{quote}"),
            >= 500 when !info.IsReadOnly && status is not 501 => new ToolOutput.Unclear($"{source.Host} failed in the middle of it ({status}).{quote}"),
            _ => new ToolOutput.Failed($"{source.Host} fails ({status}).{Words(wait)}{quote}", IsRetryable: status is not 501) { RetryAfter = wait },
        };
    }

    private static async Task<ToolOutput> DoneAsync(HttpResponseMessage response, OpenApiSource source, ToolInfo info, CancellationToken cancellationToken)
    {
        var (bytes, isWhole) = await CappedBody.ReadAsync(response.Content, source.Settings.MostBytes, cancellationToken);
        var reply = new JsonObject { ["status"] = (int)response.StatusCode };
        AddHeaders(reply, response);
        if (isWhole)
        {
            var kept = AddBody(reply, response.Content, bytes.Span);
            return new ToolOutput.Done(Text(reply), []) { Kept = kept };
        }

        var words = $"The answer is longer than {source.Settings.MostBytes / 1024} KB and was not read.";
        if (info.IsReadOnly)
        {
            return new ToolOutput.Failed(words + " Ask for less.");
        }

        reply["note"] = words;   // it was done all the same
        return new ToolOutput.Done(Text(reply), []);
    }

    private static JsonText Text(JsonObject reply) => JsonText.Parse(reply.ToJsonString());

    private static void AddHeaders(JsonObject reply, HttpResponseMessage response)
    {
        var headers = new JsonObject();
        foreach (var name in ShownHeaders)
        {
            if (response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values))
            {
                headers[name.ToLowerInvariant()] = Cut(string.Join(", ", values));
            }
        }

        if (headers.Count > 0)
        {
            reply["headers"] = headers;
        }
    }

    /// <summary>Puts the body where it belongs; what is no text is given back, to be kept beside the journal.</summary>
    private static ImmutableArray<ReadOnlyMemory<byte>> AddBody(JsonObject reply, HttpContent content, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return [];
        }

        var type = content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? string.Empty;
        var isJson = type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal);
        if (isJson && TryReadJson(bytes) is { } body)
        {
            reply["body"] = body.Node;
            return [];
        }

        if (isJson || type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("xml", StringComparison.Ordinal) || type.Length == 0)
        {
            reply["contentType"] = type;
            reply["text"] = Encoding.UTF8.GetString(bytes);
            if (isJson)
            {
                reply["note"] = "The service calls this JSON; it is none.";
            }

            return [];
        }

        reply["contentType"] = type;
        reply["bytes"] = bytes.Length;
        reply["blob"] = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        return [bytes.ToArray()];
    }

    private static (JsonNode? Node, bool _)? TryReadJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonText.TryParse(Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes), out var json) ? (JsonNode.Parse(json.Text, documentOptions: new JsonDocumentOptions { MaxDepth = 60 }), true) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<string> QuoteAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType is { } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase) && !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            return string.Empty;
        }

        var (bytes, isWhole) = await CappedBody.ReadAsync(content, 64 * 1024, cancellationToken);
        var words = isWhole ? Encoding.UTF8.GetString(bytes.Span).Trim() : string.Empty;
        return words.Length == 0 ? string.Empty : $" It says: {Cut(words)}";
    }

    private static string Cut(string words) => words.Length <= LongestQuote ? words : words[..LongestQuote] + "…";

    private static string Words(TimeSpan? wait) => wait is { } time ? string.Create(CultureInfo.InvariantCulture, $" It asks to wait {Math.Ceiling(time.TotalSeconds)} s.") : string.Empty;

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } => at - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}
