using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiManager.ExecutionAgents;
using Microsoft.Extensions.AI;

namespace AiManager.Evals;

/// <summary>Does to a reply what goes wrong with it. Whatever the reply is, something goes wrong: a fault that finds nothing to spoil becomes its nearest kin. Pure.</summary>
/// <param name="plan">For the finer choices.</param>
/// <param name="tools">Every tool of the company, granted or not.</param>
internal sealed partial class ReplySpoiler(ChaosPlan plan, ImmutableArray<string> tools)
{
    private const string Sorry = "I'm sorry, but I can't help with that request.";

    /// <summary>What it makes of <paramref name="reply"/>.</summary>
    public ChatResponse Spoil(ChatResponse reply, ModelQuestion question, ChaosFault fault)
    {
        var text = reply.Text;
        var calls = reply.Messages.SelectMany(m => m.Contents).OfType<RawToolCall>().ToImmutableArray();
        return fault switch
        {
            ChaosFault.InvalidJson => calls.IsEmpty ? Say(Half(text)) : Call([.. calls.Select(c => new RawToolCall(c.CallId, c.Name, Half(c.ArgumentsJson)))]),
            ChaosFault.WrongTool => Call([new RawToolCall("call_wrong", WrongTool(question), calls.IsEmpty ? "{}" : calls[0].ArgumentsJson)]),
            ChaosFault.WrongTypes => calls.IsEmpty ? Say(Mistyped(text)) : Call([.. calls.Select(c => new RawToolCall(c.CallId, c.Name, Mistyped(c.ArgumentsJson)))]),
            ChaosFault.ExtraText => Call(calls, calls.IsEmpty ? $"Sure! Here is what you asked for:\n\n```json\n{text}\n```\n\nLet me know if you need anything else." : "Let me just look that up for you. One moment!"),
            ChaosFault.Refusal => plan.Pick(question.Ask, "refusal", 2) == 0 ? Say(Sorry) : Declined(),
            ChaosFault.EmptyReply => Say(string.Empty),
            ChaosFault.EndlessLoop => Again(question),
            ChaosFault.TruncatedStream when plan.Pick(question.Ask, "cut", 3) == 2 => Cut(text, calls),
            ChaosFault.DuplicateCalls => calls.IsEmpty ? Say(text + text) : Twice(calls, question),
            ChaosFault.Contradiction => calls.IsEmpty ? Say(Contradicted(text)) : Call(calls, """{"cannot":"This cannot be done, and I am doing it now."}"""),
            ChaosFault.FalseDone => Say(SchemaExample.Of(SchemaOf(question), question)),
            ChaosFault.ObeysData => Obeyed(question) is { } ordered ? Call([ordered], "As the note says.") : Call([new RawToolCall("call_obeys", WrongTool(question), "{}")], "As instructed."),
            _ => reply,
        };
    }

    private static ChatResponse Say(string text) => Call([], text);

    private static ChatResponse Call(ImmutableArray<RawToolCall> calls, string text = "") => new(new ChatMessage(
        ChatRole.Assistant,
        [.. text.Length > 0 ? new AIContent[] { new TextContent(text) } : [], .. calls]))
    {
        FinishReason = calls.IsEmpty ? ChatFinishReason.Stop : ChatFinishReason.ToolCalls,
    };

    private static ChatResponse Declined() => new(new ChatMessage(ChatRole.Assistant, [new ErrorContent(Sorry)])) { FinishReason = ChatFinishReason.ContentFilter };

    /// <summary>As an endpoint leaves it when the most tokens are reached: half a text, and of a call arguments that end in the middle.</summary>
    private static ChatResponse Cut(string text, ImmutableArray<RawToolCall> calls)
    {
        var cut = calls.IsEmpty ? Say(Half(text)) : Call([.. calls[..^1], new RawToolCall(calls[^1].CallId, calls[^1].Name, Half(calls[^1].ArgumentsJson))]);
        cut.FinishReason = ChatFinishReason.Length;
        return cut;
    }

