using System.Globalization;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a fact must be.</summary>
internal enum FactKind
{
    Number,
    Integer,
    Boolean,
    String,
    Time,
}

/// <summary>From what a database gives to what a rule may read. What does not fit is an error, and an error is a deny.</summary>
internal static class FactValues
{
    public static FactKind? Read(string name) => name switch
    {
        "number" => FactKind.Number,
        "integer" => FactKind.Integer,
        "boolean" => FactKind.Boolean,
        "string" => FactKind.String,
        "time" => FactKind.Time,
        _ => null,
    };

    public static WhenType TypeOf(FactKind kind) => kind switch
    {
        FactKind.Number or FactKind.Integer => new WhenType.Number(),
        FactKind.Boolean => new WhenType.Boolean(),
        FactKind.Time => new WhenType.Timestamp(),
        _ => new WhenType.Text(),
    };

    /// <summary>The fact as JSON, or null when <paramref name="value"/> is not of that kind.</summary>
    public static JsonText? Fit(FactKind kind, JsonElement value) => kind switch
    {
        FactKind.Number when value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _) => JsonText.Of(value),
        FactKind.Integer when value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && decimal.IsInteger(number) => JsonText.Of(value),
        FactKind.Boolean => Flag(value),
        FactKind.String when value.ValueKind == JsonValueKind.String => JsonText.Of(value),
        FactKind.Time when value.ValueKind == JsonValueKind.String && Moment(value.GetString()!) is { } time => JsonText.OfString(time.UtcDateTime.ToString("O")),
        _ => null,
    };

    /// <summary>What a condition reads. Facts given by a person (tests, <c>authority check</c>) are read the same way.</summary>
    public static WhenValue Value(FactKind kind, JsonElement value) => kind switch
    {
        FactKind.Time when value.ValueKind == JsonValueKind.String && Moment(value.GetString()!) is { } time => new WhenTimestamp(time),
        FactKind.Time => new WhenError("this is not a time"),
        _ => WhenValue.FromJson(value),
    };

    /// <summary>SQL engines without booleans say 1 and 0.</summary>
    private static JsonText? Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => JsonText.Of(value),
        JsonValueKind.Number when value.TryGetInt64(out var bit) && bit is 0 or 1 => JsonText.Parse(bit == 1 ? "true" : "false"),
        _ => null,
    };

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
