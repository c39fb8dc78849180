using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiManager.Evals;

/// <summary>
/// A workflow's journal task by task and call by call, without ids, times and what is made from them: a partial order. Within a task its events have an order, and so have those of
/// one call with its approvals; between tasks that do not wait for one another there is none, nor between the calls of one reply, nor between questions that are asked side by side.
/// </summary>
internal static partial class JournalShape
{
    /// <summary>Threads by name, each with its events in order.</summary>
    public static SortedDictionary<string, ImmutableArray<string>> Of(WorkflowRecord workflow)
    {
        var names = new JournalNames(workflow);
        var threads = new Dictionary<string, (string Group, List<string> Events)>(StringComparer.Ordinal);
        foreach (var (stored, recorded) in workflow.Stored.Zip(workflow.Events))
        {
            var (thread, group) = names.ThreadOf(recorded.Event);
            if (!threads.TryGetValue(thread, out var found))
            {
                threads.Add(thread, found = (group, []));
            }

            var payload = Plain(JsonNode.Parse(Encoding.UTF8.GetString(stored.Body.Span)))!.ToJsonString();
            found.Events.Add($"{stored.Type} {Changing().Replace(payload, id => names.Of(id.Value) ?? "*")}");
        }

        var shape = new SortedDictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var group in threads.Values.GroupBy(t => t.Group, t => t.Events))
        {
            // Which of them came first says nothing; what they say tells them apart.
            var same = group.OrderBy(t => string.Join('\n', t), StringComparer.Ordinal).ToList();
            for (var index = 0; index < same.Count; index++)
            {
                shape.Add(same.Count == 1 ? group.Key : string.Create(CultureInfo.InvariantCulture, $"{group.Key} #{index + 1}"), [.. same[index]]);
            }
        }

        return shape;
    }

    /// <summary>Where the journals of two runs part, workflow by workflow and task by task, for people; null where they are the same.</summary>
    public static string? Difference(IReadOnlyList<SortedDictionary<string, ImmutableArray<string>>> before, IReadOnlyList<SortedDictionary<string, ImmutableArray<string>>> after)
    {
        if (before.Count != after.Count)
        {
            return $"{before.Count} workflows were recorded and {after.Count} came of it";
        }

        foreach (var (was, now) in before.Zip(after))
        {
            foreach (var thread in was.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var (old, fresh) = (was.GetValueOrDefault(thread, []), now.GetValueOrDefault(thread, []));
                for (var index = 0; index < Math.Max(old.Length, fresh.Length); index++)
                {
                    var (then, today) = (index < old.Length ? old[index] : "nothing", index < fresh.Length ? fresh[index] : "nothing");
                    if (then != today)
                    {
                        var part = then.Zip(today).TakeWhile(p => p.First == p.Second).Count();
                        return $"{thread}, event {index + 1}: recorded {Around(then, part)}; now {Around(today, part)}";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>All of a case's, as they are kept beside its recording.</summary>
    public static string Write(IEnumerable<WorkflowRecord> workflows) => JsonSerializer.Serialize(workflows.Select(Of), RunResults.Json) + "\n";

    /// <summary>Reads what <see cref="Write"/> wrote. Throws <see cref="JsonException"/>.</summary>
    public static IReadOnlyList<SortedDictionary<string, ImmutableArray<string>>> Read(string text) =>
        JsonSerializer.Deserialize<List<Dictionary<string, ImmutableArray<string>>>>(text)!.ConvertAll(w => new SortedDictionary<string, ImmutableArray<string>>(w, StringComparer.Ordinal));

    private static string Around(string text, int at)
    {
        const int Before = 60;
        const int Behind = 60;
        var (from, to) = (Math.Max(0, at - Before), Math.Min(text.Length, at + Behind));
        var kind = text.Split(' ', 2)[0];
        return from <= kind.Length ? text[..to] : $"{kind} …{text[from..to]}";
    }

    /// <summary>Without sealed words, which are another text each time, without what took how long, and without places in the order of all events.</summary>
    private static JsonNode? Plain(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map when map.ContainsKey("ciphertext"):
                return "sealed";
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    map.Remove(name);
                    if (name is not ("time" or "node" or "after" or "start"))
                    {
                        map[name] = Plain(value);
                    }
                }

                return map;
            case JsonArray list:
                for (var at = 0; at < list.Count; at++)
                {
                    var element = list[at];
                    list[at] = null;
                    list[at] = Plain(element);
                }

                return list;
            default:
                return node;
        }
    }

    [GeneratedRegex("[a-z]+_[0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{64}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+]00:00)?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Changing();
}
