using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using AiManager.Domain;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiManager.Tools;

/// <summary>
/// Asks a server for all of its tools, page by page. A list that does not end, and a tool that says too much of itself, are refused with the reason: half a list
/// reads like a whole one.
/// </summary>
internal static class McpListing
{
    private const int MostPages = 100;
    private const int MostTools = 1000;

    /// <summary>Of a name; what is longer than names may be is no name however it goes on.</summary>
    private const int NameKept = ToolNames.Longest + 1;

    /// <summary>All of its tools, in its order. Throws <see cref="SourceFaultException"/> where there are too many.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="sendsHeaders">Over HTTP a tool can want arguments as headers too, which the client has to know for its calls.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<ImmutableArray<ListedTool>> AskAsync(McpClient client, bool sendsHeaders, CancellationToken cancellationToken)
    {
        var listed = ImmutableArray.CreateBuilder<ListedTool>();
        var known = new List<ModelContextProtocol.Protocol.Tool>();
        string? cursor = null;
        for (var pages = 0; pages == 0 || cursor is not null; pages++)
        {
            if (pages == MostPages)
            {
                throw new SourceFaultException($"It lists its tools on more than {MostPages} pages, the most that are asked for.");
            }

            var page = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, cancellationToken);
            if (listed.Count + page.Tools.Count > MostTools)
            {
                throw new SourceFaultException($"It lists more than {MostTools} tools, the most that are taken from it.");
            }

            foreach (var tool in page.Tools)
            {
                var read = Read(tool);
                if (sendsHeaders && read.Problem is null)
                {
                    known.Add(tool);
                }

                listed.Add(read);
            }

            cursor = page.NextCursor;
        }

        return sendsHeaders ? WithHeaders(client, known, listed) : listed.ToImmutable();
    }

    /// <summary>Makes the tools known to the client; one whose wishes for headers are none that can be met cannot be used.</summary>
    private static ImmutableArray<ListedTool> WithHeaders(McpClient client, List<ModelContextProtocol.Protocol.Tool> tools, ImmutableArray<ListedTool>.Builder listed)
    {
        client.ClearKnownTools();
        foreach (var tool in tools)
        {
            try
            {
                client.AddKnownTools([tool]);
            }
            catch (ArgumentException)
            {
                for (var at = 0; at < listed.Count; at++)
                {
                    listed[at] = listed[at].RemoteName == tool.Name ? listed[at] with { Problem = "It wants arguments as headers (x-mcp-header) that cannot be sent so." } : listed[at];
                }
            }
        }

        return listed.ToImmutable();
    }

    private static ListedTool Read(ModelContextProtocol.Protocol.Tool tool)
    {
        var hints = tool.Annotations;
        var name = Readable.Of(tool.Name.Length <= NameKept ? tool.Name : tool.Name[..NameKept]);
        var words = tool.Description ?? tool.Title ?? string.Empty;
        var claims = hints is null ? ClaimedTraits.None : new ClaimedTraits(hints.ReadOnlyHint, hints.DestructiveHint, hints.IdempotentHint, hints.OpenWorldHint);
        var large = IsLarge(tool.InputSchema) ? "input schema" : tool.OutputSchema is { } promised && IsLarge(promised) ? "output schema" : words.Length > ListedTool.LongestText ? "description" : null;
        return large is null
            ? new ListedTool(name, Readable.Of(words), Json(tool.InputSchema), tool.OutputSchema is { } output ? Json(output) : null, claims)
            : new ListedTool(name, string.Empty, JsonText.EmptyObject, null, claims) { Problem = ListedTool.TooLong(large) };
    }

    private static bool IsLarge(JsonElement schema) => JsonMarshal.GetRawUtf8Value(schema).Length > ListedTool.LongestText;

    /// <summary>What nests too deep for us is no schema for us.</summary>
    private static JsonText Json(JsonElement schema) => JsonText.TryParse(schema.GetRawText(), out var json) ? Readable.Of(json) : JsonText.Null;
}
