using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>What a playbook lets all its tasks together do: the envelope out of which each task's grant is handed on.</summary>
/// <param name="Grant">Without a term.</param>
/// <param name="Within">How long after the submission it ends; null for no end.</param>
public sealed record PlaybookGrant(Grant Grant, TimeSpan? Within)
{
    /// <summary>Binds <c>grant</c>; null when there is none.</summary>
    internal static PlaybookGrant? Optional(ConfigNode.Map playbook, ConfigReader reader)
    {
        if (reader.OptionalMap(playbook, "grant") is not { } map)
        {
            return null;
        }

        reader.Keys(map, ["tools", "limits", "resources", "reads", "releases", "expiresAfter"]);
        var tools = reader.Texts(map, "tools");
        if (tools.IsEmpty)
        {
            reader.Fault((map["tools"] ?? map).Place, "'tools' must name the tools that tasks of this playbook may call.");
        }

        var limits = reader.Maps(map, "limits").Select(l => Limit(l, tools, reader)).OfType<ArgumentLimit>().ToImmutableArray();
        foreach (var twice in limits.GroupBy(l => (l.Tool, l.Arg)).Where(g => g.Count() > 1))
        {
            reader.Fault(map["limits"]!.Place, $"'{twice.Key.Arg}' of {twice.Key.Tool} is limited twice; say it in one entry.");
        }

        return new PlaybookGrant(
            new Grant(
                tools,
                null,
                null,
                limits.IsEmpty ? null : limits,
                Texts(map, "resources", reader),
                Texts(map, "reads", reader),
                Texts(map, "releases", reader)),
            reader.OptionalDuration(map, "expiresAfter"));
    }

    /// <summary>The envelope of a goal that was submitted at <paramref name="submitted"/>.</summary>
    internal Grant For(DateTimeOffset submitted) => Grant with { Expires = submitted + Within };

    private static ArgumentLimit? Limit(ConfigNode.Map map, ImmutableArray<string> tools, ConfigReader reader)
    {
        reader.Keys(map, ["tool", "arg", "atLeast", "atMost", "oneOf", "startsWith"]);
        var tool = reader.Text(map, "tool");
        if (map["tool"] is { } named && !tools.Contains(tool))
        {
            reader.Fault(named.Place, $"The grant does not name the tool '{tool}'.");
        }

        if (map["atLeast"] is null && map["atMost"] is null && map["oneOf"] is null && map["startsWith"] is null)
        {
            reader.Fault(map.Place, "A limit says one of: atLeast, atMost, oneOf, startsWith.");
            return null;
        }

        var limit = new ArgumentLimit(
            tool, reader.Text(map, "arg"), reader.OptionalNumber(map, "atLeast"), reader.OptionalNumber(map, "atMost"), Values(map, reader), reader.OptionalText(map, "startsWith"));
        if (limit.IsEmpty)
        {
            reader.Fault(map.Place, $"Nothing at all fits this limit of '{limit.Arg}'.");
        }

        return limit;
    }

    private static ImmutableArray<JsonText>? Values(ConfigNode.Map map, ConfigReader reader)
    {
        switch (map["oneOf"])
        {
            case null:
                return null;
            case ConfigNode.List list:
                return [.. list.Items.Select(ConfigReader.Json)];
            case { } node:
                reader.Fault(node.Place, "'oneOf' must be a list.");
                return null;
        }
    }

    private static ImmutableArray<string>? Texts(ConfigNode.Map map, string key, ConfigReader reader) => map[key] is null ? null : reader.Texts(map, key);
}
