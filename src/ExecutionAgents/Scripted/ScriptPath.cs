using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AiManager.ExecutionAgents;

/// <summary>
/// A place in what a script can see: <c>item.supplier</c>, <c>calls[erp.low_stock].rows.0.sku</c>. Fields, list indexes and names in brackets; nothing
/// else, so that a script cannot reckon.
/// </summary>
internal sealed record ScriptPath(string Text, ImmutableArray<string> Segments)
{
    public string Root => Segments[0];

    /// <summary>Reads a path without its leading <c>$</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScriptPath? path)
    {
        path = null;
        var segments = ImmutableArray.CreateBuilder<string>();
        var at = 0;
        while (true)
        {
            var start = at;
            while (at < text.Length && IsNameCharacter(text[at]))
            {
                at++;
            }

            if (at == start)
            {
                return false;
            }

            segments.Add(text[start..at]);
            while (at < text.Length && text[at] == '[')
            {
                var close = text.IndexOf(']', at);
                if (close <= at + 1 || !text.AsSpan(at + 1, close - at - 1).ContainsOnlyNamesAndDots())
                {
                    return false;
                }

                segments.Add(text[(at + 1)..close]);
                at = close + 1;
            }

            if (at == text.Length)
            {
                path = new ScriptPath(text, segments.ToImmutable());
                return true;
            }

            if (text[at++] != '.')
            {
                return false;
            }
        }
    }

    /// <summary>The value below <paramref name="from"/>, or null when there is none.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="skip">How many segments are behind us already.</param>
    public JsonElement? Below(JsonElement from, int skip)
    {
        var current = from;
        foreach (var segment in Segments.AsSpan()[skip..])
        {
            switch (current.ValueKind)
            {
                case JsonValueKind.Object when current.TryGetProperty(segment, out var field):
                    current = field;
                    break;
                case JsonValueKind.Array when int.TryParse(segment, out var index) && index >= 0 && index < current.GetArrayLength():
                    current = current[index];
                    break;
                default:
                    return null;
            }
        }

        return current;
    }

    public override string ToString() => "$" + Text;

    internal static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';
}

internal static class ScriptPathCharacters
{
    public static bool ContainsOnlyNamesAndDots(this ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!ScriptPath.IsNameCharacter(character) && character is not ('.' or '/'))
            {
                return false;
            }
        }

        return true;
    }
}
