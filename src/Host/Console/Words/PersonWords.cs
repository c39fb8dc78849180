using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>
/// Puts people's names into sentences that were written with their ids. Journals hold ids only, so that a person can be erased; whoever reads is told who it was.
/// </summary>
internal static partial class PersonWords
{
    /// <summary>A text with the names of those who did something in it. An id counts only where the program itself puts one: beside what somebody did. Pure.</summary>
    /// <param name="text">Words of the program, with words of others within them.</param>
    /// <param name="who">The name of whoever has an id.</param>
    public static string Named(string text, Func<string?, string> who) => Deed().Replace(text, match => who(match.Value));

    [GeneratedRegex(@"(?<=^|[\s'“(])[A-Za-z0-9_.:-]+(?= (?:rejected it|gave it up|said to try again)\b)|(?<=^Accepted as it is by )[A-Za-z0-9_.:-]+(?=: )", RegexOptions.CultureInvariant)]
    private static partial Regex Deed();
}
