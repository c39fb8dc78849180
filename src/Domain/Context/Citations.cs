using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// Whether a deliverable's citations are true. A citation is an object, anywhere in it, with <c>source</c> (a path that begins with <c>knowledge/</c>) and <c>quote</c>: the words
/// must stand in a passage of that source that was found in this workflow, and the source must still hold as it was found: between finding and answering days may pass. White space counts as
/// one space; everything else must be as it was written.
/// </summary>
public static class Citations
{
    /// <summary>The tool that finds passages.</summary>
    public const string Tool = "knowledge.search";

    /// <summary>Where a path of knowledge begins.</summary>
    public const string Folder = "knowledge/";

    /// <summary>What is wrong with the citations of a deliverable, a sentence each; empty when all are true, or there are none.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="deliverable">What was handed in.</param>
    /// <param name="sources">What the company has written down, as it is in force now.</param>
    /// <param name="today">The day in the company's time zone.</param>
    public static ImmutableArray<string> Faults(WorkflowState state, JsonText deliverable, ImmutableArray<KnowledgeSource> sources, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(state);
        var cited = new List<(string Source, string? Quote)>();
        Collect(deliverable.ToElement(), cited);
        if (cited.Count == 0)
        {
            return [];
        }

        var found = state.Calls.Values
            .Where(c => c.Proposed.Tool == Tool && c.Status == CallStatus.Succeeded)
            .SelectMany(c => Passages(c.Settled!.Result))
            .ToLookup(p => p.Source, p => (Plain(p.Text), Text(p.Passage, "version")), StringComparer.Ordinal);
        return [.. cited.Select(c => Fault(c.Source, c.Quote, found, sources.FirstOrDefault(s => s.Path == c.Source), today)).OfType<string>().Distinct()];
    }

    /// <summary>The passages in a result of <see cref="Tool"/>, best first: where each stands, and what it says.</summary>
    public static IEnumerable<(string Source, string Text, JsonElement Passage)> Passages(JsonText result) =>
        result.ToElement() is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty("found", out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Array).SelectMany(s => s.Value.EnumerateArray())
                .Where(p => Text(p, "source") is not null && Text(p, "text") is not null)
                .OrderBy(p => p.TryGetProperty("rank", out var rank) && rank.TryGetInt32(out var place) ? place : int.MaxValue)
                .Select(p => (Text(p, "source")!, Text(p, "text")!, p))
            : [];

    private static string? Fault(string source, string? quote, ILookup<string, (string Text, string? Version)> found, KnowledgeSource? now, DateOnly today)
    {
        if (!found.Contains(source))
        {
            return $"It cites {source}, of which nothing was found in this workflow.";
        }

        if (quote is null || Plain(quote).Length == 0)
        {
            return $"It cites {source} and does not quote it.";
        }

        if (now?.HoldsOn(today) != true)
        {
            return $"{source} does not hold any more: look up what does.";
        }

        var quoted = found[source].Where(p => p.Text.Contains(Plain(quote), StringComparison.Ordinal)).ToList();
        return quoted.Count == 0 ? $"{source} does not say “{BriefText.Clip(Plain(quote), 200)}”."
            : quoted.Any(p => p.Version == now.Version) ? null
            : $"{source} has been changed since it was found: look it up again.";
    }

    private static void Collect(JsonElement value, List<(string Source, string? Quote)> cited)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                if (Text(value, "source") is { } source && source.StartsWith(Folder, StringComparison.Ordinal))
                {
                    cited.Add((source, Text(value, "quote")));
                }

                foreach (var field in value.EnumerateObject())
                {
                    Collect(field.Value, cited);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Collect(item, cited);
                }

                break;
        }
    }

    private static string? Text(JsonElement map, string name) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                plain.Append(c);
            }
            else if (plain.Length > 0 && plain[^1] != ' ')
            {
                plain.Append(' ');
            }
        }

        return plain.ToString().TrimEnd();
    }
}
