using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Writes values as JSON; what JSON has no word for, as text.</summary>
internal static class WhenJsonText
{
    public static string Of(WhenValue value) => value switch
    {
        WhenNumber number => number.Value.ToString(CultureInfo.InvariantCulture),
        WhenText text => JsonText.OfString(text.Value).Text,
        WhenBoolean flag => flag.Value ? "true" : "false",
        WhenNull => "null",
        WhenList list => "[" + string.Join(',', list.Items.Select(Of)) + "]",
        WhenRecord record => "{" + string.Join(',', record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{JsonText.OfString(f.Key).Text}:{Of(f.Value)}")) + "}",
        WhenTimestamp time => JsonText.OfString(time.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)).Text,
        _ => JsonText.OfString(value.ToString()).Text,
    };
}
