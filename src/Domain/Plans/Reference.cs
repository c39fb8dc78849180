using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// A pointer into what is known: <c>$results.KEY.field…</c> (the accepted deliverable of a task), <c>$deliverable.field…</c>,
/// <c>$item.field…</c> or <c>$inputs.field…</c>. Segments are separated by dots; a number indexes a list.
/// </summary>
public static class Reference
{
    /// <summary>True when <paramref name="text"/> is written as a reference.</summary>
    public static bool IsReference([NotNullWhen(true)] string? text) => text is { Length: > 1 } && text[0] == '$';

    /// <summary>The value that <paramref name="reference"/> points at, or null when there is none.</summary>
    /// <param name="reference">With its leading <c>$</c>.</param>
    /// <param name="roots">Gives the value of a root such as <c>item</c> or <c>results.quotes</c>'s parent; null when unknown.</param>
    public static JsonElement? Resolve(string reference, Func<string, JsonElement?> roots)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(roots);
        if (!IsReference(reference))
        {
            return null;
        }

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
                JsonValueKind.Object when !segment.Any(char.IsSurrogate) && element.TryGetProperty(segment, out var field) => field,
                JsonValueKind.Array when int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength() => element[index],
                _ => null,
            };
        }

        return current;
    }

    /// <summary>
    /// <paramref name="template"/> with every string that is a reference replaced by what it points at; null when one points nowhere.
    /// What is filled in is data: a reference inside it is not looked up.
    /// </summary>
    public static JsonText? Fill(JsonText template, Func<string, JsonElement?> roots)
    {
        var text = new StringBuilder();
        return Fill(text, template.ToElement(), roots) ? JsonText.Parse(text.ToString()) : null;
    }

    /// <summary>Writes <paramref name="node"/> filled; false when a reference in it points nowhere.</summary>
    private static bool Fill(StringBuilder text, JsonElement node, Func<string, JsonElement?> roots)
    {
        switch (node.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var field in node.EnumerateObject())
                {
                    text.Append(text[^1] == '{' ? string.Empty : ",").Append(JsonText.OfString(field.Name).Text).Append(':');
                    if (!Fill(text, field.Value, roots))
                    {
                        return false;
                    }
                }

                text.Append('}');
                return true;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in node.EnumerateArray())
                {
                    text.Append(text[^1] == '[' ? string.Empty : ",");
                    if (!Fill(text, item, roots))
                    {
                        return false;
                    }
                }

                text.Append(']');
                return true;
            case JsonValueKind.String when IsReference(node.GetString()):
                var found = Resolve(node.GetString()!, roots);
                text.Append(found?.GetRawText());
                return found is not null;
            default:
                text.Append(node.GetRawText());
                return true;
        }
    }
}
