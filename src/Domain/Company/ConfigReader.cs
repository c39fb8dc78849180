using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// Binds <see cref="ConfigNode"/>s and collects what is wrong, so that one start names every mistake. A method that finds its node missing or of the
/// wrong kind adds a fault and answers a harmless value; ask <see cref="ThrowIfFaulty"/> before using anything that was bound.
/// </summary>
public sealed class ConfigReader
{
    private readonly List<ConfigFault> _faults = [];

    /// <summary>Everything found so far.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>Adds a mistake.</summary>
    public void Fault(ConfigPlace place, string message) => _faults.Add(new ConfigFault(place, message));

    /// <summary>Adds something that a person should know and that stops nothing.</summary>
    public void Warn(ConfigPlace place, string message) => _faults.Add(new ConfigFault(place, message, IsWarning: true));

    /// <summary>Throws <see cref="ConfigException"/> when there is a mistake.</summary>
    public void ThrowIfFaulty()
    {
        if (_faults.Any(f => !f.IsWarning))
        {
            throw new ConfigException([.. _faults.Where(f => !f.IsWarning)]);
        }
    }

    /// <summary>Refuses every key that is not in <paramref name="known"/>; those in <paramref name="later"/> are refused as not built yet.</summary>
    public void Keys(ConfigNode.Map map, IReadOnlyCollection<string> known, IReadOnlyCollection<string>? later = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(known);
        foreach (var entry in map.Entries)
        {
            if (later?.Contains(entry.Key) == true)
            {
                Fault(entry.Place, $"'{entry.Key}' is not built yet; it is refused rather than ignored. Take it out.");
            }
            else if (!known.Contains(entry.Key))
            {
                Fault(entry.Place, $"Unknown key '{entry.Key}'. Known here: {string.Join(", ", known)}.");
            }
        }
    }

    /// <summary>A required text; an empty string after a fault.</summary>
    public string Text(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map[key] is { } node)
        {
            return Text(node, key);
        }

