using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>What a plan asks for a task beside its tools: limits, resources, labels, a slice of the budget, a term. The model's words, so data: it narrows, and what it cannot narrow is refused.</summary>
internal static class AskedGrant
{
    /// <summary>Of a task's details.</summary>
    public const string Schema =
        """
        {"type":["object","null"],"description":"null, or less than all that the tools can do, where the task needs less: each part only narrows","properties":{
          "limits":{"type":["array","null"],"maxItems":20,"items":{"type":"object","required":["tool","arg"],"description":"what an argument may be","properties":{
            "tool":{"type":"string"},"arg":{"type":"string","minLength":1,"maxLength":200},"atLeast":{"type":["number","null"]},"atMost":{"type":["number","null"]},
            "oneOf":{"type":["array","null"],"minItems":1,"maxItems":50},"startsWith":{"type":["string","null"],"minLength":1}}}},
          "resources":{"type":["array","null"],"maxItems":50,"items":{"type":"string"}},
          "reads":{"type":["array","null"],"maxItems":50,"items":{"type":"string"}},
          "releases":{"type":["array","null"],"maxItems":50,"items":{"type":"string"}},
          "budget":{"type":["object","null"],"properties":{"money":{"type":["number","null"],"minimum":0},"modelCost":{"type":["number","null"],"minimum":0},"tokens":{"type":["integer","null"],"minimum":1},
            "calls":{"type":["integer","null"],"minimum":1},"toolCalls":{"type":["integer","null"],"minimum":1},"recipients":{"type":["integer","null"],"minimum":0}}},
          "expiresAfter":{"type":["string","null"],"pattern":"^[1-9][0-9]{0,4}[smhd]$","description":"from now on"}}}
        """;

    /// <summary>Reads what a task's details ask for, which satisfy the schema.</summary>
    /// <param name="detail">The details.</param>
    /// <param name="tools">The task's tools.</param>
    /// <param name="from">From when on its term counts.</param>
    /// <param name="faults">What is wrong with it that a schema cannot say; empty when nothing is.</param>
    public static Grant Read(JsonElement detail, ImmutableArray<string> tools, DateTimeOffset from, out ImmutableArray<string> faults)
    {
        faults = [];
        if (!detail.TryGetProperty("grant", out var asked) || asked.ValueKind != JsonValueKind.Object)
        {
            return new Grant(tools);
        }

        var limits = Items(asked, "limits")?.Select(Limit).ToImmutableArray();
        faults =
        [
            .. (limits ?? []).Where(l => !tools.Contains(l.Tool)).Select(l => $"grant limits: '{l.Tool}' is none of the task's tools"),
            .. (limits ?? []).Where(l => l is { AtLeast: null, AtMost: null, OneOf: null, StartsWith: null }).Select(l => $"grant limits: '{l.Arg}' of {l.Tool} says none of atLeast, atMost, oneOf, startsWith"),
            .. (limits ?? []).Where(l => l.IsEmpty).Select(l => $"grant limits: nothing at all fits '{l.Arg}' of {l.Tool}"),
            .. (limits ?? []).GroupBy(l => (l.Tool, l.Arg)).Where(g => g.Count() > 1).Select(g => $"grant limits: '{g.Key.Arg}' of {g.Key.Tool} is limited twice; say it in one entry"),
        ];
        return new Grant(
            tools,
            asked.TryGetProperty("budget", out var budget) && budget.ValueKind == JsonValueKind.Object ? Budget(budget) : null,
            asked.TryGetProperty("expiresAfter", out var within) && Duration.TryRead(within.GetString() ?? string.Empty, out var span) ? from + span : null,
            limits is { IsEmpty: false } ? limits : null,
            Texts(asked, "resources"),
            Texts(asked, "reads"),
            Texts(asked, "releases"));
    }

    private static ArgumentLimit Limit(JsonElement limit) => new(
        limit.GetProperty("tool").GetString()!,
        limit.GetProperty("arg").GetString()!,
        Number(limit, "atLeast"),
        Number(limit, "atMost"),
        Items(limit, "oneOf") is { } values ? [.. values.Select(JsonText.Of)] : null,
        limit.TryGetProperty("startsWith", out var start) ? start.GetString() : null);

    private static Amounts? Budget(JsonElement budget)
    {
        var amounts = new Amounts(Number(budget, "money"), Number(budget, "modelCost"), Whole(budget, "tokens"), Whole(budget, "calls"), Whole(budget, "toolCalls"), null, Whole(budget, "recipients"));
        return amounts == Amounts.None ? null : amounts;
    }

    /// <summary>What is larger than any number here caps as the largest does, and so narrows nothing.</summary>
    private static decimal? Number(JsonElement map, string name) =>
        !map.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number ? null : value.TryGetDecimal(out var number) ? number : value.GetDouble() < 0 ? decimal.MinValue : decimal.MaxValue;

    private static long? Whole(JsonElement map, string name) => Number(map, name) is { } number ? (long)Math.Clamp(decimal.Truncate(number), 0, long.MaxValue) : null;

    private static ImmutableArray<string>? Texts(JsonElement map, string name) => Items(map, name)?.Select(t => t.GetString()!).ToImmutableArray();

    private static IEnumerable<JsonElement>? Items(JsonElement map, string name) => map.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : null;
}
