using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>One scalar of a call's arguments, as a field of a form.</summary>
/// <param name="Pointer">Its place as a JSON Pointer (RFC 6901): the field's name.</param>
/// <param name="Path">Its place as people read it, such as <c>lines[0].quantity</c>.</param>
/// <param name="Kind">What it is: a text, a number, a yes or no, or nothing.</param>
/// <param name="Text">What stands in the field.</param>
internal sealed partial record ArgumentLeaf(string Pointer, string Path, JsonValueKind Kind, string Text)
{
    /// <summary>What the names of such fields begin with, so that none is mistaken for another field of the form.</summary>
    public const string Prefix = "arg:";

    /// <summary>What a yes is in a form.</summary>
    public const string Yes = "true";

    /// <summary>So many texts are compared faster one by one than a text is made to look them up.</summary>
    private const int Few = 16;

    /// <summary>A longer text gets a larger field.</summary>
    public bool IsLong => Kind == JsonValueKind.String && (Text.Length > 60 || Text.Contains('\n', StringComparison.Ordinal));

    /// <summary>True for a yes or no.</summary>
    public bool IsFlag => Kind is JsonValueKind.True or JsonValueKind.False;

    /// <summary>Names and indexes that lead to it, outermost first.</summary>
    public IEnumerable<string> Steps => Pointer.Split('/').Skip(1).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    /// <summary>Its place in words. A name that could be taken for more than one step stands in quotes.</summary>
    public required string Words { get; init; }

    /// <summary>The list that it is in, if that has a name: its path; else null.</summary>
    public string? List { get; init; }

    /// <summary>That list in words; empty for none.</summary>
    public string ListWords { get; init; } = string.Empty;

    /// <summary>The object in that list that it is a field of: its path; null for a value that stands in the list itself, or in none.</summary>
    public string? Element { get; init; }

    /// <summary>Its place in that object; empty for none.</summary>
    public string Column { get; init; } = string.Empty;

    /// <summary>That place in words; empty for none.</summary>
    public string ColumnWords { get; init; } = string.Empty;

    /// <summary>True for a list or an object with nothing in it: there is nothing to edit, and it is sent all the same.</summary>
    public bool IsContainer => Kind is JsonValueKind.Object or JsonValueKind.Array;

    /// <summary>As it is shown: nothing in it is unseen.</summary>
    public string Said => Kind switch
    {
        JsonValueKind.Array => "an empty list",
        JsonValueKind.Object => "nothing in it",
        _ => Visible.Of(Text),
    };

    /// <summary>A path such as <c>lines[0].unitPrice</c> in words: lines 1 unit price. People count from one.</summary>
    public static string Named(string path) =>
        Written.Words(Index().Replace(path, m => string.Create(CultureInfo.InvariantCulture, $" {decimal.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) + 1} ")).Replace('.', ' ').Replace("  ", " ", StringComparison.Ordinal));

    /// <summary>The scalars of a value, in its order, and what has none in it: whoever decides sees all that is sent. Each has a pointer of its own.</summary>
    public static ImmutableArray<ArgumentLeaf> Of(JsonText json)
    {
        var leaves = ImmutableArray.CreateBuilder<ArgumentLeaf>();
        Walk(json.ToElement(), Place.Root, leaves);
        return leaves.ToImmutable();
    }

    /// <summary>Where some texts, compared ordinally, stand in a value: every scalar that is one of them, with the names and indexes that lead to it. Of what is none of them nothing is made.</summary>
    public static List<(string Text, ImmutableArray<string> Steps)> Find(IReadOnlySet<string> texts, JsonText json)
    {
        var found = new List<(string Text, ImmutableArray<string> Steps)>();
        using var document = JsonDocument.Parse(json.Text);
        Find(new TextsSought(texts), document.RootElement, [], found);
        return found;
    }

    /// <summary>A scalar as text: equal numbers have equal texts.</summary>
    public static string TextOf(JsonElement scalar) => scalar.ValueKind switch
    {
        JsonValueKind.Number => scalar.TryGetDecimal(out var number) ? number.ToString("G29", CultureInfo.InvariantCulture) : scalar.GetRawText(),
        JsonValueKind.True => Yes,
        JsonValueKind.False => "false",
        JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array => string.Empty,
        _ => scalar.GetString() ?? string.Empty,
    };

    /// <summary>The value with what a form says in its fields. A field that the form does not have stays as it was, but for a yes, which browsers leave out when it is a no.</summary>
    /// <param name="json">As it was.</param>
    /// <param name="field">What a field says, by its name; null when the form does not have it.</param>
    /// <param name="schema">What the tool says of them; null where it is not known.</param>
    /// <returns>The value, or which field cannot be read and why, and the name of that field in the form.</returns>
    public static (JsonText? Json, string? Fault, string? At) Write(JsonText json, Func<string, string?> field, ArgumentSchema? schema = null)
    {
        var root = JsonNode.Parse(json.Text) ?? new JsonObject();
        foreach (var leaf in Of(json))
        {
            var said = field(Prefix + leaf.Pointer);
            if (leaf.IsContainer)
            {
                continue;
            }
            else if (leaf.IsFlag)
            {
                Put(root, leaf, JsonValue.Create(said == Yes));
            }
            else if (said is null || said == leaf.Text)
            {
                continue;
            }
            else if (leaf.Kind != JsonValueKind.Number)
            {
                Put(root, leaf, leaf.Kind == JsonValueKind.Null && said.Length == 0 ? null : JsonValue.Create(said.ReplaceLineEndings("\n")));
            }
            else if (decimal.TryParse(said, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                Put(root, leaf, JsonValue.Create(number));
            }
            else
            {
                return (null, $"“{leaf.Words}” must be {NumberWords(schema?.IsWhole(leaf) == true)}.", Prefix + leaf.Pointer);
            }
        }

        return (JsonText.Parse(root.ToJsonString()), null, null);
    }

    /// <summary>What a number must be, with one to go by.</summary>
    public static string NumberWords(bool isWhole) => isWhole ? "a whole number, such as 12" : "a number, such as 12.50";

    private static void Walk(JsonElement element, Place place, ImmutableArray<ArgumentLeaf>.Builder leaves)
    {
        var before = leaves.Count;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                Walk(field.Value, place.Field(field.Name), leaves);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                Walk(item, place.Item(index++), leaves);
            }
        }

