using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Reads templates, and refuses whatever is more than a template may be.</summary>
internal sealed class ScriptTemplateReader(ConfigReader reader)
{
    private const string NoMore = "A script can point ($item.supplier), repeat ($forEach), take the first ($first) and filter by equality ($where); it cannot reckon, sort or group. Let a tool do that.";

    private static readonly ImmutableArray<string> RepeatKeys = ["$forEach", "$as", "$where", "$give"];
    private static readonly ImmutableArray<string> FirstKeys = ["$first", "$as", "$where", "$give", "$else"];
    private static readonly ScriptTemplate Nothing = new ScriptTemplate.Literal(JsonText.Null.ToElement());

    public ScriptTemplate Read(ConfigNode node) => node switch
    {
        ConfigNode.Scalar scalar => ReadScalar(scalar),
        ConfigNode.List list => new ScriptTemplate.Listing([.. list.Items.Select(Read)]),
        ConfigNode.Map map when map["$forEach"] is not null => ReadRepeat(map),
        ConfigNode.Map map when map["$first"] is not null => ReadFirst(map),
        ConfigNode.Map map => ReadMap(map),
        _ => Nothing,
    };

    /// <summary>Words with <c>{$path}</c> in between.</summary>
    public ScriptTemplate.Words ReadWords(ConfigPlace place, string text)
    {
        var parts = ImmutableArray.CreateBuilder<(string, ScriptPath?)>();
        var at = 0;
        for (var open = text.IndexOf("{$", StringComparison.Ordinal); open >= 0; open = text.IndexOf("{$", at, StringComparison.Ordinal))
        {
            var close = text.IndexOf('}', open);
            if (close < 0 || !ScriptPath.TryParse(text[(open + 2)..close], out var path))
            {
                reader.Fault(place, $"'{text[open..(close < 0 ? text.Length : close + 1)]}' is not a reference such as {{$item.supplier}}. {NoMore}");
                break;
            }

            parts.Add((text[at..open], path));
            at = close + 1;
        }

        parts.Add((text[at..], null));
        return new ScriptTemplate.Words(parts.ToImmutable());
    }

    /// <summary>A path, written with or without its <c>$</c>.</summary>
    public ScriptPath ReadPath(ConfigPlace place, string text)
    {
        if (ScriptPath.TryParse(text.StartsWith('$') ? text[1..] : text, out var path))
        {
            return path;
        }

        reader.Fault(place, $"'{text}' is not a path such as item.lines.0.sku or calls[erp.low_stock].rows. {NoMore}");
        return new ScriptPath(text, ["?"]);
    }

    private ScriptTemplate ReadScalar(ConfigNode.Scalar scalar)
    {
        if (scalar.Text.StartsWith("$$", StringComparison.Ordinal))
        {
            return new ScriptTemplate.Literal(JsonText.OfString(scalar.Text[1..]).ToElement());
        }

        if (scalar.Text.StartsWith('$'))
        {
            return new ScriptTemplate.Value(ReadPath(scalar.Place, scalar.Text));
        }

        return scalar.Text.Contains("{$", StringComparison.Ordinal)
            ? ReadWords(scalar.Place, scalar.Text)
            : new ScriptTemplate.Literal(ConfigReader.Json(scalar).ToElement());
    }

    private ScriptTemplate.Map ReadMap(ConfigNode.Map map)
    {
        foreach (var entry in map.Entries.Where(e => e.Key.StartsWith('$')))
        {
            reader.Fault(entry.Place, $"'{entry.Key}' is not something that a template can do. {NoMore}");
        }

        return new ScriptTemplate.Map([.. map.Entries.Select(e => (e.Key, Read(e.Value)))]);
    }

    private ScriptTemplate.Repeat ReadRepeat(ConfigNode.Map map)
    {
        reader.Keys(map, RepeatKeys);
        return new ScriptTemplate.Repeat(ReadOver(map, "$forEach"), ReadName(map), ReadFilter(map), ReadGive(map));
    }

    private ScriptTemplate.First ReadFirst(ConfigNode.Map map)
    {
        reader.Keys(map, FirstKeys);
        return new ScriptTemplate.First(ReadOver(map, "$first"), ReadName(map), ReadFilter(map), ReadGive(map), map["$else"] is { } other ? Read(other) : Nothing);
    }

    private ScriptPath ReadOver(ConfigNode.Map map, string key) => ReadPath(map[key]!.Place, reader.Text(map, key));

    private string ReadName(ConfigNode.Map map)
    {
        var name = reader.OptionalText(map, "$as") ?? "each";
        if (!ScriptPath.TryParse(name, out var path) || path.Segments.Length > 1)
        {
            reader.Fault(map["$as"]!.Place, "'$as' must be one word.");
        }

        return name;
    }

    private ScriptTemplate ReadGive(ConfigNode.Map map)
    {
        if (map["$give"] is { } give)
        {
            return Read(give);
        }

        return new ScriptTemplate.Value(new ScriptPath(ReadName(map), [ReadName(map)]));
    }

    private ScriptFilter ReadFilter(ConfigNode.Map map)
    {
        var tests = ImmutableArray.CreateBuilder<(ScriptPath, ScriptTemplate, bool)>();
        foreach (var entry in reader.OptionalMap(map, "$where")?.Entries ?? [])
        {
            var path = ReadPath(entry.Place, entry.Key);
            if (entry.Value is ConfigNode.Map inner)
            {
                reader.Keys(inner, ["not"]);
                if (inner["not"] is { } unwanted and not ConfigNode.Map)
                {
                    tests.Add((path, Read(unwanted), true));
                }
                else
                {
                    reader.Fault(entry.Value.Place, $"A filter compares with a value, or with 'not: value'. {NoMore}");
                }
            }
            else
            {
                tests.Add((path, Read(entry.Value), false));
            }
        }

        return new ScriptFilter(tests.ToImmutable());
    }
}
