using System.Globalization;
using System.Text.Json;

namespace AiManager.Tools;

/// <summary>Follows references within one document. References to anything outside are not followed: a document must not make this program fetch something.</summary>
internal sealed class OpenApiReferences(JsonElement root)
{
    private const int LongestChain = 32;

    private readonly Dictionary<string, JsonElement> _known = new(StringComparer.Ordinal);

    /// <summary>The reference that <paramref name="node"/> is; null when it is none.</summary>
    public static string? Of(JsonElement node) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String ? reference.GetString() : null;

    /// <summary>What a reference points at. Throws <see cref="OpenApiFault"/>.</summary>
    public JsonElement Find(string reference)
    {
        if (_known.TryGetValue(reference, out var known))
        {
            return known;
        }

        var found = reference == "#" || reference.StartsWith("#/", StringComparison.Ordinal)
            ? Walk(reference)
            : throw new OpenApiFault($"It refers to '{Cut(reference)}', which is outside the document.");
        _known.Add(reference, found);
        return found;
    }

    /// <summary>What stands at the end of a chain of references, for things that cannot hold themselves. Throws <see cref="OpenApiFault"/>.</summary>
    public JsonElement Follow(JsonElement node)
    {
        for (var length = 0; Of(node) is { } reference; length++)
        {
            node = length < LongestChain ? Find(reference) : throw new OpenApiFault($"The reference '{Cut(reference)}' leads back to itself.");
        }

        return node;
    }

    /// <summary>As <see cref="Follow"/>; null where that throws.</summary>
    public JsonElement? TryFollow(JsonElement node)
    {
        try
        {
            return Follow(node) is { ValueKind: JsonValueKind.Object } found ? found : null;
        }
        catch (OpenApiFault)
        {
            return null;
        }
    }

    private JsonElement Walk(string reference)
    {
        var node = root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node.ValueKind switch
            {
                JsonValueKind.Object when node.TryGetProperty(name, out var inside) => inside,
                JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < node.GetArrayLength() => node[index],
                _ => throw new OpenApiFault($"The reference '{Cut(reference)}' points at nothing."),
            };
        }

        return node;
    }

    private static string Cut(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
