using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A name, or a pattern in which <c>*</c> stands for any run of characters, dots included. Ordinal.</summary>
/// <param name="Text">As written.</param>
/// <param name="Place">Where it is written.</param>
internal sealed record NamePattern(string Text, ConfigPlace Place)
{
    private readonly string[] _parts = Text.Split('*');

    /// <summary>Those of a list in a file, each with its place; empty when there is no list.</summary>
    public static ImmutableArray<NamePattern> ReadList(ConfigNode.Map map, string key, ConfigReader reader)
    {
        var texts = reader.Texts(map, key);
        return map[key] is ConfigNode.List list ? [.. texts.Zip(list.Items, (text, node) => new NamePattern(text, node.Place))] : [];
    }

    /// <summary>True for a name without <c>*</c>: it names one thing outright.</summary>
    public bool IsName => _parts.Length == 1;

    /// <summary>Whether it can be about a tool of a source, whatever that is called there.</summary>
    public bool CanBeIn(string source) =>
        _parts[0].StartsWith(source + ".", StringComparison.Ordinal) || (!IsName && (source + ".").StartsWith(_parts[0], StringComparison.Ordinal));

    public bool Matches(string name)
    {
        if (IsName)
        {
            return string.Equals(Text, name, StringComparison.Ordinal);
        }

        var (first, last) = (_parts[0], _parts[^1]);
        if (name.Length < first.Length + last.Length || !name.StartsWith(first, StringComparison.Ordinal) || !name.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        // The leftmost place for each piece leaves the most room for those behind it, so there is never a reason to go back.
        var rest = name.AsSpan(first.Length, name.Length - first.Length - last.Length);
        foreach (var part in _parts.AsSpan(1, _parts.Length - 2))
        {
            var at = rest.IndexOf(part, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return true;
    }
}
