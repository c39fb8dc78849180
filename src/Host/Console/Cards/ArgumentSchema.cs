using System.Globalization;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>What a tool says of its arguments, as far as cards and forms go by it.</summary>
/// <param name="parameters">JSON Schema of the arguments; null where the tool is not known here.</param>
internal sealed class ArgumentSchema(JsonText? parameters)
{
    /// <summary>Of a tool that is not known.</summary>
    public static readonly ArgumentSchema Unknown = new(null);

    private readonly JsonElement _root = parameters?.ToElement() ?? default;

    /// <summary>True for what must be a whole number.</summary>
    public bool IsWhole(ArgumentLeaf leaf) => At(leaf.Steps) is { ValueKind: JsonValueKind.Object } schema && schema.TryGetProperty("type", out var type)
        && (type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.ToString())] : (string[])[type.ToString()]) is var types
        && types.Contains("integer") && !types.Contains("number") && !types.Contains("string");

    /// <summary>Where a field of a list's elements stands among the others; behind them all where the tool does not say.</summary>
    /// <param name="list">A path such as <c>lines</c>.</param>
    /// <param name="column">A field such as <c>sku</c>, or what is inside one.</param>
    public int PlaceOf(string list, string column)
    {
        var name = column.Split('.', '[')[0];
        var at = At(list.Split('.').Append("0")) is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty("properties", out var fields) && fields.ValueKind == JsonValueKind.Object
            ? fields.EnumerateObject().Select(f => f.Name).ToList().IndexOf(name)
            : -1;
        return at < 0 ? int.MaxValue : at;
    }

    private JsonElement At(IEnumerable<string> steps)
    {
        var schema = _root;
        foreach (var step in steps)
        {
            if (schema.ValueKind != JsonValueKind.Object)
            {
                return default;
            }

            schema = schema.TryGetProperty("properties", out var fields) && fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty(step, out var field) ? field
                : int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out _) && schema.TryGetProperty("items", out var items) ? items
                : default;
        }

        return schema;
    }
}
