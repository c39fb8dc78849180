using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Host;

/// <summary>A stretch of time in a drawing.</summary>
/// <param name="Name">What stands below it: the day of the month, or the hour.</param>
/// <param name="Within">What that is of, such as the month; said where it begins.</param>
/// <param name="Words">What it comes to, for whoever points at it.</param>
/// <param name="Parts">From below: how much, and in which colour.</param>
internal sealed record ChartBar(string Name, string Within, string Words, ImmutableArray<(double Value, string Kind)> Parts)
{
    /// <summary>A day, or more from one on.</summary>
    public static ChartBar OfDay(DateTimeOffset day, string words, params ImmutableArray<(double Value, string Kind)> parts) =>
        new(day.UtcDateTime.Day.ToString(CultureInfo.InvariantCulture), day.UtcDateTime.ToString("MMM", CultureInfo.InvariantCulture), words, parts);

    /// <summary>An hour.</summary>
    public static ChartBar OfHour(DateTimeOffset hour, string words, params ImmutableArray<(double Value, string Kind)> parts) =>
        new(hour.UtcDateTime.ToString("HH", CultureInfo.InvariantCulture), hour.UtcDateTime.ToString("d MMM", CultureInfo.InvariantCulture), words, parts);

    /// <summary>All of it.</summary>
    public double Total => Parts.Sum(p => p.Value);
}

/// <summary>Stretches of time beside one another, drawn to scale: how high each stands, and what the lines across say. Pure.</summary>
/// <param name="Bars">Oldest first; at least one.</param>
/// <param name="Scale">A height in words.</param>
/// <param name="IsWhole">True for what is counted: no line stands between two numbers.</param>
internal sealed record BarChart(ImmutableArray<ChartBar> Bars, Func<double, string> Scale, bool IsWhole = false)
{
    /// <summary>Height of what is drawn.</summary>
    public const int Tall = 96;

    /// <summary>Room beside it for what the lines say.</summary>
    public const int Left = 52;

    /// <summary>Room above for the topmost of them, and below for the names.</summary>
    public const int Above = 10;

    /// <summary>One bar and its gap: two weeks of them, with what the lines say, fit a third of a page at 1280.</summary>
    public const int Step = 16;

    private const int Below = 32;

    private const int Few = 7;

    private static readonly int[] Round = [1, 2, 5, 10];

    /// <summary>Width of the drawing.</summary>
    public int Width => Bars.Length * Step;

    /// <summary>Height of the drawing.</summary>
    public static int Height => Above + Tall + Below;

    /// <summary>The topmost line: the least 1, 2 or 5 times a power of ten that nothing stands above.</summary>
    public double Top { get; } = Nice(Bars.Max(d => d.Total), IsWhole);

    /// <summary>What lines are drawn across, from below.</summary>
    public IEnumerable<double> Lines => IsWhole && Top < 2 ? [0, Top] : [0, Top / 2, Top];

    /// <summary>Where a height stands.</summary>
    public double YOf(double value) => Above + Tall - Math.Round(value * Tall / Top, 2);

    /// <summary>Whether a bar's name is shown: of many every other one, the newest among them.</summary>
    public bool IsNamed(int index) => Bars.Length <= Few || (Bars.Length - index) % 2 == 1;

    /// <summary>What a bar is within, where that begins to be shown; null elsewhere.</summary>
    public string? WithinOf(int index) => index == 0 || Bars[index].Within != Bars[index - 1].Within ? Bars[index].Within : null;

    /// <summary>A coordinate.</summary>
    public static string At(double coordinate) => coordinate.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>How wide a part of a whole is drawn, of 100.</summary>
    public static string WidthOf(double part, double whole) => At(whole <= 0 ? 0 : 100 * part / whole);

    private static double Nice(double most, bool isWhole)
    {
        if (most <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        var nice = Round.Select(times => times * power).First(n => n >= most * (1 - 1e-9));
        return isWhole ? nice switch { <= 1 => 1, 5 => 6, _ => nice } : nice;
    }
}
