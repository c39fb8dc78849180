using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>
/// Patterns of <c>matches()</c>. CEL means RE2's syntax, .NET has its own; where the same text would mean two things, it is
/// rewritten to RE2's meaning (<c>$</c> is the very end, <c>\d \w \s</c> are ASCII) or refused. Matching takes time linear in the text.
/// </summary>
internal sealed class WhenPattern(string pattern)
{
    private const int LongestPattern = 1_000;

    private readonly StringBuilder _translated = new();
    private int _at;

    public static bool TryCompile(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? problem)
    {
        regex = null;
        problem = pattern.Length > LongestPattern ? $"A pattern has at most {LongestPattern} characters." : null;
        var translation = new WhenPattern(pattern);
        problem ??= translation.Translate();
        if (problem is not null)
            return false;
        try
        {
            regex = new Regex(translation._translated.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (RegexParseException error)
        {
            problem = $"This pattern cannot be read ({error.Error}).";
        }
        catch (NotSupportedException)                       // what cannot be matched in linear time, or only with a huge automaton
        {
            problem = "This pattern cannot be matched in linear time, or is too large.";
        }
        return false;
    }

    /// <returns>What is refused; null when the whole pattern is translated.</returns>
    private string? Translate()
    {
        string? problem = null;
        while (problem is null && _at < pattern.Length)
        {
            problem = pattern[_at] switch
            {
                '\\' => Escape(isInClass: false),
                '[' => Class(),
                '(' => Group(),
                '$' => Put(@"\z", 1),
                var high when char.IsHighSurrogate(high) && _at + 1 < pattern.Length => Put($"(?:{pattern[_at]}{pattern[_at + 1]})", 2),
                var other => Put(other.ToString(), 1),
            };
        }
        return problem;
    }

    private string? Group()
    {
        if (At(1) != '?')
            return Put("(", 1);
        foreach (var allowed in (ReadOnlySpan<string>)["(?:", "(?i)", "(?i:", "(?s)", "(?s:"])
        {
            if (pattern.AsSpan(_at).StartsWith(allowed))
                return Put(allowed, allowed.Length);
        }
        return "After `(?` a pattern may go on only with `:`, `i` or `s`: no lookaround, no names, no other options.";
    }

    private string? Class()
    {
        Put("[", 1);
        if (At(0) == '^')
            Put("^", 1);
        if (At(0) == ']')
            Put(@"\]", 1);
        while (_at < pattern.Length && At(0) != ']')
        {
            var problem = At(0) switch
            {
                '\\' => Escape(isInClass: true),
                '[' when At(1) == ':' => "Classes such as [:alpha:] are not supported.",
                '[' => Put(@"\[", 1),                       // .NET would read -[…] as a subtraction
                var other when char.IsSurrogate(other) => "Characters beyond U+FFFF cannot stand in [ ]; write (a|b).",
                var other => Put(other.ToString(), 1),
            };
            if (problem is not null)
                return problem;
        }
        return _at == pattern.Length ? "A [ in the pattern has no ]." : Put("]", 1);
    }

    private string? Escape(bool isInClass)
    {
        if (RangesOf(At(1)) is { } ranges)
            return Put(isInClass ? ranges : $"[{ranges}]", 2);
        return At(1) switch
        {
            'A' or 'z' when !isInClass => Put(pattern.Substring(_at, 2), 2),
            't' or 'n' or 'r' or 'f' or 'v' or 'a' or 'p' or 'P' or 'x' => Put(pattern.Substring(_at, 2), 2),
            '_' => Put("_", 2),
            var sign when char.IsAscii(sign) && (char.IsPunctuation(sign) || char.IsSymbol(sign)) => Put(pattern.Substring(_at, 2), 2),
            '\0' => "The pattern ends with a backslash.",
            var other => $@"`\{other}` is not supported in a pattern.",
        };
    }

    private static string? RangesOf(char kind) => kind switch
    {
        'd' => "0-9",
        'D' => @"\x00-/:-\uFFFF",
        'w' => "0-9A-Za-z_",
        'W' => @"\x00-/:-@\x5B-\x5E`\x7B-\uFFFF",
        's' => @"\t\n\f\r ",
        'S' => @"\x00-\x08\x0B\x0E-\x1F!-\uFFFF",
        _ => null,
    };

    private char At(int distance) => _at + distance < pattern.Length ? pattern[_at + distance] : '\0';

    /// <returns>Always null: no problem.</returns>
    private string? Put(string translated, int consumed)
    {
        _translated.Append(translated);
        _at += consumed;
        return null;
    }
}
