using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds a rule's <c>history</c>: what must, or must not, have happened before in the workflow.</summary>
internal sealed class HistoryBinder(FrozenDictionary<string, GovernedTool> tools, ConditionReader conditions, ConfigReader reader)
{
    /// <summary>The condition; null when there is none, or after a fault.</summary>
    public HistoryCondition? Optional(ConfigNode.Map rule)
    {
        if (reader.OptionalMap(rule, "history") is not { } map)
        {
            return null;
        }

        reader.Keys(map, ["some", "atLeast", "none", "sum", "of", "above"]);
        var kinds = map.Entries.Where(e => e.Key is "some" or "none" or "sum").ToList();
        if (kinds is not [{ Key: var kind }])
        {
            reader.Fault(map.Place, "'history' says one of: some (such calls were made), none (none was), sum (what they add up to).");
            return null;
        }

        Refuse(map, "atLeast", kind == "some", "some");
        Refuse(map, "of", kind == "sum", "sum");
        Refuse(map, "above", kind == "sum", "sum");
        if (Past(map, kind == "sum" ? "of" : kind, Callers(rule)) is not { } past)
        {
            return null;
        }

        return kind switch
        {
            "some" => new HistoryCondition.AtLeast(past, (int)Math.Min(reader.OptionalWhole(map, "atLeast", 1) ?? 1, int.MaxValue)),
            "none" => new HistoryCondition.None(past),
            _ => Sum(map, past),
        };
    }

    /// <summary>The first field of this call that is compared or added up and that a tool does not have; null when it has them all.</summary>
    public static WhenPath? Lacking(HistoryCondition? history, GovernedTool tool)
    {
        IEnumerable<WhenExpression> mine = history?.Calls.Same.Select(s => s.Mine) ?? [];
        return PolicyScope.Lacking((history is HistoryCondition.SumAbove sum ? mine.Append(sum.Value) : mine).SelectMany(e => e.FieldsRead()), tool.Args, tool.Facts);
    }

    private HistoryCondition.SumAbove? Sum(ConfigNode.Map map, PastCalls past)
    {
        var value = Field(map["sum"]!, "sum");
        if (map["above"] is null)
        {
            reader.Fault(map.Place, "'above' is missing: the sum above which the rule matches.");
        }

        var above = reader.OptionalNumber(map, "above");
        if (value is null || above is not { } bound)
        {
            return null;
        }

        Check(value, past.Tools, map["sum"]!.Place);
        return new HistoryCondition.SumAbove(past, value, bound);
    }

    /// <summary>The tools that the rule itself is about; those of a rule that names classes only are all.</summary>
    private ImmutableArray<GovernedTool> Callers(ConfigNode.Map rule)
    {
        var patterns = (rule["tools"] as ConfigNode.List)?.Items.OfType<ConfigNode.Scalar>().Select(s => new NamePattern(s.Text, s.Place)).ToList();
        return [.. tools.Values.Where(t => patterns?.Any(p => p.Matches(t.Name)) ?? true)];
    }

    /// <summary>Whether one of the tools declares that the field decides whom or what a call reaches.</summary>
    private static bool IsId(WhenExpression field, IEnumerable<GovernedTool> among) =>
        field.OnlyField is { Root: WhenRoot.Args, Fields: var path } && among.Any(t => t.Authority.Of([.. path]) is not null);

    private PastCalls? Past(ConfigNode.Map map, string key, ImmutableArray<GovernedTool> callers)
    {
        if (reader.OptionalMap(map, key) is not { } calls)
        {
            if (map[key] is null or ConfigNode.Scalar { IsNull: true })
            {
                reader.Fault(map.Place, $"'{key}' must say which calls: {{ tools: [ … ] }}.");
            }

            return null;
        }

        reader.Keys(calls, ["tools", "agents", "same", "by", "within", "where"]);
        var past = Tools(calls);
        ImmutableArray<SameField> same =
            [.. Same(calls).Select(s => s with { IsId = IsId(s.Mine, callers) || IsId(s.Theirs, past.Select(t => tools[t])) })];
        var where = conditions.Optional(calls, "where");
        if (where is not null)
        {
            Check(where, past, calls["where"]!.Place);
        }

        foreach (var field in same)
        {
            Check(field.Theirs, past, calls["same"]!.Place);
        }

        return past.Count == 0 ? null : new PastCalls(past, Agents(calls), same, By(calls), reader.OptionalDuration(calls, "within"), where);
    }

