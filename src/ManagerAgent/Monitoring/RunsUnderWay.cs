using System.Collections.Concurrent;

namespace AiManager.ManagerAgent;

/// <summary>
/// What this process is in the middle of, so that a run which was broken off can be told from one that takes its time. One for the whole process, whichever
/// configuration is in force: what an earlier one began goes on beside a later one. Thread-safe.
/// </summary>
/// <param name="stopping">Cancelled when the process is about to end. What was begun heeds this and nothing else: whoever asked for it may hang up.</param>
public sealed class RunsUnderWay(CancellationToken stopping)
{
    private readonly ConcurrentDictionary<string, Entry> _rows = [];

    /// <summary>Cancelled when the process is about to end.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Says that something is under way here, before anybody else can know of it.</summary>
    /// <param name="row">The id of its row.</param>
    /// <param name="run">The monitor's run; null for what is no monitor's.</param>
    /// <returns>Dispose it when it is not any more, however it ended.</returns>
    public IDisposable Begin(string row, (MonitorId Monitor, int Number)? run)
    {
        var entry = new Entry(this, row, run);
        _rows[row] = entry;
        return entry;
    }

    /// <summary>Whether something with this row is under way here.</summary>
    public bool HasRow(string row) => _rows.ContainsKey(row);

    /// <summary>Whether a run is under way here.</summary>
    public bool Has(MonitorId monitor, int number) => _rows.Values.Any(e => e.Run == (monitor, number));

    /// <summary>Completes when no run of a monitor that is under way now is any more; what begins meanwhile is not waited for, nor what is no monitor's: that goes through no tool.</summary>
    public Task RunsEndedAsync(CancellationToken cancellationToken) => Task.WhenAll(_rows.Values.Where(e => e.Run is not null).Select(e => e.Ended)).WaitAsync(cancellationToken);

    private sealed class Entry(RunsUnderWay all, string row, (MonitorId Monitor, int Number)? run) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public (MonitorId Monitor, int Number)? Run => run;

        public Task Ended => _ended.Task;

        public void Dispose()
        {
            all._rows.TryRemove(row, out _);
            _ended.TrySetResult();
        }
    }
}
