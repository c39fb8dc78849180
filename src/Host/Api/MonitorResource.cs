using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>A monitor as it is shown outside.</summary>
/// <param name="Id">Its stream.</param>
/// <param name="Name">As in <c>monitors.yaml</c>.</param>
/// <param name="Schedule">In one line.</param>
/// <param name="Status"><c>idle</c>, <c>running</c> (a run is open) or <c>paused</c>.</param>
/// <param name="Goal">What it submits.</param>
/// <param name="Next">When it fires next; null while it is paused, and for a webhook.</param>
/// <param name="Paused">Who stopped it and why; null when nobody did.</param>
/// <param name="Open">The run that is not over; null for none.</param>
/// <param name="Last">The last run that is; null for none.</param>
/// <param name="LastSkip">The last firing that was left out; null for none.</param>
/// <param name="Waiting">Firings that wait for the open run.</param>
/// <param name="SpentToday">By its workflows, in the company's calendar day.</param>
/// <param name="PerDay">The most for a day; null for no cap.</param>
internal sealed record MonitorResource(
    MonitorId Id,
    string Name,
    string Schedule,
    string Status,
    string Goal,
    DateTimeOffset? Next,
    PauseResource? Paused,
    RunResource? Open,
    RunResource? Last,
    SkipResource? LastSkip,
    int Waiting,
    Money SpentToday,
    Money? PerDay);

/// <summary>A pause.</summary>
internal sealed record PauseResource(string Reason, string By, DateTimeOffset At);

/// <summary>A firing that was left out.</summary>
internal sealed record SkipResource(string Reason, string Detail, DateTimeOffset? At, int Count);

/// <summary>A run.</summary>
/// <param name="Run">Its number.</param>
/// <param name="Trigger">How it was set off.</param>
/// <param name="ScheduledFor">Null when no schedule asked for it.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Node">The host.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">Null while it is open.</param>
/// <param name="Seconds">How long it took; null while it is open.</param>
/// <param name="Outcome">How it ended; null while it is open.</param>
/// <param name="Detail">For people.</param>
/// <param name="Seen">What the check saw; null before.</param>
/// <param name="Workflow">What it submitted or joined; null for none.</param>
/// <param name="Spent">Null while it is open.</param>
internal sealed record RunResource(
    int Run,
    string Trigger,
    DateTimeOffset? ScheduledFor,
    int Attempt,
    string Node,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    double? Seconds,
    string? Outcome,
    string? Detail,
    string? Seen,
    WorkflowId? Workflow,
    Money? Spent);

/// <summary>What came of setting a monitor off.</summary>
internal sealed record FiringResource(string Outcome, string Detail, int? Run, WorkflowId? Workflow);

/// <summary>Monitors for people.</summary>
internal sealed class MonitorMapper(LoadedCompany company)
{
    /// <summary>One of them.</summary>
    public MonitorResource Map(MonitorView view)
    {
        var state = view.State;
        return new MonitorResource(
            view.Definition.Id,
            view.Definition.Name,
            view.Definition.Schedule.Words,
            state.Pause is not null ? "paused" : state.Open is not null ? "running" : "idle",
            view.Definition.Submission.Goal,
            view.Next,
            state.Pause is { } pause ? new PauseResource(pause.Reason, pause.By.PersonId ?? pause.By.Value, pause.At) : null,
            state.Open is { } open ? Map(open) : null,
            state.Recent is [.., var last] ? Map(last) : null,
            state.LastSkip is { } skip ? new SkipResource(ClosedWords.Of(skip.Reason), skip.Detail, state.LastSkipAt, skip.Count) : null,
            state.Queue.Length,
            Amount(view.SpentToday),
            view.Definition.MoneyPerDay is { } most ? Amount(most) : null);
    }

    private RunResource Map(MonitorRun run) => new(
        run.Fired.Run,
        ClosedWords.Of(run.Fired.Trigger),
        run.Fired.ScheduledFor,
        run.Fired.Attempt,
        run.Fired.Node,
        run.StartedAt,
        run.EndedAt,
        run.EndedAt is { } ended ? Math.Round((ended - run.StartedAt).TotalSeconds, 3) : null,
        run.Ended is { } how ? ClosedWords.Of(how.Outcome) : null,
        run.Ended?.Detail,
        run.Checked?.Seen,
        run.Submitted?.Workflow,
        run.Ended is { } over ? Amount(over.Spent.Sum(d => d.Money)) : null);

    private Money Amount(decimal amount) => MoneyText.ToMoney(amount, company.Settings.Currency);
}
