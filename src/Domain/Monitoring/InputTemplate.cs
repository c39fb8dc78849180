using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>
/// Inputs of a goal with places for what a monitor saw: <c>${result.rows}</c>, <c>${body.order.id}</c>, <c>${result.rows[0].sku}</c>. A text that is one such
/// place becomes the value itself; within other words it becomes text. What is not there is null, or nothing. There is no other language in it.
/// </summary>
public sealed partial class InputTemplate
{
    /// <summary>Bytes that filled inputs may have.</summary>
    public const int MostBytes = 256 * 1024;

    private const string Result = "result";
    private const string Body = "body";
    private readonly JsonText _template;

    private InputTemplate(JsonText template) => _template = template;

    /// <summary>No inputs.</summary>
    public static InputTemplate Empty { get; } = new(JsonText.EmptyObject);

    /// <summary>Reads a template; the faults are for its author.</summary>
    /// <param name="template">An object.</param>
    /// <param name="faults">What is wrong; empty when nothing is.</param>
    public static InputTemplate Read(JsonText template, out ImmutableArray<string> faults)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        Visit(JsonNode.Parse(template.Text), text =>
        {
            found.AddRange(Place().Matches(text).Select(p => p.Groups["path"].Value)
                .Where(path => !Path().IsMatch(path))
                .Select(path => $"'${{{path}}}' is no place: write ${{{Result}.FIELD}} or ${{{Body}.FIELD}}, with .FIELD and [NUMBER] as deep as needed."));
            return null;
        });
        faults = found.ToImmutable();
        return new InputTemplate(template);
    }

    /// <summary>The inputs with everything put in; null when they are larger than <see cref="MostBytes"/>.</summary>
    /// <param name="result">What the condition read; JSON null for nothing.</param>
    /// <param name="body">What a webhook brought; JSON null for nothing.</param>
    public JsonText? Fill(JsonText result, JsonText body)
    {
        var filled = Visit(JsonNode.Parse(_template.Text), text =>
        {
            var places = Place().Matches(text);
            return places is [{ } only] && only.Length == text.Length
                ? Look(only.Groups["path"].Value, result, body) is { } found ? JsonNode.Parse(found.GetRawText()) : null
                : JsonValue.Create(Place().Replace(text, place => Look(place.Groups["path"].Value, result, body) is { } part ? Words(part) : string.Empty));
        });
        var written = filled?.ToJsonString() ?? "{}";
        return written.Length <= MostBytes && JsonText.TryParse(written, out var json) ? json : null;
    }

    /// <summary>Each text in turn, replaced by what <paramref name="with"/> gives.</summary>
    private static JsonNode? Visit(JsonNode? node, Func<string, JsonNode?> with) => node switch
    {
        JsonObject map => new JsonObject(map.Select(field => KeyValuePair.Create(field.Key, Visit(field.Value, with)))),
        JsonArray list => new JsonArray([.. list.Select(item => Visit(item, with))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => with(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    private static JsonElement? Look(string path, JsonText result, JsonText body)
    {
        var current = path.StartsWith(Result, StringComparison.Ordinal) ? result.ToElement() : body.ToElement();
        foreach (Match step in Step().Matches(path))
        {
            if (step.Groups["name"] is { Success: true } name)
            {
                if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name.Value, out current))
                {
                    return null;
                }
            }
            else
            {
                var index = int.Parse(step.Groups["index"].Value, CultureInfo.InvariantCulture);
                if (current.ValueKind != JsonValueKind.Array || index >= current.GetArrayLength())
                {
                    return null;
                }

                current = current[index];
            }
        }

        return current;
    }

    private static string Words(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    [GeneratedRegex(@"\$\{(?<path>[^}]*)\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"^(result|body)(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,6}\])*$")]
    private static partial Regex Path();

    [GeneratedRegex(@"\.(?<name>[A-Za-z_][A-Za-z0-9_]*)|\[(?<index>[0-9]{1,6})\]")]
    private static partial Regex Step();
}
