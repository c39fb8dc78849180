using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>
/// Keeps a value from passing for another argument on the wire: where a map's fields become names of their own, one of them may be called as an argument is that rules have looked at, and of two
/// values of one name a service takes whichever it likes.
/// </summary>
internal static class WireNames
{
    /// <summary>Throws <see cref="OpenApiFault"/> where what one argument makes is called as another is, in whatever case, or as its beginning: <c>to[]</c> is <c>to</c> to many services.</summary>
    /// <param name="arguments">Each with the names of what it makes; none where it is left out, which keeps its name for it all the same.</param>
    public static void Check(IEnumerable<(string Argument, IEnumerable<string> Names)> arguments)
    {
        var all = arguments.Select(a => (a.Argument, Names: a.Names.Distinct(StringComparer.Ordinal).ToImmutableArray())).ToImmutableArray();
        foreach (var (argument, names) in all)
        {
            foreach (var name in names.Where(n => all.Any(other => other.Argument != argument && IsSame(n, other.Argument))))
            {
                throw new OpenApiFault($"'{argument}' has a field '{name}', which would pass for another argument. Leave it out.");
            }
        }
    }

    private static bool IsSame(string name, string argument) =>
        string.Equals(name.Trim(), argument, StringComparison.OrdinalIgnoreCase) || (name.IndexOf('[', StringComparison.Ordinal) is > 0 and var at && string.Equals(name[..at].Trim(), argument, StringComparison.OrdinalIgnoreCase));
}
