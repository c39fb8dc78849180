using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Binds a playbook's <c>grant</c>.</summary>
internal sealed class PlaybookGrantBinder(ConfigReader reader)
{
    private static readonly ImmutableArray<string> Parts = ["tools", "limits", "resources", "reads", "releases", "budget", "expiresAfter"];

    public PlaybookGrant Bind(ConfigNode.Map map)
    {
        reader.Keys(map, [.. Parts, "tasks"]);
        var tools = reader.Texts(map, "tools");
        if (tools.IsEmpty)
        {
            reader.Fault((map["tools"] ?? map).Place, "'tools' must name the tools that tasks of this playbook may call.");
        }

        var tasks = reader.OptionalMap(map, "tasks")?.Entries.Select(e => Task(e, tools)).OfType<PlaybookTask>().ToImmutableArray() ?? [];
        return new PlaybookGrant(Grant(map, tools), reader.OptionalDuration(map, "expiresAfter")) { Tasks = tasks };
    }

    /// <summary>What is not said of one task is as it is for all.</summary>
    private PlaybookTask? Task(ConfigEntry entry, ImmutableArray<string> all)
    {
        if (!PlanCheck.IsKey(entry.Key))
        {
            reader.Fault(entry.Place, $"'{entry.Key}' cannot be a task's key: small letters, digits and hyphens, a letter first, at most 40.");
        }

        if (entry.Value is not ConfigNode.Map map)
        {
            reader.Fault(entry.Value.Place, $"'{entry.Key}' must be a map of what the task may do.");
            return null;
        }

        reader.Keys(map, Parts);
        var tools = map["tools"] is null ? all : reader.Texts(map, "tools");
        foreach (var unknown in tools.Where(t => !all.Contains(t)))
        {
            reader.Fault(map["tools"]!.Place, $"The grant does not name the tool '{unknown}', so it cannot hand it on.");
        }

        return new PlaybookTask(entry.Key, Grant(map, tools), reader.OptionalDuration(map, "expiresAfter"));
    }

    private Grant Grant(ConfigNode.Map map, ImmutableArray<string> tools)
    {
        var limits = reader.Maps(map, "limits").Select(l => Limit(l, tools)).OfType<ArgumentLimit>().ToImmutableArray();
        foreach (var twice in limits.GroupBy(l => (l.Tool, l.Arg)).Where(g => g.Count() > 1))
        {
            reader.Fault(map["limits"]!.Place, $"'{twice.Key.Arg}' of {twice.Key.Tool} is limited twice; say it in one entry.");
        }

        return new Grant(tools, Budget(map), null, limits.IsEmpty ? null : limits, Texts(map, "resources"), Texts(map, "reads"), Texts(map, "releases"));
    }

    private Amounts? Budget(ConfigNode.Map map)
    {
        if (reader.OptionalMap(map, "budget") is not { } budget)
        {
            return null;
        }

        reader.Keys(budget, AmountsReader.Keys);
        if (budget.Entries.IsEmpty)
        {
            reader.Fault(budget.Place, $"A budget caps something: {string.Join(", ", AmountsReader.Keys)}.");
        }

        return AmountsReader.Read(budget, reader);
    }

    private ArgumentLimit? Limit(ConfigNode.Map map, ImmutableArray<string> tools)
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
            tool, reader.Text(map, "arg"), reader.OptionalNumber(map, "atLeast"), reader.OptionalNumber(map, "atMost"), Values(map), reader.OptionalText(map, "startsWith"));
        if (limit.IsEmpty)
        {
            reader.Fault(map.Place, $"Nothing at all fits this limit of '{limit.Arg}'.");
        }

        return limit;
    }

    private ImmutableArray<JsonText>? Values(ConfigNode.Map map)
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

    private ImmutableArray<string>? Texts(ConfigNode.Map map, string key) => map[key] is null ? null : reader.Texts(map, key);
}
