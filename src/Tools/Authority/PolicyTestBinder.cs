using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>tests</c>.</summary>
internal sealed class PolicyTestBinder(FrozenDictionary<string, GovernedTool> tools, ConfigReader reader)
{
    public ImmutableArray<PolicyTest> Bind(ConfigNode.Map root) => [.. reader.Maps(root, "tests").Select(Test)];

    private PolicyTest Test(ConfigNode.Map map)
    {
        reader.Keys(map, ["name", "call", "facts", "labels", "history", "expect"]);
        var name = reader.Text(map, "name");
        var expected = EffectReader.Read(map, "expect", reader) ?? Effect.Deny;
        var facts = reader.OptionalMap(map, "facts");
        if (reader.OptionalMap(map, "call") is not { } call)
        {
            reader.Fault(map.Place, "'call' is missing.");
            return new PolicyTest(name, "", "", JsonText.EmptyObject, JsonText.EmptyObject, expected, map.Place);
        }

        reader.Keys(call, ["agent", "tool", "args"]);
        var tool = reader.Text(call, "tool");
        if (tools.TryGetValue(tool, out var known))
        {
            CheckFacts(facts, known);
        }
        else if (call["tool"] is ConfigNode.Scalar { IsNull: false } node)
        {
            reader.Fault(node.Place, $"There is no tool '{tool}'.");
        }

        var args = Json(reader.OptionalMap(call, "args"));
        return new PolicyTest(name, reader.Text(call, "agent"), tool, args, Json(facts), expected, map.Place)
        {
            Labels = Labels(map, args),
            Past = [.. reader.Maps(map, "history").Select(Past)],
        };
    }

    private ToldLabels? Labels(ConfigNode.Map test, JsonText args)
    {
        if (reader.OptionalMap(test, "labels") is not { } map)
        {
            return null;
        }

        var told = ToldLabels.Read(ConfigReader.Json(map), out var fault);
        if (told is null)
        {
            reader.Fault(map.Place, $"In 'labels', {fault}.");
        }
        else if (told.Unfit(args.ToElement()) is { } path)
        {
            reader.Fault(map.Place, $"'labels' speaks of '{path}', and the call has no such argument.");
        }

        return told;
    }

    private PolicyTestPast Past(ConfigNode.Map map)
    {
        reader.Keys(map, ["agent", "tool", "args", "facts", "ago"]);
        var tool = reader.Text(map, "tool");
        if (map["tool"] is ConfigNode.Scalar { IsNull: false } node && !tools.ContainsKey(tool))
        {
            reader.Fault(node.Place, $"There is no tool '{tool}'.");
        }

        return new PolicyTestPast(
            reader.Text(map, "agent"), tool, Json(reader.OptionalMap(map, "args")), Json(reader.OptionalMap(map, "facts")), reader.OptionalDuration(map, "ago") ?? TimeSpan.Zero);
    }

    private void CheckFacts(ConfigNode.Map? facts, GovernedTool tool)
    {
        foreach (var entry in facts?.Entries ?? [])
        {
            if (tool.Facts is WhenType.Record { IsOpen: false } record && !record.Fields.ContainsKey(entry.Key))
            {
                reader.Fault(entry.Place, $"{tool.Name} has no fact '{entry.Key}'.");
            }
        }
    }

    private static JsonText Json(ConfigNode.Map? map) => map is null ? JsonText.EmptyObject : ConfigReader.Json(map);
}
