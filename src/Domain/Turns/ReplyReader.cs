using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>Gets a JSON object out of what a model wrote. Weak models wrap it in prose or a fence; that is forgiven, wrong content is not.</summary>
public static class ReplyReader
{
    /// <summary>Reads a reply against a schema.</summary>
    /// <param name="text">The model's words; null when it wrote none.</param>
    /// <param name="schema">What the object must satisfy.</param>
    /// <param name="value">The object, canonical; JSON null when there is none.</param>
    /// <param name="cannot">The reason, when the model says <c>{"cannot": "…"}</c>: it cannot do what was asked.</param>
    /// <returns>What is wrong, for the model to mend; empty when nothing is.</returns>
    public static ImmutableArray<string> Read(string? text, JsonText schema, out JsonText value, out string? cannot)
    {
        value = JsonText.Null;
        cannot = null;
        if (!TryFindObject(text, out var found))
        {
            return ["The reply must be one JSON object and nothing else."];
        }

        var element = found.ToElement();
        if (element.EnumerateObject().Count() == 1 && element.TryGetProperty("cannot", out var reason) && reason.ValueKind == JsonValueKind.String)
        {
            cannot = string.IsNullOrWhiteSpace(reason.GetString()) ? "The agent says that it cannot do it." : reason.GetString();
            return [];
        }

        if (!JsonSchema.TryLoad(schema, out var loaded, out var faults))
        {
            return [.. faults.Select(f => "The contract itself is wrong: " + f)];
        }

        value = CanonicalJson.Of(found);
        return loaded.Validate(found);
    }

    private static bool TryFindObject(string? text, out JsonText found)
    {
        found = JsonText.Null;
        if (text is null)
        {
            return false;
        }

        var first = text.IndexOf('{', StringComparison.Ordinal);
        var last = text.LastIndexOf('}');
        return first >= 0 && last > first && JsonText.TryParse(text[first..(last + 1)], out found);
    }
}
