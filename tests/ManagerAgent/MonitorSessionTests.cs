namespace AiManager.ManagerAgent.Tests;

/// <summary>One run of a monitor, and what others do to it meanwhile.</summary>
public sealed class MonitorSessionTests
{
    private static readonly MonitorId Id = MonitorId.Named("watch");

    [Fact]
    public async Task A_run_that_was_declared_lost_hears_of_it_though_it_has_nothing_to_write()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var journal = new MemoryJournal(new MemoryStore(time));
        var (here, elsewhere) = (BookOf(journal, time), BookOf(journal, time));
        var fired = new MonitorFired(1, "first", MonitorTrigger.Schedule, null, 1, "here:1", null, JsonText.Null);
        var state = await here.AppendAsync(Id, _ => [new MonitorDefined("watch", "every 3600s"), fired], Actor.System, CancellationToken.None);
        var session = new MonitorSession(here, state, 1);
        Assert.IsType<LogResult.Appended>(await session.AppendAsync([], [], Actor.System, CancellationToken.None));

        await elsewhere.AppendAsync(Id, _ => [new MonitorRunEnded(1, MonitorOutcome.Lost, "The host here:1 died over it.", [])], Actor.System, CancellationToken.None);
        Assert.IsType<LogResult.Overtaken>(await session.AppendAsync([], [], Actor.System, CancellationToken.None));
        Assert.Null(session.Run);
    }

    private static MonitorBook BookOf(MemoryJournal journal, ManualTime time) => new(journal, new EventStream(journal, new PlainEnvelopes()), time);
}