    /// <summary>The last call as it was, or the first that is offered: however often it has been made already.</summary>
    private static ChatResponse Again(ModelQuestion question)
    {
        var last = question.Messages.OfType<ModelMessage.Assistant>().LastOrDefault(a => !a.Calls.IsEmpty)?.Calls[^1];
        return last is not null ? Call([new RawToolCall("call_again", NameOf(last.Tool, question), last.Args.Text)])
            : question.Tools.FirstOrDefault() is { } first ? Call([new RawToolCall("call_again", NameOf(first.Name, question), "{}")])
            : Say("Let me think about this once more.");
    }

    private ChatResponse Twice(ImmutableArray<RawToolCall> calls, ModelQuestion question)
    {
        var keepsId = plan.Pick(question.Ask, "twin", 2) == 0;
        return Call([.. calls, .. calls.Select(c => new RawToolCall(keepsId ? c.CallId : c.CallId + "_twin", c.Name, c.ArgumentsJson))]);
    }

    private string WrongTool(ModelQuestion question)
    {
        var others = tools.RemoveAll(t => question.Tools.Any(offered => offered.Name == t));
        var pick = plan.Pick(question.Ask, "tool", others.Length + 1);
        return pick == others.Length ? "shell__run" : others[pick];
    }

    /// <summary>Offered tools by their names on the wire; others as files and texts call them, which is how a model gets to know of them.</summary>
    private static string NameOf(string tool, ModelQuestion question) =>
        question.Tools.Any(offered => offered.Name == tool) ? WireNames.Of(question).ToWire(tool) : tool;

    /// <summary>What data tells whoever reads it to do; null where it tells nothing.</summary>
    private static RawToolCall? Obeyed(ModelQuestion question)
    {
        foreach (var message in question.Messages)
        {
            // Data stands in JSON: its quotes are escaped, once or twice.
            var data = message switch { ModelMessage.Tool tool => tool.Text, ModelMessage.User user => user.Text, _ => string.Empty };
            if (Order().Match(data.Replace("\\", string.Empty, StringComparison.Ordinal).Replace("u0022", "\"", StringComparison.Ordinal)) is { Success: true } order)
            {
                return new RawToolCall("call_obeys", NameOf(order.Groups["tool"].Value, question), order.Groups["args"].Value);
            }
        }

        return null;
    }

    /// <summary>The schema that a reply must satisfy: an agent finds its own in its instructions.</summary>
    private static JsonElement SchemaOf(ModelQuestion question)
    {
        if (!question.ReplySchema.IsNull)
        {
            return question.ReplySchema.ToElement();
        }

        var told = question.Messages.OfType<ModelMessage.System>().SelectMany(s => s.Text.Split('\n')).Select(l => l.Trim()).LastOrDefault(l => l.StartsWith('{'));
        return (JsonText.TryParse(told ?? "{}", out var schema) ? schema : JsonText.EmptyObject).ToElement();
    }

    private static string Half(string text) => text.Length > 1 ? text[..(text.Length / 2)] : "{";

    private static string Mistyped(string json)
    {
        if (!JsonText.TryParse(json, out var read) || JsonNode.Parse(read.Text) is not JsonObject map)
        {
            return "[\"not\",\"an\",\"object\"]";
        }

        foreach (var (name, value) in map.ToList())
        {
            map[name] = value switch
            {
                JsonValue simple when simple.GetValueKind() == JsonValueKind.String => 42,
                JsonValue => "about a dozen",
                JsonArray => new JsonObject { ["items"] = value.DeepClone() },
                _ => new JsonArray(),
            };
        }

        return map.ToJsonString();
    }

    /// <summary>A verdict that its reasons deny, or a deliverable that takes itself back.</summary>
    private static string Contradicted(string json)
    {
        if (!JsonText.TryParse(json, out var read) || JsonNode.Parse(read.Text) is not JsonObject map)
        {
            return $"{json}\nNo, wait. That is wrong.";
        }

        if (map["accepted"] is JsonValue accepted && accepted.TryGetValue<bool>(out var was))
        {
            map["accepted"] = !was;
            map["reasons"] = new JsonArray(was ? "It is as it must be." : "It is not as it must be.");
        }
        else
        {
            map["cannot"] = "It is done, and it could not be done.";
        }

        return map.ToJsonString();
    }

    [GeneratedRegex(@"\bcall (?<tool>[a-z]+\.[a-z_]+) with (?<args>\{[^{}]*(\{[^{}]*\}[^{}]*)*\})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Order();
}
