using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A monitor as <c>monitors.yaml</c> has it.</summary>
/// <param name="Name">Unique; the id follows from it.</param>
/// <param name="Schedule">When it fires.</param>
/// <param name="Condition">What must hold before anything is submitted; null when nothing must.</param>
/// <param name="Submission">What to submit.</param>
public sealed record MonitorDefinition(string Name, MonitorSchedule Schedule, MonitorCondition? Condition, MonitorSubmission Submission)
{
    /// <summary>Its id.</summary>
    public MonitorId Id { get; } = MonitorId.Named(Name);

    /// <summary>What happens to a firing while a run is open. Default <see cref="MonitorOverlap.Skip"/>.</summary>
    public MonitorOverlap Overlap { get; init; }

    /// <summary>What happens to firings that fell due while nobody was there. Default <see cref="MonitorCatchUp.One"/>.</summary>
    public MonitorCatchUp CatchUp { get; init; }

    /// <summary>When it stays quiet; null for never.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>How long it stays quiet after a goal; null for not at all.</summary>
    public TimeSpan? CoolDown { get; init; }

    /// <summary>Money that one run's workflow may spend, in the company's currency; null for no cap of its own.</summary>
    public decimal? MoneyPerRun { get; init; }

    /// <summary>Money that its workflows may spend in one calendar day of the company; null for no cap.</summary>
    public decimal? MoneyPerDay { get; init; }
}

/// <summary>When a monitor fires.</summary>
public abstract record MonitorSchedule
{
    private MonitorSchedule()
    {
    }

    /// <summary>In one line, for people and for telling schedules apart.</summary>
    public abstract string Words { get; }

    /// <summary>By the calendar.</summary>
    /// <param name="Expression">Five fields; see <see cref="CronText"/>.</param>
    /// <param name="Zone">In whose wall-clock time they are meant.</param>
    public sealed record Cron(string Expression, TimeZoneInfo Zone) : MonitorSchedule
    {
        /// <inheritdoc/>
        public override string Words => $"cron {Expression} {Zone.Id}";
    }

    /// <summary>Again and again, at the multiples of an interval since 1970-01-01 UTC, so that a restart shifts nothing.</summary>
    public sealed record Every(TimeSpan Interval) : MonitorSchedule
    {
        /// <inheritdoc/>
        public override string Words => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"every {Interval.TotalSeconds}s");
    }

    /// <summary>When another program calls.</summary>
    /// <param name="Secret">What the caller must know.</param>
    public sealed record Webhook(string Secret) : MonitorSchedule
    {
        /// <inheritdoc/>
        public override string Words => "webhook";

        /// <inheritdoc/>
        public override string ToString() => Words; // a secret is in no log
    }
}

/// <summary>What must hold.</summary>
/// <param name="Tool">The tool that reads; null when the condition is on what a webhook brought.</param>
/// <param name="Args">Its arguments, an object.</param>
/// <param name="Is">A <c>when</c> condition over <c>result</c> and <c>args</c>.</param>
public sealed record MonitorCondition(string? Tool, JsonText Args, string Is);

/// <summary>What a monitor submits.</summary>
/// <param name="Goal">In plain words; never made from data.</param>
/// <param name="Owner">Whose goal it is: a person's id. That person cannot approve what it asks for.</param>
/// <param name="Playbook">Null leaves the choice to the manager.</param>
/// <param name="Inputs">Values that travel with the goal; see <see cref="InputTemplate"/>.</param>
public sealed record MonitorSubmission(string Goal, string Owner, string? Playbook, InputTemplate Inputs);

/// <summary>What happens to a firing while a run is open.</summary>
public enum MonitorOverlap
{
    /// <summary>It is left out.</summary>
    Skip,

    /// <summary>It waits until the open run has ended.</summary>
    Queue,

    /// <summary>It takes the open run's place; that run's workflow is cancelled.</summary>
    Replace,
}

/// <summary>What happens to firings that fell due while nobody was there.</summary>
public enum MonitorCatchUp
{
    /// <summary>One run for all of them.</summary>
    One,

    /// <summary>A run for each, oldest first, for the last <see cref="MissedFirings.MostMadeUp"/>.</summary>
    All,

    /// <summary>None.</summary>
    None,
}

/// <summary>Hours in which schedules and webhooks set nothing off.</summary>
/// <param name="From">The first quiet minute.</param>
/// <param name="To">The first minute that is not quiet any more; before <paramref name="From"/> for a night, the same for the whole day.</param>
/// <param name="Zone">In whose wall-clock time.</param>
/// <param name="Days">The days on which quiet hours begin; empty for all.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone, ImmutableArray<DayOfWeek> Days)
{
    /// <summary>True when <paramref name="moment"/> is quiet.</summary>
    public bool Holds(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, Zone);
        var (time, day) = (TimeOnly.FromDateTime(local.DateTime), local.DayOfWeek);
        if (From < To)
        {
            return time >= From && time < To && BeginsOn(day);
        }

        return (time >= From && BeginsOn(day)) || (time < To && BeginsOn((DayOfWeek)(((int)day + 6) % 7)));
    }

    private bool BeginsOn(DayOfWeek day) => Days.IsDefaultOrEmpty || Days.Contains(day);
}
