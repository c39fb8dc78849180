using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.ManagerAgent;

/// <summary>
/// Places in a playbook's grant for what the goal's inputs say: <c>"{{amount}}"</c>, <c>"account:{{iban}}"</c>. An input is a single value and says what it says:
/// what is missing or empty, or would widen what it stands in, holds nothing and is told.
/// </summary>
internal static partial class InputPlaces
{
    /// <summary>Where a place may stand: what a grant compares, never what it is about.</summary>
    private static readonly ImmutableArray<string> Allowed = ["atLeast", "atMost", "oneOf", "startsWith", "resources", "money", "modelCost", "tokens", "calls", "toolCalls", "recipients"];

    /// <summary>True when something of it is for a goal to say.</summary>
    public static bool Any(ConfigNode node) => node switch
    {
        ConfigNode.Map map => map.Entries.Any(e => Any(e.Value)),
        ConfigNode.List list => list.Items.Any(Any),
        ConfigNode.Scalar scalar => scalar.Text.Contains("{{", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The grant with values in its places that any goal could say, so that the rest of it can be looked at when the file is read.</summary>
    public static ConfigNode.Map Example(ConfigNode.Map grant, ConfigReader reader) => (ConfigNode.Map)Fill(grant, string.Empty, (place, scalar) =>
    {
        if (!Allowed.Contains(place.Key))
        {
            reader.Fault(scalar.Place, $"An input has no place in '{place.Key}'. It may stand in: {string.Join(", ", Allowed)}.");
        }

        return place.Key switch
        {
            "oneOf" or "startsWith" or "resources" => scalar with { Text = "x", IsQuoted = true },
            "atMost" => scalar with { Text = decimal.MaxValue.ToString(CultureInfo.InvariantCulture), IsQuoted = false },
            "atLeast" => scalar with { Text = decimal.MinValue.ToString(CultureInfo.InvariantCulture), IsQuoted = false },
            _ => scalar with { Text = "1", IsQuoted = false },
        };
    }, reader);

    /// <summary>The grant with a goal's inputs in its places; what they do not say goes to <paramref name="reader"/>.</summary>
    public static ConfigNode.Map Fill(ConfigNode.Map grant, JsonText inputs, ConfigReader reader) => (ConfigNode.Map)Fill(grant, string.Empty, (place, scalar) =>
    {
        var said = inputs.ToElement();
        if (said.ValueKind != JsonValueKind.Object || !said.TryGetProperty(place.Name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            reader.Fault(scalar.Place, $"the input '{place.Name}' is missing");
            return null;
        }

        var filled = value.ValueKind switch
        {
            JsonValueKind.String => scalar with { Text = value.GetString()!, IsQuoted = true },
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => scalar with { Text = value.GetRawText(), IsQuoted = false },
            _ => null,
        };
        if (filled is null || string.IsNullOrWhiteSpace(filled.Text))
        {
            reader.Fault(scalar.Place, $"the input '{place.Name}' is not a single value");
            return null;
        }

        // A star at the end of a resource means everything that begins so: that is for the playbook to say.
        if (place.Key == "resources" && filled.Text.Contains('*', StringComparison.Ordinal))
        {
            reader.Fault(scalar.Place, $"the input '{place.Name}' has a star in it");
            return null;
        }

        return filled;
    }, reader);

    private static ConfigNode Fill(ConfigNode node, string key, Func<(string Name, string Key), ConfigNode.Scalar, ConfigNode.Scalar?> value, ConfigReader reader) => node switch
    {
        ConfigNode.Map map => map with { Entries = [.. map.Entries.Select(e => e with { Value = Fill(e.Value, e.Key, value, reader) })] },
        ConfigNode.List list => list with { Items = [.. list.Items.Select(i => Fill(i, key, value, reader))] },
        ConfigNode.Scalar scalar when scalar.Text.Contains("{{", StringComparison.Ordinal) => Fill(scalar, key, value, reader),
        _ => node,
    };

    private static ConfigNode.Scalar Fill(ConfigNode.Scalar scalar, string key, Func<(string Name, string Key), ConfigNode.Scalar, ConfigNode.Scalar?> value, ConfigReader reader)
    {
        var places = Place().Matches(scalar.Text);
        if (Place().Replace(scalar.Text, string.Empty).Contains("{{", StringComparison.Ordinal))
        {
            reader.Fault(scalar.Place, $"'{scalar.Text}' names no input: write {{{{name}}}}.");
            return scalar;
        }

        // One place alone is the value itself; within other words it is text.
        return places is [{ } only] && only.Length == scalar.Text.Length
            ? value((only.Groups["name"].Value, key), scalar) ?? scalar
            : scalar with { Text = Place().Replace(scalar.Text, place => value((place.Groups["name"].Value, key), scalar)?.Text ?? string.Empty), IsQuoted = true };
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*\}\}")]
    private static partial Regex Place();
}
