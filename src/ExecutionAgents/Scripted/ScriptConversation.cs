using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>A conversation as a script sees it: all that it knows is in the messages.</summary>
internal sealed class ScriptConversation
{
    private readonly JsonElement _context;
    private readonly ImmutableArray<ScriptCall> _calls;
    private readonly int _round;

    private ScriptConversation(string role, string step, JsonElement context, ImmutableArray<ScriptCall> calls, int round, string? feedback, string data)
    {
        Role = role;
        Step = step;
        Feedback = feedback;
        Data = data;
        _context = context;
        _calls = calls;
        _round = round;
        Scope = NewScope();
    }

    public string Role { get; }

    public string Step { get; }

    /// <summary>The words that the conversation ends with, when those are feedback; null otherwise.</summary>
    public string? Feedback { get; }

    /// <summary>Every text that came as data: the brief, results, feedback.</summary>
    public string Data { get; }

    public string Goal => Text(_context, "goal") ?? string.Empty;

    public string? TaskKey => _context.TryGetProperty("task", out var task) && task.ValueKind == JsonValueKind.Object ? Text(task, "key") : null;

    /// <summary>For conditions; replies get a scope of their own.</summary>
    public ScriptScope Scope { get; }

    /// <summary>Calls with a result so far.</summary>
    public int CallCount => _calls.Length;

    /// <summary>Reads a conversation; null when it does not have the form that scripts know, with the reason in <paramref name="fault"/>.</summary>
    public static ScriptConversation? Read(ImmutableArray<ModelMessage> messages, out string fault)
    {
        fault = "the conversation does not begin with a system message whose first lines are 'Role: …' and 'Step: …'";
        if (messages is not [ModelMessage.System system, ..] || Head(system.Text) is not var (role, step))
        {
            return null;
        }

        fault = "the second message is not a brief with one ```json block";
        if (messages is not [_, ModelMessage.User brief, ..] || Fenced(brief.Text) is not { ValueKind: JsonValueKind.Object } context)
        {
            return null;
        }

        var feedback = messages.Length > 2 && messages[^1] is ModelMessage.User last ? last.Text : null;
        var data = string.Join('\n', messages.Select(m => m switch
        {
            ModelMessage.User user => user.Text,
            ModelMessage.Tool tool => tool.Text,
            _ => string.Empty,
        }));
        return new ScriptConversation(role, step, context, ReadCalls(messages), messages.OfType<ModelMessage.User>().Count(), feedback, data);
    }

    /// <summary>The last call of a tool; null when there is none, or none after the last feedback when <paramref name="isFresh"/>.</summary>
    public ScriptCall? LastCall(string tool, bool isFresh = false) => _calls.LastOrDefault(c => c.Tool == tool && (!isFresh || c.Round == _round));

    /// <summary>A fresh scope: the context's fields, <c>calls</c>, <c>all</c>, and the named groups of <paramref name="said"/>.</summary>
    public ScriptScope NewScope(Match? said = null) => new(root => root switch
    {
        "calls" => Of(_calls.GroupBy(c => c.Tool).Select(g => (g.Key, g.Last().Result.GetRawText()))),
        "all" => Of(_calls.GroupBy(c => c.Tool).Select(g => (g.Key, $"[{string.Join(',', g.Select(c => c.Written))}]"))),
        "said" when said is not null => Of(said.Groups.Values.Where(g => g.Success).Select(g => (g.Name, JsonText.OfString(g.Value).Text))),
        _ => _context.TryGetProperty(root, out var field) ? field : null,
    });

    private static JsonElement Of(IEnumerable<(string Key, string Json)> fields) =>
        JsonText.Parse($"{{{string.Join(',', fields.Select(f => $"{JsonText.OfString(f.Key)}:{f.Json}"))}}}").ToElement();

    private static (string Role, string Step)? Head(string text)
    {
        var lines = text.Split('\n', 3);
        return lines.Length >= 2 && Value(lines[0], "Role:") is { } role && Value(lines[1], "Step:") is { } step ? (role, step) : null;
    }

    private static string? Value(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..].Trim() is { Length: > 0 } value ? value : null;

    /// <summary>A line of backticks cannot stand inside JSON: line breaks are escaped in its strings.</summary>
    private static JsonElement? Fenced(string text)
    {
        StringBuilder? block = null;
        foreach (var line in text.Split('\n'))
        {
            if (block is null)
            {
                block = line.TrimEnd() == "```json" ? new StringBuilder() : null;
            }
            else if (line.TrimEnd() == "```")
            {
                return JsonText.TryParse(block.ToString(), out var json) ? json.ToElement() : null;
            }
            else
            {
                block.Append(line).Append('\n');
            }
        }

        return null;
    }

    private static ImmutableArray<ScriptCall> ReadCalls(ImmutableArray<ModelMessage> messages)
    {
        var open = new Dictionary<string, ModelToolCall>(StringComparer.Ordinal);
        var calls = ImmutableArray.CreateBuilder<ScriptCall>();
        var round = 0;
        foreach (var message in messages)
        {
            switch (message)
            {
                case ModelMessage.User:
                    round++;
                    break;
                case ModelMessage.Assistant assistant:
                    foreach (var call in assistant.Calls)
                    {
                        open[call.Id] = call;
                    }

                    break;
                case ModelMessage.Tool result when open.Remove(result.CallId, out var call):
                    calls.Add(ScriptCall.Read(call, result.Text, round));
                    break;
            }
        }

        return calls.ToImmutable();
    }

    private static string? Text(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
