using System.Globalization;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Values as pages write them.</summary>
internal static class Written
{
    /// <summary>A time, to the minute, UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The fields of an object, each on a line; nothing is cut, because people approve what they see here.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(JsonText json)
    {
        var element = json.ToElement();
        return element.ValueKind != JsonValueKind.Object ? [("value", Value(element))] : element.EnumerateObject().Select(f => (f.Name, Value(f.Value)));
    }

    /// <summary>How far an approval has climbed: who was reminded, who may decide as well by now. Empty while it has not.</summary>
    public static string Climbed(ApprovalView approval) => string.Join(
        " · ",
        [
            .. approval.RemindedAt is { } at ? [$"Reminded {Time(at)}"] : Array.Empty<string>(),
            .. approval.StandIns.Select(s => $"{s.Person} may stand in for {s.For}"),
            .. approval.Escalations.Select(e => $"{e.To} may sit for {e.Role}"),
        ]);

    private static string Value(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? string.Join("\n", element.EnumerateArray().Select(Item)) : Item(element);

    private static string Item(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => string.Join(", ", element.EnumerateObject().Select(f => $"{f.Name} {Item(f.Value)}")),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Null => "none",
        _ => element.ToString(),
    };
}