    private FrozenSet<string> Tools(ConfigNode.Map calls)
    {
        var patterns = NamePattern.ReadList(calls, "tools", reader);
        if (patterns.IsEmpty)
        {
            reader.Fault((calls["tools"] ?? calls).Place, "'tools' must name at least one tool or pattern.");
        }

        foreach (var pattern in patterns.Where(p => !tools.Keys.Any(p.Matches)))
        {
            reader.Fault(pattern.Place, pattern.IsName ? $"There is no tool '{pattern.Text}'." : $"No tool matches '{pattern.Text}'.");
        }

        return tools.Keys.Where(t => patterns.Any(p => p.Matches(t))).ToFrozenSet(StringComparer.Ordinal);
    }

    private FrozenSet<string>? Agents(ConfigNode.Map calls) =>
        calls["agents"] is null ? null : reader.Texts(calls, "agents").ToFrozenSet(StringComparer.Ordinal);

    private PastCaller By(ConfigNode.Map calls)
    {
        switch (reader.OptionalText(calls, "by"))
        {
            case null or "anybody":
                return PastCaller.Anybody;
            case "caller":
                return PastCaller.Same;
            case "another":
                return PastCaller.Other;
            default:
                reader.Fault(calls["by"]!.Place, "'by' must be caller, another or anybody.");
                return PastCaller.Anybody;
        }
    }

    /// <summary>A list of fields that have one name on both sides, or a map from theirs to this call's.</summary>
    private ImmutableArray<SameField> Same(ConfigNode.Map calls)
    {
        switch (calls["same"])
        {
            case null:
                return [];
            case ConfigNode.List list:
                return [.. list.Items.Select(i => Field(i, "same")).OfType<WhenExpression>().Select(f => new SameField(f, f))];
            case ConfigNode.Map map:
                return
                [
                    .. map.Entries
                        .Select(e => (Theirs: Field(new ConfigNode.Scalar(e.Place, e.Key, false), "same"), Mine: Field(e.Value, "same")))
                        .Where(f => f is { Theirs: not null, Mine: not null })
                        .Select(f => new SameField(f.Theirs!, f.Mine!)),
                ];
            case { } node:
                reader.Fault(node.Place, "'same' must be a list of fields, such as [args.order], or a map from theirs to this call's.");
                return [];
        }
    }

    /// <summary>A field of <c>args</c> or <c>facts</c>; null after a fault.</summary>
    private WhenExpression? Field(ConfigNode node, string key)
    {
        if (node is ConfigNode.Scalar { IsNull: false } scalar
            && When.Parse(scalar.Text, new WhenPosition(scalar.Place.Line, scalar.Place.Column)) is WhenParsed.Sound { Expression: var field }
            && field.OnlyField is not null)
        {
            return field;
        }

        reader.Fault(node.Place, $"'{key}' must be a field of args or facts, such as args.order.");
        return null;
    }

    /// <summary>What is read of past calls must be there in each tool that they may be of.</summary>
    private void Check(WhenExpression expression, IEnumerable<string> past, ConfigPlace place)
    {
        foreach (var tool in past.Order(StringComparer.Ordinal))
        {
            if (PolicyScope.Lacking(expression.FieldsRead(), tools[tool].Args, tools[tool].Facts) is { } lacking)
            {
                reader.Fault(place, $"The tool {tool} has no {lacking}.");
            }
        }
    }

    private void Refuse(ConfigNode.Map map, string key, bool belongs, string to)
    {
        if (!belongs && map[key] is { } node)
        {
            reader.Fault(node.Place, $"'{key}' goes with '{to}'.");
        }
    }
}
