using System.Text.Json.Nodes;
using AiManager.Domain;
using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>A request without what another run of the same thing would have otherwise: ids, times, dates, the order of keys, ids of calls.</summary>
internal sealed class CassetteRequest
{
    private const int KeyLength = 32;
    private const string Fence = "```";

    private CassetteRequest(string text, string role, string step, CassetteNames names) =>
        (Text, Role, Step, Names, Key) = (text, role, step, names, CanonicalJson.Digest(text)[..KeyLength]);

    /// <summary>What it is found by.</summary>
    public string Key { get; }

    /// <summary>The whole of it.</summary>
    public string Text { get; }

    /// <summary>Who is asked, as the system message begins; empty when it says nothing.</summary>
    public string Role { get; }

    /// <summary>What is asked, as the system message says; empty when it says nothing.</summary>
    public string Step { get; }

    /// <summary>What was taken out.</summary>
    public CassetteNames Names { get; }

    /// <summary>Reads one; what <paramref name="clean"/> takes out is in none of it.</summary>
    public static CassetteRequest Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options, Func<string, string> clean)
    {
        var names = new CassetteNames();
        var written = new JsonObject
        {
            ["messages"] = new JsonArray([.. messages.Select(m => Write(m, clean))]),
            ["tools"] = new JsonArray([.. (options?.Tools ?? []).OfType<AIFunctionDeclaration>().OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => new JsonObject
            {
                ["name"] = t.Name,
                ["description"] = t.Description,
                ["schema"] = Sorted(t.JsonSchema.GetRawText()),
            })]),
            ["schema"] = options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema } ? Sorted(schema.GetRawText()) : null,
        };
        var head = (messages.FirstOrDefault(m => m.Role == ChatRole.System)?.Text ?? string.Empty).Split('\n', 3);
        return new CassetteRequest(names.Take(clean(written.ToJsonString())), Value(head, "Role:"), Value(head, "Step:"), names);
    }

    /// <summary>Each text is cleaned by itself too: within the whole it is escaped once more, and a secret in it does not look like one.</summary>
    private static JsonObject Write(ChatMessage message, Func<string, string> clean)
    {
        var written = new JsonObject { ["role"] = message.Role.Value, ["text"] = WithSortedBlock(clean(message.Text)) };
        var calls = message.Contents.OfType<RawToolCall>().Select(c => new JsonObject { ["tool"] = c.Name, ["args"] = Sorted(clean(c.ArgumentsJson)) }).ToArray();
        if (calls.Length > 0)
        {
            written["calls"] = new JsonArray(calls);
        }

        if (message.Contents.OfType<FunctionResultContent>().FirstOrDefault() is { } result)
        {
            written["result"] = Sorted(clean(result.Result as string ?? string.Empty));
        }

        return written;
    }

    /// <summary>The block of data in a message, with its keys in order; the text around it as it is.</summary>
    private static string WithSortedBlock(string text)
    {
        var begin = text.IndexOf(Fence + "json\n", StringComparison.Ordinal);
        var from = begin + Fence.Length + 5;
        var to = begin < 0 ? -1 : text.IndexOf("\n" + Fence, from, StringComparison.Ordinal);
        return to < 0 ? text : text[..from] + Sorted(text[from..to]) + text[to..];
    }

    private static string Sorted(string json) => JsonText.TryParse(json, out var read) ? CanonicalJson.Of(read).Text : json;

    private static string Value(string[] head, string name) =>
        head.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[name.Length..].Trim() : string.Empty;
}
