using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Domain;

/// <summary>
/// A pointer into what is known: <c>$results.KEY.field…</c> (the accepted deliverable of a task), <c>$deliverable.field…</c>,
/// <c>$item.field…</c> or <c>$inputs.field…</c>. Segments are separated by dots; a number indexes a list.
/// </summary>
public static class Reference
{
    /// <summary>True when <paramref name="text"/> is written as a reference.</summary>
    public static bool IsReference(string? text) => text is { Length: > 1 } && text[0] == '$';

    /// <summary>The value that <paramref name="reference"/> points at, or null when there is none.</summary>
    /// <param name="reference">With its leading <c>$</c>.</param>
    /// <param name="roots">Gives the value of a root such as <c>item</c> or <c>results.quotes</c>'s parent; null when unknown.</param>
    public static JsonElement? Resolve(string reference, Func<string, JsonElement?> roots)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(roots);
        var segments = reference[1..].Split('.');
        var current = roots(segments[0]);
        foreach (var segment in segments.AsSpan(1))
        {
            if (current is not { } element)
            {
                return null;
            }

            current = element.ValueKind switch
            {
                JsonValueKind.Object when element.TryGetProperty(segment, out var field) => field,
                JsonValueKind.Array when int.TryParse(segment, out var index) && index >= 0 && index < element.GetArrayLength() => element[index],
                _ => null,
            };
        }

        return current;
    }

    /// <summary>
    /// <paramref name="template"/> with every string that is a reference replaced by what it points at; null when one points nowhere.
    /// </summary>
    public static JsonText? Fill(JsonText template, Func<string, JsonElement?> roots)
    {
        var missing = false;
        var filled = Fill(JsonNode.Parse(template.Text), roots, ref missing);
        return missing ? null : JsonText.Parse(filled?.ToJsonString() ?? "null");
    }

    private static JsonNode? Fill(JsonNode? node, Func<string, JsonElement?> roots, ref bool missing)
    {
        switch (node)
        {
            case JsonObject map:
                var copy = new JsonObject();
                foreach (var (name, value) in map)
                {
                    copy[name] = Fill(value, roots, ref missing);
                }

                return copy;
            case JsonArray list:
                var items = new JsonArray();
                foreach (var value in list)
                {
                    items.Add(Fill(value, roots, ref missing));
                }

                return items;
            case JsonValue leaf when leaf.GetValueKind() == JsonValueKind.String && IsReference(leaf.GetValue<string>()):
                var found = Resolve(leaf.GetValue<string>(), roots);
                missing |= found is null;
                return found is { } element ? JsonNode.Parse(element.GetRawText()) : null;
            default:
                return node?.DeepClone();
        }
    }
}
