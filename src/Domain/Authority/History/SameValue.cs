using System.Globalization;
using System.Text;

namespace AiManager.Domain;

/// <summary>
/// Whether two calls mean the same thing, however it is written. Numbers are compared by value, lists as sets (a list of one is that one), maps field by field. Text is
/// compared exactly; where it is declared to identify something (<c>authorityArguments</c>), as it is compared to prove it: without regard to the case and spacing of
/// plain letters, account numbers without their groups, and a number and its digits as text alike. An equivalence: what equals the same thing is equal.
/// </summary>
internal static class SameValue
{
    /// <summary>True, false, or the error that one of them is or contains: then it cannot be said.</summary>
    public static WhenValue Equal(WhenValue left, WhenValue right, bool isId) =>
        ErrorIn(left) ?? ErrorIn(right) ?? (WhenValue)WhenBoolean.Of(string.Equals(Key(left, isId), Key(right, isId), StringComparison.Ordinal));

    /// <summary>One text for each thing; equal texts are the same thing.</summary>
    private static string Key(WhenValue value, bool isId) => value switch
    {
        WhenNumber number => (isId ? "t" : "n") + number.Value.ToString("0.############################", CultureInfo.InvariantCulture),
        WhenText text => "t" + (isId ? SeenForms.Grouped(text.Value) ?? SeenForms.Exact(text.Value) : text.Value),
        WhenTimestamp time => "m" + time.Value.UtcTicks.ToString(CultureInfo.InvariantCulture),
        WhenList list => SetKey([.. list.Items.Select(i => Key(i, isId)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]),
        WhenRecord record => "r" + Joined(record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => new[] { f.Key, Key(f.Value, isId) })),
        WhenBoolean truth => truth.Value ? "b1" : "b0",
        _ => "0",
    };

    private static string SetKey(string[] items) => items.Length == 1 ? items[0] : "l" + Joined(items);

    /// <summary>With the length of each part before it, so that no two lists of parts read alike.</summary>
    private static string Joined(IEnumerable<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part);
        }

        return text.ToString();
    }

    private static WhenError? ErrorIn(WhenValue value) => value switch
    {
        WhenError error => error,
        WhenList list => list.Items.Select(ErrorIn).FirstOrDefault(e => e is not null),
        WhenRecord record => record.Fields.Values.Select(ErrorIn).FirstOrDefault(e => e is not null),
        _ => null,
    };
}
