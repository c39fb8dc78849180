using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiManager.Evals.Tests;

/// <summary>
/// A workflow's journal task by task and call by call, without ids, times and what is made from them. Within a task its events have an order, and so have those of one
/// call; between tasks that do not wait for one another there is none, nor between the calls of one reply, nor between questions that are asked side by side.
/// </summary>
internal static partial class JournalShape
{
    public static SortedDictionary<string, List<string>> Of(WorkflowRecord workflow)
    {
        var keys = workflow.State.Tasks.ToDictionary(t => t.Task.Id.ToString(), t => t.Task.Key);
        var shape = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var stored in workflow.Stored)
        {
            var payload = JsonNode.Parse(Encoding.UTF8.GetString(stored.Body.Span))!;
            var task = payload["task"] is JsonValue id && keys.TryGetValue(id.ToString(), out var key) ? key : "(manager)";
            // Ids follow from their cause, the cause from the workflow's key: a call, or a question, is called the same in both runs. The manager asks for the details of several tasks at once.
            var thread = (payload["call"] ?? payload["ask"]) is JsonValue one ? $"{task} {one}" : task;
            if (!shape.TryGetValue(thread, out var events))
            {
                shape.Add(thread, events = []);
            }

            events.Add($"{stored.Type} {Changing().Replace(Plain(payload)!.ToJsonString(), "*")}");
        }

        return shape;
    }

    /// <summary>Without sealed words, which are another text each time, and without what took how long.</summary>
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
                    if (name is not ("time" or "node"))
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
