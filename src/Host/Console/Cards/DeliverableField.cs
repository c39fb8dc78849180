using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>One field of the form for a deliverable, made from its JSON Schema.</summary>
/// <param name="Name">The property.</param>
/// <param name="Type">The one type of the schema beside null; empty for none or several, which are written as JSON.</param>
/// <param name="About">The schema's description; empty for none.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="IsNullable">Whether it may be null: what is left empty and must be there is that.</param>
/// <param name="Choices">The only values; empty for any.</param>
internal sealed partial record DeliverableField(string Name, string Type, string About, bool IsRequired, bool IsNullable, ImmutableArray<DeliverableChoice> Choices)
{
    /// <summary>What the names of such fields begin with.</summary>
    public const string Prefix = "field:";

    private const string Nothing = "null";
    private static readonly string[] Scalars = ["string", "number", "integer", "boolean"];

    /// <summary>Rows of a list that a form has at first, rows that stay empty below what is written, and how many more somebody gets who asks for them.</summary>
    private const int FirstRows = 5;
    private const int SpareRows = 2;
    private const int MoreRows = 10;
    private const int MostRows = 500;

    /// <summary>Of a list of objects: the fields of each; empty for everything else, and for objects with more in them than fields.</summary>
    public ImmutableArray<DeliverableField> Columns { get; init; } = [];

    /// <summary>True for what is written as rows of fields.</summary>
    public bool IsRows => !Columns.IsEmpty;

    /// <summary>True for what is written as JSON.</summary>
    public bool IsJson => Choices.IsEmpty && !IsRows && !Scalars.Contains(Type);

    /// <summary>The name of one field of a row in the form.</summary>
    public string CellOf(int row, string column) => $"{Prefix}{Name}/{row}/{column}";

    /// <summary>How many rows a form has, with what somebody wrote in some of them.</summary>
    /// <param name="said">What a field says, by its name; null for nothing.</param>
    /// <param name="wantsMore">Whether they asked for more.</param>
    public int RowsFor(Func<string, string?> said, bool wantsMore)
    {
        var written = Enumerable.Range(0, MostRows).LastOrDefault(row => Columns.Any(c => !string.IsNullOrWhiteSpace(said(CellOf(row, c.Name)))), -1) + 1;
        return Math.Min(MostRows, Math.Max(FirstRows, written + SpareRows) + (wantsMore ? MoreRows : 0));
    }

    /// <summary>True for a box that is ticked or not.</summary>
    public bool IsTick => Choices.IsEmpty && Type == "boolean";

    /// <summary>Whether a browser should ask for it before the form is sent.</summary>
    public bool MustBeFilled => IsRequired && !IsNullable;

    /// <summary>The fields of a schema, in its order; none when it names no properties.</summary>
    public static ImmutableArray<DeliverableField> Of(JsonText schema)
    {
        var root = schema.ToElement();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var required = root.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Select(n => n.ToString()).ToHashSet(StringComparer.Ordinal) : [];
        return [.. properties.EnumerateObject().Select(p => Of(p.Name, p.Value, required.Contains(p.Name)))];
    }

    /// <summary>The deliverable as a form says it, or which field cannot be read and why, and the name of that field in the form. Whether it fits the schema is for the desk to say.</summary>
    public static (JsonText? Json, string? Fault, string? At) Read(ImmutableArray<DeliverableField> fields, Func<string, string?> said)
    {
        var (deliverable, fault, at) = ReadObject(fields, said);
        return deliverable is null ? (null, fault, at) : (JsonText.Parse(deliverable.ToJsonString()), null, null);
    }

    /// <summary>The rows of a list in which something is written; what must be filled in one of those is asked for by the row's number.</summary>
    private (JsonArray? Rows, string? Fault, string? At) ReadRows(Func<string, string?> said)
    {
        var rows = new JsonArray();
        for (var row = 0; row < MostRows; row++)
        {
            if (Columns.All(c => string.IsNullOrWhiteSpace(said(CellOf(row, c.Name)))))
            {
                continue;
            }

            if (Columns.FirstOrDefault(c => c is { MustBeFilled: true, IsTick: false } && string.IsNullOrWhiteSpace(said(CellOf(row, c.Name)))) is { } missing)
            {
                return (null, $"“{Label}” {row + 1}: “{missing.Label}” is missing.", CellOf(row, missing.Name));
            }

            var (written, fault, at) = ReadObject(Columns, name => said(CellOf(row, name[Prefix.Length..])));
            if (written is null)
            {
                return (null, $"“{Label}” {row + 1}: {fault}", at is null ? null : CellOf(row, at[Prefix.Length..]));
            }

            rows.Add(written);
        }

        return (rows, null, null);
    }

