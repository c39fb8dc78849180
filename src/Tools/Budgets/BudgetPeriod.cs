using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Over which time a budget adds up.</summary>
internal abstract record BudgetPeriod
{
    private BudgetPeriod()
    {
    }

    /// <summary>Since ever.</summary>
    public sealed record Always : BudgetPeriod;

    /// <summary>A calendar day in the company's time zone, however many hours it has.</summary>
    public sealed record CalendarDay : BudgetPeriod;

    /// <summary>A calendar month in the company's time zone, however many days it has.</summary>
    public sealed record CalendarMonth : BudgetPeriod;

    /// <summary>The last while.</summary>
    public sealed record Rolling(TimeSpan Length) : BudgetPeriod;

    /// <summary>The ledger's window at a moment, and for a rolling one since when entries count.</summary>
    public (string Window, DateTimeOffset? Since) At(DateTimeOffset now, TimeZoneInfo zone) => this switch
    {
        CalendarDay => (TimeZoneInfo.ConvertTime(now, zone).ToString("yyyy-MM-dd"), null),
        CalendarMonth => (TimeZoneInfo.ConvertTime(now, zone).ToString("yyyy-MM"), null),
        Rolling rolling => ("rolling", now - rolling.Length),
        _ => ("all", null),
    };

    /// <summary>Binds <c>per</c>: <c>1d</c> is a calendar day, <c>month</c> a calendar month, hours and less roll.</summary>
    public static BudgetPeriod Read(ConfigNode.Map map, ConfigReader reader)
    {
        if (map["per"] is ConfigNode.Scalar { Text: "month" })
        {
            return new CalendarMonth();
        }

        if (reader.OptionalDuration(map, "per") is not { } length)
        {
            return new Always();
        }

        if (map["per"] is not ConfigNode.Scalar { Text: [.., 'd'] } days)
        {
            return new Rolling(length);
        }

        if (length != TimeSpan.FromDays(1))
        {
            reader.Fault(days.Place, "Only 1d is a calendar day, and month a calendar month; for other lengths, write hours, such as 48h.");
        }

        return new CalendarDay();
    }
}
