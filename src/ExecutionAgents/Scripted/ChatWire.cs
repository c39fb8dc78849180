using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Chat completions as OpenAI's wire writes them, as much of it as a conversation needs.</summary>
internal static class ChatWire
{
    /// <summary>A request, read.</summary>
    /// <param name="Messages">The conversation, with the catalogue's tool names.</param>
    /// <param name="Names">The names of its tools.</param>
    /// <param name="IsStream">Whether the answer is wanted in pieces.</param>
    /// <param name="WantsUsage">Whether the pieces are to end with what was used.</param>
    public sealed record Request(ImmutableArray<ModelMessage> Messages, WireNames Names, bool IsStream, bool WantsUsage);

    /// <summary>Reads a request. Throws for what is none.</summary>
    public static Request Read(JsonElement body)
    {
        // A dot is written as two underscores on the wire; the catalogue's names have a dot behind the source.
        var tools = body.TryGetProperty("tools", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(t => t.GetProperty("function").GetProperty("name").GetString()!).Select(Catalogued).ToList()
            : [];
        var calls = new Dictionary<string, string>(StringComparer.Ordinal);
        var messages = body.GetProperty("messages").EnumerateArray().Select(m => Read(m, calls)).ToImmutableArray();
        var wantsUsage = body.TryGetProperty("stream_options", out var wishes) && wishes.ValueKind == JsonValueKind.Object && IsTrue(wishes, "include_usage");
        return new Request(messages, new WireNames(tools.Concat(calls.Values)), IsTrue(body, "stream"), wantsUsage);
    }

    /// <summary>A whole answer.</summary>
    public static JsonObject Write(ModelAnswer answer, Request asked, long created) => new()
    {
        ["id"] = "chatcmpl-scripted",
        ["object"] = "chat.completion",
        ["created"] = created,
        ["model"] = ScriptedModel.Name,
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = Message(answer, asked.Names),
            ["finish_reason"] = Finish(answer),
        }),
        ["usage"] = Usage(answer),
    };

    /// <summary>The same answer in pieces, as server-sent events.</summary>
    public static async Task StreamAsync(Stream stream, ModelAnswer answer, Request asked, long created, CancellationToken cancellationToken)
    {
        await SendAsync(new JsonObject { ["role"] = "assistant", ["content"] = string.Empty }, null);
        foreach (var piece in Pieces(answer.Text))
        {
            await SendAsync(new JsonObject { ["content"] = piece }, null);
        }

        for (var i = 0; i < answer.Calls.Length; i++)
        {
            var call = Call(answer.Calls[i], asked.Names);
            call["index"] = i;
            await SendAsync(new JsonObject { ["tool_calls"] = new JsonArray(call) }, null);
        }

        await SendAsync([], Finish(answer));
        if (asked.WantsUsage)
        {
            var last = Chunk([], created);
            last["usage"] = Usage(answer);
            await WriteAsync(last.ToJsonString());
        }

        await WriteAsync("[DONE]");

        Task SendAsync(JsonObject delta, string? finish) =>
            WriteAsync(Chunk([new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }], created).ToJsonString());

        async Task WriteAsync(string data)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    private static JsonObject Chunk(JsonArray choices, long created) => new()
    {
        ["id"] = "chatcmpl-scripted",
        ["object"] = "chat.completion.chunk",
        ["created"] = created,
        ["model"] = ScriptedModel.Name,
        ["choices"] = choices,
    };

    private static bool IsTrue(JsonElement map, string name) => map.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static ModelMessage Read(JsonElement message, Dictionary<string, string> calls)
    {
        var text = Text(message);
        switch (message.GetProperty("role").GetString())
        {
            case "system" or "developer":
                return new ModelMessage.System(text);
            case "assistant":
                var proposed = message.TryGetProperty("tool_calls", out var list) && list.ValueKind == JsonValueKind.Array
                    ? list.EnumerateArray().Select(ReadCall).ToImmutableArray()
                    : [];
                foreach (var call in proposed)
                {
                    calls[call.Id] = call.Tool;
                }

                return new ModelMessage.Assistant(text.Length > 0 ? text : null, proposed);
            case "tool":
                var id = message.GetProperty("tool_call_id").GetString()!;
                return new ModelMessage.Tool(id, calls.GetValueOrDefault(id) ?? string.Empty, text);
            default:
                return new ModelMessage.User(text);
        }
    }

    private static ModelToolCall ReadCall(JsonElement call)
    {
        var function = call.GetProperty("function");
        var written = function.GetProperty("arguments").GetString() ?? "{}";
        return new ModelToolCall(
            call.GetProperty("id").GetString()!,
            Catalogued(function.GetProperty("name").GetString()!),
            JsonText.TryParse(written, out var args) ? args : JsonText.OfString(written));
    }

    /// <summary>A tool's name in the catalogue, by its name on the wire.</summary>
    public static string Catalogued(string wire) => wire.Replace("__", ".", StringComparison.Ordinal);

    /// <summary>Content is a text, a list of parts, or nothing.</summary>
    private static string Text(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return string.Empty;
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Where(p => p.TryGetProperty("text", out _)).Select(p => p.GetProperty("text").GetString())),
            _ => string.Empty,
        };
    }

    private static JsonObject Message(ModelAnswer answer, WireNames names)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Text };
        if (!answer.Calls.IsEmpty)
        {
            message["tool_calls"] = new JsonArray([.. answer.Calls.Select(c => Call(c, names))]);
        }

        return message;
    }

    private static JsonObject Call(ModelToolCall call, WireNames names) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = names.ToWire(call.Tool), ["arguments"] = call.Args.Text },
    };

    private static string Finish(ModelAnswer answer) => answer.Calls.IsEmpty ? "stop" : "tool_calls";

    private static JsonObject Usage(ModelAnswer answer) => new()
    {
        ["prompt_tokens"] = answer.Usage?.InputTokens ?? 0,
        ["completion_tokens"] = answer.Usage?.OutputTokens ?? 0,
        ["total_tokens"] = answer.Usage?.Total ?? 0,
    };

    private static IEnumerable<string> Pieces(string? text)
    {
        if (text is null)
        {
            yield break;
        }

        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(at + 40, text.Length);
            end -= end < text.Length && char.IsHighSurrogate(text[end - 1]) ? 1 : 0; // half a character is none
            yield return text[at..end];
            at = end;
        }
    }
}
