using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Evals;

/// <summary>
/// A workflow's journal task by task and call by call, with who wrote what, without ids, times and what is made from them: a partial order. Within a task its events have an order, and so have those of
/// one call with its approvals; between tasks that do not wait for one another there is none, nor between the calls of one reply, nor between questions that are asked side by side.
/// </summary>
internal static class JournalShape
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What events say of the host and of the moment: who held the lease, and places in the order of all that happened. Only their own fields, not what tools are given or say.</summary>
    private static readonly ImmutableHashSet<string> OfTheHost = ["node", "after", "start"];

    /// <summary>Where a decision stood among all that happened; between tasks that do not wait for one another there is no such place.</summary>
    private const string Place = "known";

    /// <summary>Threads by name, each with its events in order.</summary>
    public static SortedDictionary<string, ImmutableArray<string>> Of(WorkflowRecord workflow)
    {
        var names = new JournalNames(workflow);
        var marks = new JournalMarks(names, workflow.Events[0].At, workflow.Zone);
        var threads = new Dictionary<string, (string Group, List<string> Events)>(StringComparer.Ordinal);
        foreach (var (stored, recorded) in workflow.Stored.Zip(workflow.Events))
        {
            var (thread, group) = names.ThreadOf(recorded.Event);
            if (!threads.TryGetValue(thread, out var found))
            {
                threads.Add(thread, found = (group, []));
            }

            found.Events.Add($"{stored.Type} by {stored.Actor} {Payload(stored)}");
        }

        var shape = new SortedDictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var group in threads.Values.GroupBy(t => t.Group, t => string.Join('\n', t.Events)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            // Which of them came first says nothing; what they say tells them apart, and so does what they share with what was looked at before.
            var same = group.OrderBy(marks.Known, StringComparer.Ordinal).ToList();
            for (var index = 0; index < same.Count; index++)
            {
                shape.Add(same.Count == 1 ? group.Key : string.Create(CultureInfo.InvariantCulture, $"{group.Key} #{index + 1}"), [.. marks.Number(same[index]).Split('\n')]);
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

    private static string Payload(StoredEvent stored)
    {
        var payload = JsonNode.Parse(Encoding.UTF8.GetString(stored.Body.Span));
        if (payload is JsonObject fields)
        {
            foreach (var name in OfTheHost)
            {
                fields.Remove(name);
            }

            (fields["policy"] as JsonObject)?.Remove(Place);
        }

        return Open(payload)!.ToJsonString(AsWritten);
    }

    /// <summary>Without sealed words, which are another text each time.</summary>
    private static JsonNode? Open(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map when map.ContainsKey("ciphertext"):
                return "sealed";
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    map.Remove(name);
                    map[name] = Open(value);
                }

                return map;
            case JsonArray list:
                for (var at = 0; at < list.Count; at++)
                {
                    var element = list[at];
                    list[at] = null;
                    list[at] = Open(element);
                }

                return list;
            default:
                return node;
        }
    }
}
