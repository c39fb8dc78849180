using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What shows whoever is asked about a call what it would do: a read-only tool, asked with the call's own arguments.</summary>
/// <param name="Tool">Its name, <c>source.tool</c>.</param>
/// <param name="Args">Arguments of it that are called otherwise here: its name of them to this tool's.</param>
/// <param name="Place">Where it is written.</param>
internal sealed record ToolPreview(string Tool, ImmutableSortedDictionary<string, string> Args, ConfigPlace Place)
{
    /// <summary>What is said of it.</summary>
    public static readonly ImmutableArray<string> Keys = ["tool", "args"];

    /// <summary>Binds <c>preview</c>; null when there is none.</summary>
    public static ToolPreview? Optional(ConfigNode.Map tool, bool isReadOnly, ConfigReader reader)
    {
        if (reader.OptionalMap(tool, "preview") is not { } map)
        {
            return null;
        }

        reader.Keys(map, Keys);
        if (isReadOnly)
        {
            reader.Fault(map.Place, "A tool that only reads has no effect to show: leave 'preview' out.");
        }

        var args = reader.OptionalMap(map, "args") is { } named
            ? named.Entries.ToImmutableSortedDictionary(e => e.Key, e => reader.Text(named, e.Key), StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty;
        return new ToolPreview(reader.Text(map, "tool"), args, (map["tool"] ?? map).Place);
    }

    /// <summary>What is wrong with it, given the tools that are known; null when nothing is. Of a source that is asked nobody knows yet what it has.</summary>
    /// <param name="own">Parameters of the tool that offers it, JSON Schema; null where they are not known.</param>
    /// <param name="known">The tool that it names; null where it is not known.</param>
    /// <param name="isAsked">True when a source owns that name which is asked for its tools.</param>
    public string? Fault(JsonText? own, ToolInfo? known, bool isAsked)
    {
        if (known is null)
        {
            return isAsked ? null : $"There is no tool '{Tool}'.";
        }

        if (!known.IsReadOnly)
        {
            return $"{Tool} does not only read, so it cannot show what a call would do.";
        }

        var (theirs, ours) = (NamesIn(known.Parameters), own is { } schema ? NamesIn(schema) : null);
        return Args.Keys.FirstOrDefault(a => !theirs.Contains(a)) is { } stranger ? $"{Tool} has no argument '{stranger}'."
            : ours is not null && Args.Values.FirstOrDefault(a => !ours.Contains(a)) is { } missing ? $"The tool has no argument '{missing}'."
            : ours is not null && Required(known.Parameters).FirstOrDefault(a => !Args.ContainsKey(a) && !ours.Contains(a)) is { } unfilled ? $"Nothing fills the argument '{unfilled}' of {Tool}: say which does in 'args'."
            : null;
    }

    /// <summary>The read for a call with these arguments.</summary>
    /// <param name="args">What would be sent, an object.</param>
    /// <param name="shown">The tool that shows it as the catalogue has it now; null where it has none, which the gate will say.</param>
    public EffectPreview Of(JsonText args, ToolInfo? shown)
    {
        var (given, asked) = (args.ToElement(), new JsonObject());
        foreach (var name in (shown is null ? [] : NamesIn(shown.Parameters)).Union(Args.Keys).Order(StringComparer.Ordinal))
        {
            if (given.TryGetProperty(Args.GetValueOrDefault(name) ?? name, out var value))
            {
                asked[name] = JsonNode.Parse(value.GetRawText());
            }
        }

        return new EffectPreview(Tool, CanonicalJson.Of(JsonText.Parse(asked.ToJsonString())));
    }

    private static ImmutableHashSet<string> NamesIn(JsonText schema) =>
        Part(schema, "properties", JsonValueKind.Object) is { } properties ? [.. properties.EnumerateObject().Select(p => p.Name)] : [];

    private static IEnumerable<string> Required(JsonText schema) =>
        Part(schema, "required", JsonValueKind.Array) is { } required ? required.EnumerateArray().Select(r => r.GetString() ?? string.Empty) : [];

    private static JsonElement? Part(JsonText schema, string name, JsonValueKind kind) =>
        schema.ToElement() is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(name, out var part) && part.ValueKind == kind ? part : null;
}
