using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What a workflow's effects cost, by calendar day.</summary>
public static class MonitorSpending
{
    /// <summary>Days in order, each with what was spent on it. What is still set aside counts on the day of the last event.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="events">All its events.</param>
    /// <param name="zone">Whose calendar.</param>
    /// <param name="today">Where what is set aside counts when the workflow is not over; null when it is.</param>
    public static ImmutableArray<DaySpend> ByDay(WorkflowState state, IEnumerable<Recorded> events, TimeZoneInfo zone, DateOnly? today)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(events);
        var days = new SortedDictionary<DateOnly, decimal>();
        foreach (var recorded in events)
        {
            if (recorded.Event is CallSettled { Outcome: CallOutcome.Succeeded, Cost: { } cost } && cost.TryRead(out var amount))
            {
                Add(days, DayOf(recorded.At, zone), amount);
            }
        }

        Add(days, today ?? DayOf(state.UpdatedAt, zone), state.Spend.ReservedMoney);
        return [.. days.Where(d => d.Value != 0).Select(d => new DaySpend(d.Key, d.Value))];
    }

    /// <summary>The calendar day of a moment.</summary>
    public static DateOnly DayOf(DateTimeOffset moment, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    private static void Add(SortedDictionary<DateOnly, decimal> days, DateOnly day, decimal amount) =>
        days[day] = (new Amounts(days.GetValueOrDefault(day)) + new Amounts(amount)).Money!.Value;
}
