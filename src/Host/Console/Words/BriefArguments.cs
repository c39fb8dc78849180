using System.Text.Json;

namespace AiManager.Host;

/// <summary>A call's arguments in one line, for where the whole stands beside it: what is one value as it is, what is several by how many they are.</summary>
internal static class BriefArguments
{
    private const int MostLetters = 140;

    /// <summary>Of one value: a long one leaves room for the others.</summary>
    private const int MostOfOne = 60;

    /// <summary>Last words of what names something.</summary>
    private static readonly string[] Naming = ["id", "number", "no", "code", "year", "sku", "phone", "account", "zip"];

    /// <summary>Such as <c>supplier acme, 2 entries in lines</c>. Words of others, so shown as data.</summary>
    public static string Of(JsonText json) => OrNothing(json) is { Length: > 0 } words ? words : "no arguments";

    /// <summary>The same; empty where there are none.</summary>
    public static string OrNothing(JsonText json) => Of(json, _ => true);

    /// <summary>The same, with those of the facts that were looked up for it that are more than a yes or a no.</summary>
    public static string WithFacts(JsonText args, JsonText facts) => string.Join(
        " · ",
        new[] { OrNothing(args), Of(facts, value => value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) }.Where(words => words.Length > 0));

    private static string Of(JsonText json, Func<JsonElement, bool> isTold)
    {
        var element = json.ToElement();
        var words = element.ValueKind == JsonValueKind.Object
            ? string.Join(", ", element.EnumerateObject().Where(f => isTold(f.Value)).OrderBy(f => Rank(f.Value)).Select(f => Of(Written.Words(f.Name), f.Value)))
            : Of("value", element);
        return Written.Short(Visible.Of(words), MostLetters);
    }

    private static int Rank(JsonElement value) => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? 1 : 0;

    private static string Of(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() switch { 0 => $"nothing in {name}", 1 => $"one entry in {name}", var many => $"{many} entries in {name}" },
        JsonValueKind.Object => $"{name} with {value.EnumerateObject().Count()} fields",
        JsonValueKind.Number when !IsId(name) && value.TryGetDecimal(out var number) => $"{name} {Written.Amount(number)}",
        _ => $"{name} {Written.Short(Written.Value(value).ReplaceLineEndings(" "), MostOfOne)}",
    };

    /// <summary>What names something is no amount, though it be a number.</summary>
    /// <param name="name">In words.</param>
    internal static bool IsId(string name) => Naming.Contains(name[(name.LastIndexOf(' ') + 1)..]);
}
