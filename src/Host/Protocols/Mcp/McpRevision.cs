using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Which revision of MCP a message is in, and whether its headers say what its body says: whoever stands between looks at headers only, so they must be what is done.
/// Since 2026-07-28 the headers are required; in those before, a message may leave them out.
/// </summary>
internal static class McpRevision
{
    /// <summary>The first without a handshake, in which each message says all about itself.</summary>
    public const string SelfContained = "2026-07-28";

    /// <summary>Those that are spoken, newest first.</summary>
    public static readonly ImmutableArray<string> Spoken = [SelfContained, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

    private const string VersionHeader = "MCP-Protocol-Version";
    private const string MethodHeader = "Mcp-Method";
    private const string NameHeader = "Mcp-Name";
    private const string VersionField = "io.modelcontextprotocol/protocolVersion";
    private const int HeaderMismatch = -32020;
    private const int Unsupported = -32022;
    private const int InvalidParams = -32602;
    private const string EncodedBegin = "=?base64?";
    private const string EncodedEnd = "?=";

    /// <summary>Reads it: the revision, null where the message does not say; and what is wrong, null for nothing.</summary>
    /// <param name="request">With the headers.</param>
    /// <param name="message">The body, an object.</param>
    public static (string? Revision, McpFault? Fault) Read(HttpRequest request, JsonElement message)
    {
        var (header, body) = (HeaderOf(request, VersionHeader), InBody(message));
        var said = header ?? body;
        var isNew = said is not null && IsSelfContained(said);
        return (said, header is not null && body is not null && header != body ? Mismatch(message, $"'{VersionHeader}' is not the revision that the body says.")
            : said is not null && !Spoken.Contains(said) ? NotSpoken(message, said)
            : isNew && header is null ? Mismatch(message, $"'{VersionHeader}' is missing.")
            : isNew && body is null && message.TryGetProperty("id", out _) && message.TryGetProperty("method", out _) ? NotSaid(message)
            : WrongHeader(request, message, isNew));
    }

    /// <summary>True for revisions in which a refusal has an HTTP status of its own.</summary>
    public static bool IsSelfContained(string revision) => string.CompareOrdinal(revision, SelfContained) >= 0;

    /// <summary>The call's id as it came; null where it has none.</summary>
    public static JsonText? IdOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? JsonText.Of(id) : null;

    private static McpFault? WrongHeader(HttpRequest request, JsonElement message, bool isNeeded)
    {
        if (Text(message, "method") is not { } method)
        {
            return null; // an answer has neither
        }

        var named = !message.TryGetProperty("params", out var parameters) || parameters.ValueKind != JsonValueKind.Object ? null
            : Text(parameters, method == "resources/read" ? "uri" : "name");
        var name = HeaderOf(request, NameHeader);
        return HeaderOf(request, MethodHeader) switch
        {
            null when isNeeded => Mismatch(message, $"'{MethodHeader}' is missing."),
            { } header when header != method => Mismatch(message, $"'{MethodHeader}' is not the method of the body."),
            _ => null,
        }
        ?? (name is null ? isNeeded && method is "tools/call" or "prompts/get" or "resources/read" ? Mismatch(message, $"'{NameHeader}' is missing.") : null
            : named is not null && Decoded(name) != named ? Mismatch(message, $"'{NameHeader}' is not the name in the body.")
            : null);
    }

    /// <summary>What a header cannot hold stands in it as Base64.</summary>
    private static string? Decoded(string header)
    {
        if (!header.StartsWith(EncodedBegin, StringComparison.Ordinal) || !header.EndsWith(EncodedEnd, StringComparison.Ordinal) || header.Length < EncodedBegin.Length + EncodedEnd.Length)
        {
            return header;
        }

        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[EncodedBegin.Length..^EncodedEnd.Length], bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    private static string? InBody(JsonElement message) =>
        message.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty("_meta", out var about) && about.ValueKind == JsonValueKind.Object ? Text(about, VersionField) : null;

    private static string? HeaderOf(HttpRequest request, string name) => request.Headers[name].ToString() is { Length: > 0 } text ? text : null;

    private static string? Text(JsonElement holder, string name) => holder.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.String ? field.GetString() : null;

    private static McpFault Mismatch(JsonElement message, string words) => new(StatusCodes.Status400BadRequest, HeaderMismatch, words) { Id = IdOf(message) };

    private static McpFault NotSaid(JsonElement message) =>
        new(StatusCodes.Status400BadRequest, InvalidParams, $"'_meta' must say the revision: '{VersionField}'.") { Id = IdOf(message) };

    private static McpFault NotSpoken(JsonElement message, string said) => new(StatusCodes.Status400BadRequest, Unsupported, $"Revision '{RequestText.Short(said)}' is not spoken here. There are: {string.Join(", ", Spoken)}.")
    {
        Id = IdOf(message),
        Data = JsonText.Of(JsonSerializer.SerializeToElement(new McpVersionsResource(Spoken, RequestText.Short(said)), HostJson.Default.McpVersionsResource)),
    };
}
