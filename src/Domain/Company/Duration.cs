using System.Globalization;

namespace AiManager.Domain;

/// <summary>Durations as people write them here: a whole number and <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
public static class Duration
{
    /// <summary>Of any unit; as days, some 2,700 years.</summary>
    private const int Longest = 1_000_000;

    /// <summary>Reads <c>90s</c>, <c>15m</c>, <c>4h</c> or <c>2d</c>; at least 1 of its unit.</summary>
    public static bool TryRead(string text, out TimeSpan duration)
    {
        duration = default;
        if (text is not [.. var digits, var unit] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Longest)
        {
            return false;
        }

        duration = unit switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => default,
        };
        return duration > TimeSpan.Zero;
    }
}
