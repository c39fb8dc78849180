namespace AiManager.Domain;

/// <summary>A text in which values may stand, and the reading of it.</summary>
/// <param name="Folded">As <see cref="SeenForms.Exact"/> writes it.</param>
internal sealed record SeenText(string Folded, Label Label, string? Kind, string Source, int Order)
{
    /// <summary>True when the value stands there as a word or words of its own, not as a part of a longer name, address or number.</summary>
    public bool Holds(string value)
    {
        for (var at = Folded.IndexOf(value, StringComparison.Ordinal); at >= 0; at = Folded.IndexOf(value, at + 1, StringComparison.Ordinal))
        {
            if (EndsBefore(at) && BeginsAfter(at + value.Length))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As <see cref="Holds"/>, directly behind one of the words, such as <c>order 12</c> or <c>#12</c>.</summary>
    public bool HoldsBehind(string value, IEnumerable<string> words) => words.Any(w => Holds(w + " " + value) || (w == "#" && Holds("#" + value)));

    /// <summary>True when the groups of letters and digits that follow one another make up the value.</summary>
    public bool HoldsGrouped(string value)
    {
        for (var start = 0; start < Folded.Length; start++)
        {
            if (Folded[start] != value[0] || (start > 0 && char.IsLetterOrDigit(Folded[start - 1])))
            {
                continue;
            }

            var (at, matched) = (start, 0);
            while (at < Folded.Length && matched < value.Length && (Folded[at] == value[matched] || Folded[at] is ' ' or '-'))
            {
                matched += Folded[at++] is ' ' or '-' ? 0 : 1;
            }

            if (matched == value.Length && (at == Folded.Length || !char.IsLetterOrDigit(Folded[at])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Values, one by one, as they may be looked up: split at spaces and what never belongs to a value, without the points and marks around it.</summary>
    public static IEnumerable<string> Words(string text)
    {
        foreach (var word in text.Split([' ', '\t', '\n', '\r', ',', ';', '|', '"', '\'', '<', '>', '(', ')', '[', ']', '{', '}', '=', '`', '*', '\u00a0'], StringSplitOptions.RemoveEmptyEntries))
        {
            var value = word.Trim('.', ':', '!', '?', '#');
            if (value.Length > 0)
            {
                yield return value;
            }
        }
    }

    private bool EndsBefore(int at)
    {
        if (at == 0)
        {
            return true;
        }

        var before = Folded[at - 1];
        return !char.IsLetterOrDigit(before) && !(Glues(before) && at > 1 && char.IsLetterOrDigit(Folded[at - 2]));
    }

    private bool BeginsAfter(int at)
    {
        if (at == Folded.Length)
        {
            return true;
        }

        var after = Folded[at];
        return !char.IsLetterOrDigit(after) && !(Glues(after) && at + 1 < Folded.Length && char.IsLetterOrDigit(Folded[at + 1]));
    }

    /// <summary>What joins letters to one name, when it stands between two of them.</summary>
    private static bool Glues(char character) => character is '@' or '.' or '-' or '_' or '/' or '+' or ':' or '%' or '~' or '&' or '?' or '\\';
}
