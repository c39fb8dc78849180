using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Domain;

/// <summary>When somebody is at work: some days of the week, from one time of day to another, in a time zone. A shift that ends before it begins goes over midnight. Pure.</summary>
/// <param name="Days">On which days it begins.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive; equal to <paramref name="From"/> for a whole day.</param>
/// <param name="Zone">Where the clock hangs.</param>
public sealed record WorkHours(ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    private static readonly string[] Names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private bool IsOverMidnight => To <= From;

    /// <summary>Reads <c>Mon-Fri 08:00-17:00 Europe/Prague</c>; days may also be a list: <c>Mon,Wed-Fri</c>. Null, and what is wrong, where it says something else.</summary>
    public static (WorkHours? Hours, string? Fault) Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 3 || parts[1].Split('-') is not [var from, var to])
        {
            return (null, "write days, times and a time zone, such as: Mon-Fri 08:00-17:00 Europe/Prague");
        }

        if (ReadDays(parts[0]) is not { } days)
        {
            return (null, $"'{parts[0]}' names no days; write Mon-Fri, or Mon,Wed,Fri");
        }

        if (!TryReadTime(from, out var begin) || !TryReadTime(to == "24:00" ? "00:00" : to, out var end))
        {
            return (null, $"'{parts[1]}' is no time of day; write 08:00-17:00");
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(parts[2], out var zone)
            ? (new WorkHours(days, begin, end, zone), null)
            : (null, $"there is no time zone '{parts[2]}' on this machine; write an IANA name such as Europe/Prague");
    }

    /// <summary>As <see cref="Read"/> reads it: days that follow one another as a stretch.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{string.Join(',', Stretches())} {From:HH:mm}-{(To == TimeOnly.MinValue ? "24:00" : To.ToString("HH:mm", CultureInfo.InvariantCulture))} {Zone.Id}");

    /// <summary>Whether a moment lies within.</summary>
    public bool Cover(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone);
        var (day, time) = (local.DayOfWeek, TimeOnly.FromTimeSpan(local.TimeOfDay));
        return IsOverMidnight
            ? (Days.Contains(day) && time >= From) || (Days.Contains(Before(day)) && time < To)
            : Days.Contains(day) && time >= From && time < To;
    }

    /// <summary>When the next shift begins after a moment. A time that the clock skips begins when the clock goes on; of a time that comes twice, the first.</summary>
    public DateTimeOffset Next(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        return Enumerable.Range(0, 9).Select(today.AddDays).Where(d => Days.Contains(d.DayOfWeek)).Select(Begins).First(b => b > now);
    }

    private DateTimeOffset Begins(DateOnly day)
    {
        var local = day.ToDateTime(From);
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>From Monday on; a stretch that began before Monday is not torn in two.</summary>
    private IEnumerable<string> Stretches()
    {
        if (Days.Length == Names.Length)
        {
            return [$"{Names[1]}-{Names[0]}"];
        }

        var firsts = Enumerable.Range(1, Names.Length).Select(d => (DayOfWeek)(d % Names.Length)).Where(d => Days.Contains(d) && !Days.Contains(Before(d)));
        return firsts.Select(first =>
        {
            var last = first;
            while (Days.Contains(After(last)))
            {
                last = After(last);
            }

            return first == last ? Names[(int)first] : $"{Names[(int)first]}-{Names[(int)last]}";
        });
    }

    private static DayOfWeek After(DayOfWeek day) => (DayOfWeek)(((int)day + 1) % 7);

    private static DayOfWeek Before(DayOfWeek day) => (DayOfWeek)(((int)day + 6) % 7);

    private static bool TryReadTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static ImmutableArray<DayOfWeek>? ReadDays(string text)
    {
        var days = ImmutableArray.CreateBuilder<DayOfWeek>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-').Select(name => Array.IndexOf(Names, name)).ToArray();
            if (ends.Length > 2 || ends.Contains(-1))
            {
                return null;
            }

            for (var day = ends[0]; ; day = (day + 1) % 7)
            {
                days.Add((DayOfWeek)day);
                if (day == ends[^1])
                {
                    break;
                }
            }
        }

        return [.. days.Distinct()];
    }
}
