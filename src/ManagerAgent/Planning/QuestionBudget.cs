using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>
/// Makes the data of a manager's or a reviewer's question fit. Given up in this order until it does: related work, the least like first; what calls gave, longest first; results of tasks, longest first;
/// messages, oldest first. Never: the goal, the contract, the task, what is to be judged, playbooks, tools.
/// </summary>
internal static class QuestionBudget
{
    /// <summary>Where shortening begins, in estimated tokens.</summary>
    public const long MostTokens = 24_000;

    /// <summary>How long the data of a question may be.</summary>
    public const long MostBytes = MostTokens * BriefText.BytesPerToken;

    /// <summary>The data as text. The same data is the same bytes.</summary>
    /// <param name="context">Left as it is.</param>
    /// <param name="maxBytes">How long it may be.</param>
    public static string Write(JsonObject context, long maxBytes)
    {
        var whole = context.ToJsonString(ContextJson.Options);
        var excess = BriefText.Bytes(whole) - maxBytes;
        if (excess <= 0)
        {
            return whole;
        }

        var shorter = (JsonObject)context.DeepClone();
        if (shorter["related"] is JsonArray related)
        {
            while (excess > 0 && related.Count > 0)
            {
                excess -= BriefText.Bytes(related[^1]?.ToJsonString(ContextJson.Options) ?? string.Empty);
                related.RemoveAt(related.Count - 1);
            }
        }

        excess = Shorten(((shorter["made"] as JsonArray) ?? []).OfType<JsonObject>().Select(c => (c, "result")), excess);
        var results = shorter["results"] as JsonObject ?? [];
        excess = Shorten(results.Select(r => (results, r.Key)).ToList(), excess);
        if (shorter["messages"] is JsonArray messages)
        {
            while (excess > 0 && messages.Count > 0)
            {
                excess -= BriefText.Bytes(messages[0]?.ToJsonString(ContextJson.Options) ?? string.Empty);
                messages.RemoveAt(0);
            }
        }

        return shorter.ToJsonString(ContextJson.Options);
    }

    /// <summary>Counts no more than is saved: white space between lines comes on top of it.</summary>
    private static long Shorten(IEnumerable<(JsonObject Parent, string Key)> places, long excess)
    {
        var longest = places.Select(p => (p.Parent, p.Key, Text: p.Parent[p.Key]?.ToJsonString(Compact) ?? "null")).OrderByDescending(p => p.Text.Length).ToList();
        foreach (var (parent, key, text) in longest.TakeWhile(_ => excess > 0))
        {
            var shorter = BriefText.Shorter(text);
            if (shorter.Length < text.Length)
            {
                parent[key] = JsonNode.Parse(shorter);
                excess -= BriefText.Bytes(text) - BriefText.Bytes(parent[key]!.ToJsonString(ContextJson.Options));
            }
        }

        return excess;
    }

    private static System.Text.Json.JsonSerializerOptions Compact { get; } = new(ContextJson.Options) { WriteIndented = false };
}
