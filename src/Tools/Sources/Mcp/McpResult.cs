using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;
using ModelContextProtocol.Protocol;

namespace AiManager.Tools;

/// <summary>
/// What an MCP tool gave, as one JSON object: <c>text</c> (all of its words), <c>structured</c>, <c>files</c> (images, sounds, resources: what they are and the blob that
/// keeps them, never their bytes) and <c>links</c>.
/// </summary>
internal sealed class McpResult
{
    private const int MostParts = 500;

    private readonly List<string> _texts = [];
    private readonly JsonArray _files = [];
    private readonly JsonArray _links = [];
    private readonly ImmutableArray<ReadOnlyMemory<byte>>.Builder _kept = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
    private JsonElement? _structured;

    private McpResult()
    {
    }

    /// <summary>All of its words.</summary>
    public string Words => string.Join("\n\n", _texts);

    /// <summary>What is kept beside it, whole; the object names each by its digest.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Kept => _kept.ToImmutable();

    /// <summary>Reads what came.</summary>
    public static McpResult Read(CallToolResult result)
    {
        var read = new McpResult { _structured = result.StructuredContent };
        foreach (var part in result.Content.Take(MostParts))
        {
            read.Add(part);
        }

        return read;
    }

    /// <summary>The object.</summary>
    /// <param name="lies">How the result is not what the tool promised; empty when it is.</param>
    public JsonText Json(ImmutableArray<string> lies)
    {
        var json = new JsonObject();
        if (!lies.IsEmpty)
        {
            json["notAsPromised"] = new JsonArray([.. lies.Select(l => (JsonNode)l)]);
        }

        if (_structured is { } structured)
        {
            json["structured"] = JsonNode.Parse(structured.GetRawText());
        }

        if (_texts.Count > 0 && !IsStructuredAgain())
        {
            json["text"] = Words;
        }

        if (_files.Count > 0)
        {
            json["files"] = _files.DeepClone();
        }

        if (_links.Count > 0)
        {
            json["links"] = _links.DeepClone();
        }

        return JsonText.TryParse(json.ToJsonString(), out var text) ? text : JsonText.Parse("""{"text":"The result nests too deep to be read."}""");
    }

    /// <summary>Servers say a structured result once more in words, for clients that cannot read it.</summary>
    private bool IsStructuredAgain()
    {
        if (_structured is not { } structured || _texts.Count != 1)
        {
            return false;
        }

        try
        {
            using var words = JsonDocument.Parse(_texts[0]);
            return JsonElement.DeepEquals(words.RootElement, structured);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Add(ContentBlock part)
    {
        switch (part)
        {
            case TextContentBlock text:
                _texts.Add(text.Text);
                break;
            case ImageContentBlock image:
                Keep("image", image.MimeType, () => image.DecodedData, null);
                break;
            case AudioContentBlock audio:
                Keep("audio", audio.MimeType, () => audio.DecodedData, null);
                break;
            case EmbeddedResourceBlock { Resource: TextResourceContents words }:
                _files.Add(new JsonObject { ["kind"] = "resource", ["uri"] = words.Uri, ["mimeType"] = words.MimeType, ["text"] = words.Text });
                break;
            case EmbeddedResourceBlock { Resource: BlobResourceContents bytes }:
                Keep("resource", bytes.MimeType, () => bytes.DecodedData, bytes.Uri);
                break;
            case ResourceLinkBlock link:
                _links.Add(new JsonObject { ["uri"] = link.Uri, ["name"] = link.Name, ["mimeType"] = link.MimeType });
                break;
            default:
                _files.Add(new JsonObject { ["kind"] = part.Type });
                break;
        }
    }

    private void Keep(string kind, string? mimeType, Func<ReadOnlyMemory<byte>> decode, string? uri)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = decode();
        }
        catch (FormatException)
        {
            _files.Add(new JsonObject { ["kind"] = kind, ["mimeType"] = mimeType, ["problem"] = "Its bytes cannot be read." });
            return;
        }

        var file = new JsonObject { ["kind"] = kind, ["mimeType"] = mimeType, ["bytes"] = bytes.Length, ["blob"] = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) };
        if (uri is not null)
        {
            file["uri"] = uri;
        }

        _kept.Add(bytes);
        _files.Add(file);
    }
}