    private static (JsonObject? Object, string? Fault, string? At) ReadObject(ImmutableArray<DeliverableField> fields, Func<string, string?> said)
    {
        var deliverable = new JsonObject();
        foreach (var field in fields)
        {
            var text = said(Prefix + field.Name)?.ReplaceLineEndings("\n") ?? string.Empty;
            if (field.IsRows)
            {
                var (rows, fault, at) = field.ReadRows(said);
                if (rows is null)
                {
                    return (null, fault, at);
                }

                // A list that must be there may well be empty; one that need not be is left out.
                if (rows.Count > 0 || field.MustBeFilled)
                {
                    deliverable[field.Name] = rows;
                }
                else if (field.IsRequired)
                {
                    deliverable[field.Name] = null;
                }
            }
            else if (field.IsTick)
            {
                deliverable[field.Name] = text == ArgumentLeaf.Yes;
            }
            else if (text.Length == 0 || (field.Type != "string" && string.IsNullOrWhiteSpace(text)))
            {
                if (field is { IsRequired: true, IsNullable: true })
                {
                    deliverable[field.Name] = null;
                }

                // Else the schema says whether it may be missing.
            }
            else if (!field.Choices.IsEmpty)
            {
                if (field.Choices.FirstOrDefault(c => c.Json == text) is not { } chosen)
                {
                    return (null, $"“{field.Label}” must be one of: {string.Join(", ", field.Choices.Select(c => c.Words))}.", Prefix + field.Name);
                }

                deliverable[field.Name] = JsonNode.Parse(chosen.Json);
            }
            else if (field.Type == "string")
            {
                deliverable[field.Name] = text;
            }
            else if (field.IsJson)
            {
                if (!JsonText.TryParse(text, out var json))
                {
                    return (null, $"“{field.Label}” must be JSON, such as [] or {{}}.", Prefix + field.Name);
                }

                deliverable[field.Name] = JsonNode.Parse(json.Text);
            }
            else if (decimal.TryParse(text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                deliverable[field.Name] = number;
            }
            else
            {
                return (null, $"“{field.Label}” must be {ArgumentLeaf.NumberWords(field.Type == "integer")}.", Prefix + field.Name);
            }
        }

        return (deliverable, null, null);
    }

    /// <summary>What a schema finds wrong, with its fields called as the form calls them.</summary>
    public static string InWords(ImmutableArray<DeliverableField> fields, string faults) => Element().Replace(
        Named(fields, faults), m => $"” {int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) + 1}:{(m.Groups[2].Success ? $" “{Written.Words(m.Groups[2].Value)}”" : "")}");

    private static string Named(ImmutableArray<DeliverableField> fields, string faults) => fields
        .OrderByDescending(f => f.Name.Length)
        .Aggregate(faults, (text, field) => text.Replace($"$.{field.Name}:", $"“{field.Label}”", StringComparison.Ordinal).Replace($"$.{field.Name}", $"“{field.Label}” at ", StringComparison.Ordinal))
        .Replace("$:", "the whole", StringComparison.Ordinal);

    /// <summary>The form's name of the field that a schema finds wrong first; null for none of them.</summary>
    public static string? FirstIn(ImmutableArray<DeliverableField> fields, string faults) => fields
        .Select(f => (f.Name, At: ":[.".Select(end => faults.IndexOf($"$.{f.Name}{end}", StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(int.MaxValue).Min()))
        .Where(f => f.At < int.MaxValue)
        .OrderBy(f => f.At)
        .Select(f => Prefix + f.Name)
        .FirstOrDefault();

    /// <summary>Its name as people read it.</summary>
    public string Label => Written.Words(Name);

    private static DeliverableField Of(string name, JsonElement schema, bool isRequired)
    {
        var (types, inner, isNullable) = Types(schema);
        var type = types is [var only] ? only : string.Empty;
        var choices = Choose(inner);
        return new DeliverableField(
            name,
            type,
            Text(schema, "description") is { Length: > 0 } about ? about : Text(inner, "description"),
            isRequired,
            isNullable || choices.Any(c => c.Json == Nothing),
            // A box that is not ticked is a no: where there may be neither, both are said.
            choices.IsEmpty && isNullable && type == "boolean" ? [new("true", "yes"), new("false", "no")] : [.. choices.Where(c => c.Json != Nothing)])
        {
            Columns = type == "array" && choices.IsEmpty ? ColumnsOf(inner) : [],
        };
    }

    /// <summary>The fields of a list's elements; none where a row of fields could not hold one.</summary>
    private static ImmutableArray<DeliverableField> ColumnsOf(JsonElement list) =>
        list.TryGetProperty("items", out var element) && element.ValueKind == JsonValueKind.Object && Types(element) is { Types: ["object"], IsNullable: false }
        && Of(JsonText.Parse(element.GetRawText())) is var columns && columns.All(c => c is { IsJson: false, IsRows: false })
            ? columns
            : [];

    [GeneratedRegex(@"” at \[([0-9]{1,9})\](?:\.([^:\[\].]+))?:")]
    private static partial Regex Element();

    /// <summary>The types beside null, the schema that says the rest, and whether null is one. What may be null is also written as alternatives.</summary>
    private static (ImmutableArray<string> Types, JsonElement Inner, bool IsNullable) Types(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return ([], schema, false);
        }

        foreach (var keyword in new[] { "anyOf", "oneOf" })
        {
            if (schema.TryGetProperty(keyword, out var alternatives) && alternatives.ValueKind == JsonValueKind.Array
                && alternatives.EnumerateArray().ToList() is { Count: 2 } both && both.FindIndex(a => Text(a, "type") == Nothing) is >= 0 and var at)
            {
                return (Types(both[1 - at]).Types, both[1 - at], true);
            }
        }

        ImmutableArray<string> types = !schema.TryGetProperty("type", out var type) ? []
            : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.ToString())]
            : [type.ToString()];
        return (types.Remove(Nothing), schema, types.Contains(Nothing));
    }

    /// <summary>Its only values, where they are scalars.</summary>
    private static ImmutableArray<DeliverableChoice> Choose(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        List<JsonElement> values = schema.TryGetProperty("const", out var constant) ? [constant]
            : schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array ? [.. choices.EnumerateArray()]
            : [];
        return values.Any(v => v.ValueKind is JsonValueKind.Object or JsonValueKind.Array) ? [] : [.. values.Select(v => new DeliverableChoice(v.GetRawText(), Written.Value(v)))];
    }

    private static string Text(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}

/// <summary>One of the only values that a field may have.</summary>
/// <param name="Json">The value, which keeps its type: <c>1</c> and <c>"1"</c> are two.</param>
/// <param name="Words">As people read it.</param>
internal sealed record DeliverableChoice(string Json, string Words);