        Fault(map.Place, $"'{key}' is missing.");
        return string.Empty;
    }

    /// <summary>An optional text; null when the key is not there.</summary>
    public string? OptionalText(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        return map[key] is { } node && node is not ConfigNode.Scalar { IsNull: true } ? Text(node, key) : null;
    }

    /// <summary>One of a few words; the first of them when the key is not there, and after a fault.</summary>
    /// <param name="map">Where it stands.</param>
    /// <param name="key">The key.</param>
    /// <param name="complaint">What is said of another word, after it: a sentence's end.</param>
    /// <param name="words">The words and what each means; at least one.</param>
    public TValue OptionalWord<TValue>(ConfigNode.Map map, string key, string complaint, params (string Word, TValue Value)[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (OptionalText(map, key) is not { } written)
        {
            return words[0].Value;
        }

        foreach (var (word, value) in words)
        {
            if (word == written)
            {
                return value;
            }
        }

        Fault(map[key]!.Place, $"'{written}' {complaint} Known: {string.Join(", ", words.Select(w => w.Word))}.");
        return words[0].Value;
    }

    /// <summary>The text of a node.</summary>
    public string Text(ConfigNode node, string what)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node is ConfigNode.Scalar { IsNull: false } scalar)
        {
            return scalar.Text;
        }

        Fault(node.Place, $"'{what}' must be text.");
        return string.Empty;
    }

    /// <summary>An optional number; null when the key is not there or is none.</summary>
    public decimal? OptionalNumber(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map[key] is not { } node)
        {
            return null;
        }

        if (node is ConfigNode.Scalar { IsQuoted: false } scalar && decimal.TryParse(scalar.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Fault(node.Place, $"'{key}' must be a number.");
        return null;
    }

    /// <summary>An optional whole number of at least <paramref name="least"/>.</summary>
    public long? OptionalWhole(ConfigNode.Map map, string key, long least)
    {
        if (OptionalNumber(map, key) is not { } number)
        {
            return null;
        }

        if (number == decimal.Truncate(number) && number >= least && number <= long.MaxValue)
        {
            return (long)number;
        }

        Fault(map[key]!.Place, $"'{key}' must be a whole number of at least {least}.");
        return null;
    }

    /// <summary>An optional <c>true</c> or <c>false</c>.</summary>
    public bool? OptionalFlag(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        switch (map[key])
        {
            case null:
                return null;
            case ConfigNode.Scalar { IsQuoted: false, Text: "true" }:
                return true;
            case ConfigNode.Scalar { IsQuoted: false, Text: "false" }:
                return false;
            case { } node:
                Fault(node.Place, $"'{key}' must be true or false.");
                return null;
        }
    }

    /// <summary>An optional duration: a whole number and <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
    public TimeSpan? OptionalDuration(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map[key] is not { } node)
        {
            return null;
        }

        if (node is ConfigNode.Scalar scalar && Duration.TryRead(scalar.Text, out var duration))
        {
            return duration;
        }

        Fault(node.Place, $"'{key}' must be a duration such as 90s, 15m, 4h or 2d.");
        return null;
    }

    /// <summary>An optional list of texts; empty when the key is not there.</summary>
    public ImmutableArray<string> Texts(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        switch (map[key])
        {
            case null:
                return [];
            case ConfigNode.List list:
                return [.. list.Items.Select(i => Text(i, key))];
            case { } node:
                Fault(node.Place, $"'{key}' must be a list.");
                return [];
        }
    }

    /// <summary>An optional list of maps; empty when the key is not there.</summary>
    public ImmutableArray<ConfigNode.Map> Maps(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        switch (map[key])
        {
            case null:
                return [];
            case ConfigNode.List list:
                foreach (var item in list.Items.Where(i => i is not ConfigNode.Map))
                {
                    Fault(item.Place, $"Each entry of '{key}' must be a map.");
                }

                return [.. list.Items.OfType<ConfigNode.Map>()];
            case { } node:
                Fault(node.Place, $"'{key}' must be a list of maps.");
                return [];
        }
    }

    /// <summary>An optional map; null when the key is not there or is none.</summary>
    public ConfigNode.Map? OptionalMap(ConfigNode.Map map, string key)
    {
        ArgumentNullException.ThrowIfNull(map);
        switch (map[key])
        {
            case null or ConfigNode.Scalar { IsNull: true }:
                return null;
            case ConfigNode.Map found:
                return found;
            case { } node:
                Fault(node.Place, $"'{key}' must be a map.");
                return null;
        }
    }

    /// <summary>
    /// A node as JSON: plain numbers, booleans and nulls keep their kind, everything else is text. Throws <see cref="ConfigException"/> when it nests
    /// deeper than 64.
    /// </summary>
    public static JsonText Json(ConfigNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var text = new StringBuilder();
        Write(text, node);
        return JsonText.TryParse(text.ToString(), out var json) ? json : throw new ConfigException([new ConfigFault(node.Place, "This nests deeper than 64 levels.")]);
    }

    private static void Write(StringBuilder text, ConfigNode node)
    {
        switch (node)
        {
            case ConfigNode.Map map:
                text.Append('{');
                foreach (var entry in map.Entries)
                {
                    text.Append(text[^1] == '{' ? string.Empty : ",").Append(JsonText.OfString(entry.Key).Text).Append(':');
                    Write(text, entry.Value);
                }

                text.Append('}');
                break;
            case ConfigNode.List list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    text.Append(text[^1] == '[' ? string.Empty : ",");
                    Write(text, item);
                }

                text.Append(']');
                break;
            case ConfigNode.Scalar scalar:
                text.Append(IsJsonLiteral(scalar) ? scalar.IsNull ? "null" : scalar.Text : JsonText.OfString(scalar.Text).Text);
                break;
        }
    }

    private static bool IsJsonLiteral(ConfigNode.Scalar scalar)
    {
        if (scalar.IsQuoted)
        {
            return false;
        }

        if (scalar.IsNull || scalar.Text is "true" or "false")
        {
            return true;
        }

        // Looked at first: a file has thousands of plain words, and a word that is tried as JSON is an exception.
        return (char.IsAsciiDigit(scalar.Text[0]) || scalar.Text[0] == '-') && JsonText.TryParse(scalar.Text, out var json) && json.ToElement().ValueKind == JsonValueKind.Number;
    }
}
