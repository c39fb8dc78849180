namespace AiManager.Domain.Tests;

/// <summary>Monitors and their streams, in few words.</summary>
internal static class Watch
{
    public static readonly MonitorDefinition Nightly = new(
        "nightly", new MonitorSchedule.Every(TimeSpan.FromHours(1)), null, new MonitorSubmission("Restock.", "jana", null, InputTemplate.Empty));

    public static MonitorState Of(params WorkflowEvent[] events) => Then(MonitorFold.Start(Nightly.Id), [new MonitorDefined("nightly", "every 3600s"), .. events]);

    public static MonitorState Then(MonitorState state, params WorkflowEvent[] events)
    {
        foreach (var fact in events)
        {
            state = MonitorFold.TryApply(state, new Recorded(0, state.Seq + 1, Given.Noon.AddMinutes(state.Seq), Actor.System, fact)) ?? throw new InvalidOperationException($"{fact} is no legal move.");
        }

        return state;
    }

    public static MonitorState? Try(MonitorState state, WorkflowEvent fact) => MonitorFold.TryApply(state, new Recorded(0, state.Seq + 1, Given.Noon.AddHours(2), Actor.System, fact));

    public static MonitorFired Fired(int run, string firing = "f", DateTimeOffset? scheduledFor = null, int attempt = 1) =>
        new(run, firing, MonitorTrigger.Schedule, scheduledFor, attempt, "n1", null, JsonText.Null);

    public static MonitorSubmitted Submitted(int run, bool joined = false) => new(run, Given.Workflow, joined, null);

    public static MonitorRunEnded Ended(int run, MonitorOutcome outcome = MonitorOutcome.Completed, params DaySpend[] spent) => new(run, outcome, "", [.. spent]);

    public static MonitorQueued Queued(string firing) => new(firing, MonitorTrigger.Webhook, null, null, JsonText.EmptyObject);

    public static MonitorSkipped Skipped(string firing, DateTimeOffset? scheduledFor = null) => new(firing, MonitorTrigger.Schedule, scheduledFor, MonitorSkip.Overlap, "", 1);

    public static MonitorFiring At(DateTimeOffset moment) => new(moment.ToString("O"), MonitorTrigger.Schedule) { ScheduledFor = moment };
}
