using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Domain;

/// <summary>
/// What a firing should do, from the monitor's state alone: no clock, no I/O, no chance. Reasons not to run are looked at before the open run, so that
/// nothing is queued or replaced by what would not run anyway.
/// </summary>
public static class MonitorDecider
{
    /// <summary>Firings that may wait for an open run.</summary>
    public const int MostQueued = 32;

    /// <summary>Monitors that may lead to one another before the last is not set off any more.</summary>
    public const int LongestChain = 5;

    /// <summary>How often a firing is tried when hosts die over it.</summary>
    public const int MostAttempts = 3;

    /// <summary>Decides on one firing.</summary>
    /// <param name="definition">The monitor as its file has it.</param>
    /// <param name="state">The monitor as its stream has it, an ended workflow's run closed.</param>
    /// <param name="firing">What set it off.</param>
    /// <param name="spentToday">Money that the monitor's workflows have spent or set aside today, open and ended runs together.</param>
    /// <param name="now">UTC.</param>
    public static MonitorDecision Decide(MonitorDefinition definition, MonitorState state, MonitorFiring firing, decimal spentToday, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(firing);
        if (IsKnown(state, firing))
        {
            return new MonitorDecision.Nothing();
        }

        if (WhyNot(definition, state, firing, spentToday, now) is { } skip)
        {
            return skip;
        }

        var budget = BudgetOf(definition, spentToday);
        return (state.Open, definition.Overlap) switch
        {
            (null, _) => new MonitorDecision.Run(budget),
            ({ } open, MonitorOverlap.Skip) => new MonitorDecision.Skip(MonitorSkip.Overlap, $"Run {Number(open)} is still open."),
            ({ } open, MonitorOverlap.Queue) when state.Queue.Length >= MostQueued && !firing.Waited =>
                new MonitorDecision.Skip(MonitorSkip.QueueFull, $"{MostQueued} firings wait for run {Number(open)} already."),
            (_, MonitorOverlap.Queue) => new MonitorDecision.Queue(),
            _ => new MonitorDecision.Replace(),
        };
    }

    /// <summary>
    /// A moment of the schedule that was dealt with, or a call that was: a clock that is set back and a caller that repeats itself change nothing. Nor do two hosts that make up for
    /// the same run.
    /// </summary>
    private static bool IsKnown(MonitorState state, MonitorFiring firing) => firing.Attempt > 1
        ? state.Attempts(firing.Key) >= firing.Attempt
        : !firing.Waited && ((firing.ScheduledFor is { } at && at <= state.SeenUntil) || state.Knows(firing.Key));

    private static MonitorDecision.Skip? WhyNot(MonitorDefinition definition, MonitorState state, MonitorFiring firing, decimal spentToday, DateTimeOffset now)
    {
        if (state.Pause is { } pause)
        {
            return new MonitorDecision.Skip(MonitorSkip.Paused, $"It is paused: {pause.Reason}");
        }

        if (firing.Chain.Contains(definition.Id))
        {
            return new MonitorDecision.Skip(MonitorSkip.OwnCause, "A workflow that this monitor submitted, directly or through others, set it off.");
        }

        if (firing.Chain.Length >= LongestChain)
        {
            return new MonitorDecision.Skip(MonitorSkip.LongChain, $"{LongestChain} monitors led to one another.");
        }

        var isAsked = firing.Trigger == MonitorTrigger.Manual; // a person who asks now knows what hour it is
        if (!isAsked && definition.Quiet?.Holds(now) == true)
        {
            return new MonitorDecision.Skip(MonitorSkip.Quiet, "It is a quiet hour.");
        }

        if (!isAsked && definition.CoolDown is { } pauseAfter && state.LastGoalAt is { } last && last <= now && now < last + pauseAfter)
        {
            return new MonitorDecision.Skip(MonitorSkip.CoolDown, $"The goal of {Time(last)} is less than {Words(pauseAfter)} ago.");
        }

        return definition.MoneyPerDay is { } most && spentToday >= most
            ? new MonitorDecision.Skip(MonitorSkip.Spend, $"Its workflows have spent or set aside {MoneyText.Amount(spentToday)} today, and {MoneyText.Amount(most)} is the most for a day.")
            : null;
    }

    /// <summary>The narrower of what a run may spend and what is left of the day.</summary>
    private static decimal? BudgetOf(MonitorDefinition definition, decimal spentToday) =>
        (definition.MoneyPerRun, definition.MoneyPerDay - spentToday) switch
        {
            ({ } run, { } left) => Math.Min(run, left),
            var (run, left) => run ?? left,
        };

    private static string Number(MonitorRun run) => run.Fired.Run.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Words(TimeSpan span) =>
        span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.##} h") : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.##} min");
}

/// <summary>Something that sets a monitor off.</summary>
/// <param name="Key">The same for the same occasion, however often it is reported.</param>
/// <param name="Trigger">How.</param>
public sealed record MonitorFiring(string Key, MonitorTrigger Trigger)
{
    /// <summary>UTC; null when no schedule asked for it.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>From 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>True when it waited in the monitor's own queue.</summary>
    public bool Waited { get; init; }

    /// <summary>The workflow that set it off; null when none did.</summary>
    public WorkflowId? Cause { get; init; }

    /// <summary>What led here, all the way up; null when no workflow did.</summary>
    public Ancestry? Ancestry { get; init; }

    /// <summary>Monitors that led here, the nearest first.</summary>
    public ImmutableArray<MonitorId> Chain { get; init; } = [];

    /// <summary>What a webhook brought; JSON null for nothing.</summary>
    public JsonText Body { get; init; } = JsonText.Null;

    /// <summary>Who set it off by hand, a person's id; null where nobody did.</summary>
    public string? By { get; init; }
}

/// <summary>What a firing should do.</summary>
public abstract record MonitorDecision
{
    private MonitorDecision()
    {
    }

    /// <summary>Run now.</summary>
    /// <param name="Money">What the workflow may spend; null for no cap.</param>
    public sealed record Run(decimal? Money) : MonitorDecision;

    /// <summary>Do not, and write down why.</summary>
    public sealed record Skip(MonitorSkip Reason, string Detail) : MonitorDecision;

    /// <summary>Wait until the open run has ended.</summary>
    public sealed record Queue : MonitorDecision;

    /// <summary>End the open run first.</summary>
    public sealed record Replace : MonitorDecision;

    /// <summary>It is dealt with already; there is nothing to write down.</summary>
    public sealed record Nothing : MonitorDecision;
}