        if (leaves.Count == before && (place.Pointer.Length > 0 || element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)))
        {
            leaves.Add(place.Leaf(element));
        }
    }

    private static void Find(TextsSought texts, JsonElement element, List<(JsonProperty Field, int Index)> way, List<(string Text, ImmutableArray<string> Steps)> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                {
                    way.Add((field, -1));
                    Find(texts, field.Value, way, found);
                    way.RemoveAt(way.Count - 1);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    way.Add((default, index++));
                    Find(texts, item, way, found);
                    way.RemoveAt(way.Count - 1);
                }

                break;
            case JsonValueKind.String:
                if (FindText(texts, element) is { } same)
                {
                    found.Add((same, StepsOf(way)));
                }

                break;
            default:
                if (TextOf(element) is { Length: > 0 } scalar && texts.All.Contains(scalar))
                {
                    found.Add((scalar, StepsOf(way)));
                }

                break;
        }
    }

    /// <summary>The text that a string is; null when it is none of them. A few are compared where it stands; for many it is made and looked up, unless it is longer than any of them.</summary>
    private static string? FindText(TextsSought texts, JsonElement element)
    {
        if (texts.All.Count > Few)
        {
            return JsonMarshal.GetRawUtf8Value(element).Length <= texts.LongestRaw && element.GetString() is { } text && texts.All.Contains(text) ? text : null;
        }

        foreach (var text in texts.All)
        {
            if (element.ValueEquals(text))
            {
                return text;
            }
        }

        return null;
    }

    private static ImmutableArray<string> StepsOf(List<(JsonProperty Field, int Index)> way) =>
        [.. way.Select(w => w.Index < 0 ? w.Field.Name : w.Index.ToString(CultureInfo.InvariantCulture))];

    private static void Put(JsonNode root, ArgumentLeaf leaf, JsonNode? value)
    {
        var steps = leaf.Steps.ToList();
        var parent = root;
        foreach (var step in steps.SkipLast(1))
        {
            parent = (parent is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : parent[step])!;
        }

        if (parent is JsonArray array)
        {
            array[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            parent[steps[^1]] = value;
        }
    }

    [GeneratedRegex(@"\[([0-9]{1,9})\]")]
    private static partial Regex Index();

    /// <summary>
    /// A place in a value. Its path is another for every pointer: a name that has signs of a path in it is written in brackets and quotes, so that none can pass for a place that it is not.
    /// </summary>
    private sealed record Place(string Pointer, string Path, string Words)
    {
        private static readonly System.Buffers.SearchValues<char> Signs = System.Buffers.SearchValues.Create(".[]\"\\");

        public static readonly Place Root = new(string.Empty, string.Empty, string.Empty);

        /// <summary>The outermost list around it; the root is one without a name.</summary>
        private Place? List { get; init; }

        /// <summary>The object in that list around it.</summary>
        private Place? Element { get; init; }

        private bool IsItem { get; init; }

        public Place Field(string name)
        {
            var pointer = $"{Pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            var isOdd = name.Length == 0 || name.AsSpan().ContainsAny(Signs);
            var path = isOdd ? $"{Path}[\"{name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"]" : Path.Length == 0 ? name : $"{Path}.{name}";
            var isPlain = !isOdd && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$' or '/' or '~' or '@' or ':');
            return new Place(pointer, path, Joined(isPlain ? Written.Words(name) : $"“{Visible.Of(name)}”")) { List = List, Element = Element ?? (IsItem && List is { Path.Length: > 0 } ? this : null) };
        }

        public Place Item(int index) => new($"{Pointer}/{index}", $"{Path}[{index}]", Joined(string.Create(CultureInfo.InvariantCulture, $"{index + 1}"))) { List = List ?? this, Element = Element, IsItem = true };

        public ArgumentLeaf Leaf(JsonElement element) => new(Pointer, Path, element.ValueKind, TextOf(element))
        {
            Words = Words,
            List = List is { Path.Length: > 0 } list && (IsItem || Element is not null) ? list.Path : null,
            ListWords = List?.Words ?? string.Empty,
            Element = Element?.Path,
            Column = Element is { } row ? Path[row.Path.Length..].TrimStart('.') : string.Empty,
            ColumnWords = Element is { } around ? Words[around.Words.Length..].TrimStart() : string.Empty,
        };

        private string Joined(string words) => Words.Length == 0 ? words : $"{Words} {words}";
    }

    /// <summary>Texts that are looked for.</summary>
    private sealed class TextsSought(IReadOnlySet<string> all)
    {
        // A character is written with at most six bytes, as \uXXXX, and a string with two more around it.
        private const int MostBytes = 6;

        /// <summary>All of them, compared ordinally.</summary>
        public IReadOnlySet<string> All => all;

        /// <summary>Bytes that a JSON string which is one of them has at most.</summary>
        public int LongestRaw { get; } = (all.Select(t => t.Length).DefaultIfEmpty().Max() * MostBytes) + 2;
    }
}
