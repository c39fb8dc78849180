using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Takes out of a result what rules want nobody to see, before anybody sees it. A field is meant wherever it stands and however its letters are cased.</summary>
internal static class Redaction
{
    /// <summary><paramref name="output"/> without the values of <paramref name="fields"/>.</summary>
    public static ToolOutput Of(ToolOutput output, ImmutableArray<string> fields)
    {
        if (fields.IsDefaultOrEmpty || output is not ToolOutput.Done done)
        {
            return output;
        }

        try
        {
            var root = JsonNode.Parse(done.Result.Text);
            Take(root, fields.ToHashSet(StringComparer.OrdinalIgnoreCase));
            return done with { Result = JsonText.Parse(root?.ToJsonString() ?? "null") };
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException or InvalidOperationException)
        {
            // What cannot be looked through is not shown at all: the call was made all the same.
            return done with { Result = JsonText.OfString(ArgumentChanges.Redacted) };
        }
    }

    private static void Take(JsonNode? node, HashSet<string> fields)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var element in list)
                {
                    Take(element, fields);
                }

                break;
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    if (!fields.Contains(name))
                    {
                        Take(value, fields);
                    }
                    else if (value is not null)
                    {
                        map[name] = ArgumentChanges.Redacted;
                    }
                }

                break;
        }
    }
}
