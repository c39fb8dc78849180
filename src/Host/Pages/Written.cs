using System.Globalization;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>Values as pages write them.</summary>
internal static class Written
{
    private const int Longest = 400;

    /// <summary>A time, to the minute, UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The fields of an object, each on a line; what is long is cut, what is no object is one field.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(JsonText json)
    {
        var element = json.ToElement();
        return element.ValueKind != JsonValueKind.Object ? [("value", Value(element))] : element.EnumerateObject().Select(f => (f.Name, Value(f.Value)));
    }

    private static string Value(JsonElement element)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.Array => string.Join("\n", element.EnumerateArray().Select(Item)),
            _ => Item(element),
        };
        return text.Length <= Longest ? text : text[..(Longest - 1)] + "…";
    }

    private static string Item(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? string.Join(", ", element.EnumerateObject().Select(f => $"{f.Name} {f.Value}"))
        : element.ToString();
}
