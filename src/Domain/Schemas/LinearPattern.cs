using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>Regular expressions that people and programs write down: only those are taken that run in linear time.</summary>
public static class LinearPattern
{
    /// <summary>How long an expression may be to be only parsed: without repeated counts no shorter one comes near the engine's own limit.</summary>
    private const int ShortEnough = 500;

    /// <summary>
    /// What is wrong with an expression, for people; null when the engine that runs in linear time takes it. Building one takes milliseconds, and a start that built
    /// all of a company's spent two fifths of its time so: where nothing in the text can be what that engine refuses, it is only parsed.
    /// </summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="options">What it will be built with.</param>
    public static string? Fault(string pattern, RegexOptions options)
    {
        try
        {
            _ = new Regex(pattern, MayBeRefused(pattern) ? options | RegexOptions.NonBacktracking : options & ~RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return fault.Message;
        }
    }

    /// <summary>True for whatever looks like a look-around, an atomic group, a condition, a reference back, an anchor of matches or a counted repetition; also where it is none.</summary>
    private static bool MayBeRefused(string pattern)
    {
        if (pattern.Length > ShortEnough || pattern.Contains("(?", StringComparison.Ordinal) || pattern.Contains('{', StringComparison.Ordinal))
        {
            return true;
        }

        for (var at = pattern.IndexOf('\\', StringComparison.Ordinal); at >= 0 && at + 1 < pattern.Length; at = pattern.IndexOf('\\', at + 1))
        {
            if (char.IsAsciiDigit(pattern[at + 1]) || pattern[at + 1] is 'k' or 'G')
            {
                return true;
            }
        }

        return false;
    }
}
