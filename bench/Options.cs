using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.Bench;

/// <summary>What a benchmark was given on the command line: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed partial class Options(string[] args)
{
    /// <summary>
    /// What is wrong with a command line, because a misspelt option would be a benchmark of minutes that measures something else; null where nothing is.
    /// </summary>
    /// <param name="usage">What there is, such as <c>[--workflows N,N] [--postgres | --store CONNECTION]</c>: an option alone, or with the kind of its value behind it; files at the end.</param>
    /// <param name="args">What was given.</param>
    public static string? Fault(string usage, string[] args)
    {
        var known = Known().Matches(usage).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["kind"].Value, StringComparer.Ordinal);
        var takesFiles = usage.EndsWith('…');
        for (var i = 0; i < args.Length; i++)
        {
            if (takesFiles && !args[i].StartsWith('-'))
            {
                continue;
            }

            if (!known.TryGetValue(args[i], out var kind))
            {
                return $"'{args[i]}' is not known here.";
            }

            if (kind.Length > 0 && (++i == args.Length || !IsOf(kind, args[i])))
            {
                return $"'{args[i == args.Length ? i - 1 : i]}' must be {args[i - 1]} {kind}.";
            }
        }

        return null;
    }

    public bool Has(string name) => Array.IndexOf(args, name) >= 0;

    public string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    public double Number(string name, double otherwise) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public int Count(string name, int otherwise) => (int)Number(name, otherwise);

    /// <summary>Several, with commas between.</summary>
    public ImmutableArray<int> Counts(string name, params ReadOnlySpan<int> otherwise) =>
        Text(name) is { } text ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : [.. otherwise];

    private static bool IsOf(string kind, string value) => kind switch
    {
        "N" => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _),
        "N,N" => value.Split(',').All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)),
        _ => !value.StartsWith("--", StringComparison.Ordinal),
    };

    [GeneratedRegex("(?<name>--[a-z-]+)(?: (?<kind>[A-Z][A-Z,]*))?")]
    private static partial Regex Known();
}
