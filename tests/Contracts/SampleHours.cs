using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.Contracts;

/// <summary>
/// The monitors of a sample go off by the clock, and a test that runs at that minute finds a goal in its lists that it did not submit. Half a day from now is as good an hour for
/// whoever does not test the hour; the same one for all of a process, so that a configuration stays the same.
/// </summary>
public static partial class SampleHours
{
    private static readonly string HalfADayOn = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow().AddHours(12), TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague")).Hour.ToString(CultureInfo.InvariantCulture);

    /// <summary>The text of a <c>monitors.yaml</c> with other hours in its cron schedules, which are Prague's.</summary>
    public static string Away(string monitors) => Hours().Replace(monitors, "${minute}" + HalfADayOn + "${days}");

    [GeneratedRegex("""(?<minute>cron: "\d+ )\d+(?<days> \* \* [^"]*", timeZone: Europe/Prague)""")]
    private static partial Regex Hours();
}
