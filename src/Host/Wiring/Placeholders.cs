using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>Puts the values of environment variables where a company's files say <c>${NAME}</c>. Secrets come this way and no other.</summary>
/// <param name="environment">Looks up a variable; null when it is not set.</param>
internal sealed partial class Placeholders(Func<string, string?> environment)
{
    /// <summary>True when <paramref name="text"/> is one placeholder and nothing else.</summary>
    public static bool IsOnlyPlaceholder(string text) => Placeholder().Match(text) is { Success: true } match && match.Length == text.Length;

    /// <summary>The text of a key, filled; null when it is not there or after a fault.</summary>
    public string? Fill(ConfigReader reader, ConfigNode.Map map, string key)
    {
        if (reader.OptionalText(map, key) is not { } text)
        {
            return null;
        }

        var missing = false;
        var filled = Placeholder().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (environment(name) is { Length: > 0 } value)
            {
                return value;
            }

            missing = true;
            reader.Fault(map[key]!.Place, $"The environment variable {name} is not set.");
            return string.Empty;
        });
        return missing ? null : filled;
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Placeholder();
}
