using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>A monitor is known under this schedule from now on; what lies before was never due. The first event of every monitor's stream.</summary>
/// <param name="Name">As in <c>monitors.yaml</c>.</param>
/// <param name="Schedule">In one line; another line is another schedule.</param>
public sealed record MonitorDefined(string Name, string Schedule) : WorkflowEvent;

/// <summary>A run begins. Recorded before anything is read.</summary>
/// <param name="Run">1 for the monitor's first, and so on.</param>
/// <param name="Firing">What set it off, the same for every attempt: two runs of one firing submit one goal.</param>
/// <param name="Trigger">How it was set off.</param>
/// <param name="ScheduledFor">UTC; null when no schedule asked for it.</param>
/// <param name="Attempt">From 1; one more each time that a host died over it.</param>
/// <param name="Node">The host.</param>
/// <param name="Cause">The workflow that set it off; null when none did.</param>
/// <param name="Body">What a webhook brought: data, never an instruction; JSON null for nothing.</param>
public sealed record MonitorFired(
    int Run, string Firing, MonitorTrigger Trigger, DateTimeOffset? ScheduledFor, int Attempt, string Node, WorkflowId? Cause, JsonText Body) : WorkflowEvent
{
    /// <summary>What led here, all the way up; null when no workflow did, and in journals from before it was told: then only the cause is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Ancestry? Ancestry { get; init; }

    /// <summary>Who set it off by hand, a person's id; null where nobody did, and in journals from before it was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }
}

/// <summary>How a run is set off.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MonitorTrigger>))]
public enum MonitorTrigger
{
    /// <summary>Its time has come.</summary>
    [JsonStringEnumMemberName("schedule")]
    Schedule,

    /// <summary>Its time came while nobody was there, or the host died over it.</summary>
    [JsonStringEnumMemberName("catchUp")]
    CatchUp,

    /// <summary>Another program called.</summary>
    [JsonStringEnumMemberName("webhook")]
    Webhook,

    /// <summary>A person asked for it.</summary>
    [JsonStringEnumMemberName("manual")]
    Manual,
}

/// <summary>The condition was read.</summary>
/// <param name="Run">Of which run.</param>
/// <param name="Call">The read; null when the condition is on what a webhook brought.</param>
/// <param name="Held">Whether there is something to do.</param>
/// <param name="Seen">What was seen.</param>
public sealed record MonitorChecked(int Run, CallId? Call, bool Held, string Seen) : WorkflowEvent;

/// <summary>The goal was submitted.</summary>
/// <param name="Run">By which run.</param>
/// <param name="Workflow">The workflow that pursues it.</param>
/// <param name="Joined">True when somebody else's workflow pursued it already.</param>
/// <param name="Budget">What it may cost; null for no cap of the monitor's.</param>
public sealed record MonitorSubmitted(int Run, WorkflowId Workflow, bool Joined, Amounts? Budget) : WorkflowEvent;

/// <summary>A firing that is not run.</summary>
/// <param name="Firing">What set it off.</param>
/// <param name="Trigger">How.</param>
/// <param name="ScheduledFor">UTC, the last one when several are left out; null when no schedule asked for it.</param>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Count">How many firings this stands for, at least 1.</param>
public sealed record MonitorSkipped(string Firing, MonitorTrigger Trigger, DateTimeOffset? ScheduledFor, MonitorSkip Reason, string Detail, int Count) : WorkflowEvent;

/// <summary>Why a firing is not run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MonitorSkip>))]
public enum MonitorSkip
{
    /// <summary>The run before is still open.</summary>
    [JsonStringEnumMemberName("overlap")]
    Overlap,

    /// <summary>Too many wait already.</summary>
    [JsonStringEnumMemberName("queueFull")]
    QueueFull,

    /// <summary>Somebody paused the monitor.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>It is a quiet hour.</summary>
    [JsonStringEnumMemberName("quiet")]
    Quiet,

    /// <summary>It cools down from the goal before.</summary>
    [JsonStringEnumMemberName("coolDown")]
    CoolDown,

    /// <summary>The day's money is spent or set aside.</summary>
    [JsonStringEnumMemberName("spend")]
    Spend,

    /// <summary>Its time passed while nobody was there, and it is not made up for.</summary>
    [JsonStringEnumMemberName("missed")]
    Missed,

    /// <summary>The monitor itself led to this firing.</summary>
    [JsonStringEnumMemberName("ownCause")]
    OwnCause,

    /// <summary>Too many monitors led to one another.</summary>
    [JsonStringEnumMemberName("longChain")]
    LongChain,
}

/// <summary>A firing that waits until the open run has ended.</summary>
/// <param name="Firing">What set it off.</param>
/// <param name="Trigger">How.</param>
/// <param name="ScheduledFor">UTC; null when no schedule asked for it.</param>
/// <param name="Cause">The workflow that set it off; null when none did.</param>
/// <param name="Body">What a webhook brought; JSON null for nothing.</param>
public sealed record MonitorQueued(string Firing, MonitorTrigger Trigger, DateTimeOffset? ScheduledFor, WorkflowId? Cause, JsonText Body) : WorkflowEvent
{
    /// <summary>Who set it off by hand, a person's id; null where nobody did, and in journals from before it was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }
}

/// <summary>A run is over.</summary>
/// <param name="Run">Which.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">For people.</param>
/// <param name="Spent">What its workflow spent, by calendar day of the company, in order; empty for nothing.</param>
public sealed record MonitorRunEnded(int Run, MonitorOutcome Outcome, string Detail, ImmutableArray<DaySpend> Spent) : WorkflowEvent;

/// <summary>How a run ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MonitorOutcome>))]
public enum MonitorOutcome
{
    /// <summary>The condition did not hold.</summary>
    [JsonStringEnumMemberName("nothingToDo")]
    NothingToDo,

    /// <summary>Another open workflow pursues the goal.</summary>
    [JsonStringEnumMemberName("joined")]
    Joined,

    /// <summary>Its workflow completed.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Its workflow failed, or it could not be submitted, or the condition could not be read.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Its workflow was cancelled by somebody.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>A later firing took its place.</summary>
    [JsonStringEnumMemberName("replaced")]
    Replaced,

    /// <summary>Its host died before it had submitted anything.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Its workflow was archived before anybody had looked how it ended.</summary>
    [JsonStringEnumMemberName("archived")]
    Archived,
}

/// <summary>Money of one day.</summary>
/// <param name="Day">Of the company's calendar.</param>
/// <param name="Money">Spent, or set aside for what nobody knows yet, in the company's currency.</param>
public sealed record DaySpend(DateOnly Day, decimal Money);

/// <summary>Somebody stopped the monitor for now.</summary>
/// <param name="Reason">In their words.</param>
public sealed record MonitorPaused(PrivateText Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>The monitor may go on. What fell due meanwhile was skipped.</summary>
public sealed record MonitorResumed : WorkflowEvent;
