using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Binds <c>scripts/*.yaml</c>; the form is described in README.md beside this file.</summary>
internal sealed class ScriptReader(ConfigReader reader)
{
    private static readonly ImmutableArray<string> WhenKeys = ["role", "step", "goal", "goalNot", "task", "context", "results", "fresh", "says", "feedback"];
    private static readonly ImmutableArray<string> TestKeys = ["not", "exists", "matches", "oneOf", "some", "has", "is"];

    private readonly ScriptTemplateReader _templates = new(reader);

    public ImmutableArray<ScriptRule> Read(ConfigNode.Map document)
    {
        reader.Keys(document, ["rules"]);
        return [.. reader.Maps(document, "rules").Select(ReadRule)];
    }

    private ScriptRule ReadRule(ConfigNode.Map map)
    {
        reader.Keys(map, ["name", "when", "reply"]);
        var when = reader.OptionalMap(map, "when");
        if (when is null)
        {
            reader.Fault(map.Place, "'when' is missing: a rule says when it speaks.");
        }

        return new ScriptRule(reader.Text(map, "name"), map.Place, when is null ? new ScriptWhen() : ReadWhen(when), ReadReply(map));
    }

    private ScriptWhen ReadWhen(ConfigNode.Map map)
    {
        reader.Keys(map, WhenKeys);
        return new ScriptWhen
        {
            Roles = Texts(map, "role"),
            Steps = Texts(map, "step"),
            Goal = Patterns(map, "goal"),
            GoalNot = Patterns(map, "goalNot"),
            Task = [.. Texts(map, "task").Select(t => new TaskPattern(t))],
            Context = [.. reader.OptionalMap(map, "context")?.Entries.Select(ReadTest) ?? []],
            Results = [.. reader.OptionalMap(map, "results")?.Entries.Select(ReadResult) ?? []],
            IsFresh = reader.OptionalFlag(map, "fresh") ?? false,
            Says = map["says"] is { } says ? Pattern(says, "says") : null,
            Feedback = map["feedback"] is ConfigNode.Scalar { IsQuoted: false, Text: "true" or "false" } flag ? flag.Text == "true" : null,
            FeedbackSays = map["feedback"] is { } feedback and not ConfigNode.Scalar { IsQuoted: false, Text: "true" or "false" } ? Pattern(feedback, "feedback") : null,
        };
    }

    private ScriptReply ReadReply(ConfigNode.Map rule)
    {
        var nothing = new ScriptReply.Text(_templates.ReadWords(rule.Place, string.Empty));
        if (reader.OptionalMap(rule, "reply") is not { } map)
        {
            reader.Fault(rule.Place, "'reply' is missing.");
            return nothing;
        }

        reader.Keys(map, ["text", "json", "calls"]);
        if (map.Entries.Length != 1)
        {
            reader.Fault(map.Place, "A reply is exactly one of 'text', 'json' and 'calls'.");
            return nothing;
        }

        switch (map.Entries[0])
        {
            case { Key: "text" } text:
                return new ScriptReply.Text(_templates.ReadWords(text.Value.Place, reader.Text(map, "text")));
            case { Key: "json" } json:
                return new ScriptReply.Json(_templates.Read(json.Value));
            case { Key: "calls" } calls:
                foreach (var call in Givers(calls.Value))
                {
                    CheckCall(call);
                }

                return new ScriptReply.Calls(_templates.Read(calls.Value));
            default:
                return nothing;
        }
    }

    /// <summary>The maps that become calls: those in the list, and what a repetition gives.</summary>
    private static IEnumerable<ConfigNode> Givers(ConfigNode node) => node switch
    {
        ConfigNode.List list => list.Items.SelectMany(Givers),
        ConfigNode.Map map when map["$forEach"] is not null => map["$give"] is { } give ? Givers(give) : [map],
        _ => [node],
    };

    private void CheckCall(ConfigNode node)
    {
        if (node is ConfigNode.Map map)
        {
            reader.Keys(map, ["tool", "args"]);
            _ = reader.Text(map, "tool");
        }
        else
        {
            reader.Fault(node.Place, "A call is a map with 'tool' and 'args'.");
        }
    }

    private (ScriptPath, ScriptTest) ReadTest(ConfigEntry entry) => (_templates.ReadPath(entry.Place, entry.Key), ReadTest(entry.Value));

    private ScriptTest ReadTest(ConfigNode node)
    {
        if (node is not ConfigNode.Map map)
        {
            return new ScriptTest.Equal(_templates.Read(node));
        }

        reader.Keys(map, TestKeys);
        switch (map.Entries)
        {
            case [{ Key: "is" } wanted]:
                return new ScriptTest.Equal(_templates.Read(wanted.Value));
            case [{ Key: "not" } not]:
                return new ScriptTest.Not(ReadTest(not.Value));
            case [{ Key: "exists" }]:
                return new ScriptTest.Exists(reader.OptionalFlag(map, "exists") ?? true);
            case [{ Key: "matches" } matches]:
                return Pattern(matches.Value, "matches") is { } pattern ? new ScriptTest.Matches(pattern) : new ScriptTest.Exists(false);
            case [{ Key: "oneOf", Value: ConfigNode.List options }]:
                return new ScriptTest.OneOf([.. options.Items.Select(ReadTest)]);
            case [{ Key: "has" } element]:
                return new ScriptTest.Has(_templates.Read(element.Value));
            case [{ Key: "some", Value: ConfigNode.Map fields }]:
                return new ScriptTest.Some([.. fields.Entries.Select(ReadTest)]);
            default:
                reader.Fault(map.Place, $"A test is a value, or a map with exactly one of {string.Join(", ", TestKeys)}.");
                return new ScriptTest.Exists(false);
        }
    }

    private ScriptResultTest ReadResult(ConfigEntry entry)
    {
        if (entry.Value is ConfigNode.Map map)
        {
            return new ScriptResultTest(entry.Key, null, [.. map.Entries.Select(ReadTest)]);
        }

        var outcome = reader.Text(entry.Value, entry.Key);
        if (!ScriptResultTest.Outcomes.Contains(outcome))
        {
            reader.Fault(entry.Value.Place, $"'{outcome}' is not an outcome. Known: {string.Join(", ", ScriptResultTest.Outcomes)}; or a map of tests on the result.");
        }

        return new ScriptResultTest(entry.Key, outcome, []);
    }

    private ImmutableArray<string> Texts(ConfigNode.Map map, string key) =>
        map[key] is ConfigNode.Scalar { IsNull: false } one ? [one.Text] : reader.Texts(map, key);

    private ImmutableArray<ScriptPattern> Patterns(ConfigNode.Map map, string key) => map[key] switch
    {
        null => [],
        ConfigNode.List list => [.. list.Items.Select(i => Pattern(i, key)).OfType<ScriptPattern>()],
        { } one => [.. new[] { Pattern(one, key) }.OfType<ScriptPattern>()],
    };

    private ScriptPattern? Pattern(ConfigNode node, string what)
    {
        var text = reader.Text(node, what);
        if (LinearPattern.Fault(text, ScriptPattern.Options) is not { } fault)
        {
            return new ScriptPattern(text);
        }

        reader.Fault(node.Place, $"'{text}' is not a regular expression that runs in linear time: {fault}");
        return null;
    }
}
