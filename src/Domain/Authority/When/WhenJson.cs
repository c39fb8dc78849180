using System.Text.Json;

namespace AiManager.Domain;

/// <summary>Turns JSON into values; see <see cref="WhenValue.FromJson"/>.</summary>
internal static class WhenJson
{
    public const int DeepestNesting = 64;

    public static WhenValue Read(JsonElement json, int levelsLeft) => json.ValueKind switch
    {
        JsonValueKind.Null => WhenNull.Value,
        JsonValueKind.True => WhenBoolean.True,
        JsonValueKind.False => WhenBoolean.False,
        JsonValueKind.Number => ReadNumber(json),
        JsonValueKind.String => ReadText(json),
        JsonValueKind.Undefined => new WhenError("there is no value"),
        _ when levelsLeft == 0 => new WhenError($"the value is nested deeper than {DeepestNesting}"),
        JsonValueKind.Array => ReadList(json, levelsLeft - 1),
        _ => ReadRecord(json, levelsLeft - 1),
    };

    private static WhenValue ReadNumber(JsonElement json)
    {
        if (json.TryGetInt64(out var whole))
            return new WhenNumber(whole);
        return WhenNumeral.TryRead(json.GetRawText(), out var number)
            ? new WhenNumber(number)
            : new WhenError("a number is too large, or has too many digits, to be kept exactly");
    }

    private static WhenValue ReadText(JsonElement json)
    {
        try
        {
            return new WhenText(json.GetString()!);
        }
        catch (InvalidOperationException)                   // how JsonElement refuses an escaped half of a surrogate pair
        {
            return new WhenError("a text is not valid Unicode");
        }
    }

    private static WhenList ReadList(JsonElement json, int levelsLeft)
    {
        var items = new WhenValue[json.GetArrayLength()];
        for (var index = 0; index < items.Length; index++)
            items[index] = Read(json[index], levelsLeft);
        return new WhenList(items);
    }

    private static WhenValue ReadRecord(JsonElement json, int levelsLeft)
    {
        var fields = new Dictionary<string, WhenValue>(StringComparer.Ordinal);
        try
        {
            foreach (var property in json.EnumerateObject())
            {
                // Which of two a tool would take is anyone's guess, so neither may decide.
                if (!fields.TryAdd(property.Name, Read(property.Value, levelsLeft)))
                    fields[property.Name] = new WhenError($"the field {WhenWriter.Shown(property.Name)} is given twice");
            }
        }
        catch (InvalidOperationException)
        {
            return new WhenError("the name of a field is not valid Unicode");
        }
        return new WhenRecord(fields);
    }
}
