using System.Globalization;

namespace AiManager.Evals;

/// <summary>The options that a verb takes, each with what it sets; and the reading of a command line by them.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, Action> _alone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<string, string?>> _withValue = new(StringComparer.Ordinal);

    /// <summary>One that stands alone.</summary>
    public CommandLine Flag(string name, Action set)
    {
        _alone.Add(name, set);
        return this;
    }

    /// <summary>One with any value.</summary>
    public CommandLine Text(string name, Action<string> set) => Value(name, text =>
    {
        set(text);
        return null;
    });

    /// <summary>One with an absolute address.</summary>
    public CommandLine Address(string name, Action<string> set) =>
        Value(name, text => Uri.TryCreate(text, UriKind.Absolute, out _) ? Set(set, text) : $"'{name}' takes an address.");

    /// <summary>One with a whole number, of any size.</summary>
    public CommandLine Seed(string name, Action<long> set) =>
        Value(name, text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? Set(set, seed) : $"'{name}' takes a whole number.");

    /// <summary>One with a whole number above 0.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="set">Told of it.</param>
    /// <param name="most">The largest; null for any.</param>
    public CommandLine Count(string name, Action<int> set, int? most = null) => Value(name, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count <= (most ?? int.MaxValue) ? Set(set, count)
            : string.Create(CultureInfo.InvariantCulture, $"'{name}' takes a whole number {(most is { } end ? $"from 1 to {end}" : "above 0")}."));

    /// <summary>One with a share from 0 to 1.</summary>
    public CommandLine Share(string name, Action<double> set) => Value(name, text =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? Set(set, share) : $"'{name}' takes a share from 0 to 1.");

    /// <summary>Reads a command line, in its order; what comes twice counts the last time. What is wrong with it, for people; null when nothing is.</summary>
    public string? Read(IReadOnlyList<string> args)
    {
        for (var at = 0; at < args.Count; at++)
        {
            if (_alone.TryGetValue(args[at], out var set))
            {
                set();
                continue;
            }

            if (!_withValue.TryGetValue(args[at], out var read))
            {
                return $"Unknown option '{args[at]}'.";
            }

            if (at + 1 == args.Count)
            {
                return $"'{args[at]}' needs a value.";
            }

            if (read(args[++at]) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? Set<T>(Action<T> set, T value)
    {
        set(value);
        return null;
    }

    private CommandLine Value(string name, Func<string, string?> read)
    {
        _withValue.Add(name, read);
        return this;
    }
}
