using System.Collections.Concurrent;

namespace AiManager.ManagerAgent;

/// <summary>
/// What this process is in the middle of, so that a run which was broken off can be told from one that takes its time. One for the whole process, whichever
/// configuration is in force: what an earlier one began goes on beside a later one. Thread-safe.
/// </summary>
/// <param name="stopping">Cancelled when the process is about to end. What was begun heeds this and nothing else: whoever asked for it may hang up.</param>
public sealed class RunsUnderWay(CancellationToken stopping)
{
    private readonly ConcurrentDictionary<string, (MonitorId Monitor, int Number)?> _rows = [];

    /// <summary>Cancelled when the process is about to end.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Says that something is under way here, before anybody else can know of it.</summary>
    /// <param name="row">The id of its row.</param>
    /// <param name="run">The monitor's run; null for what is no monitor's.</param>
    /// <returns>Dispose it when it is not any more, however it ended.</returns>
    public IDisposable Begin(string row, (MonitorId Monitor, int Number)? run)
    {
        _rows[row] = run;
        return new Entry(this, row);
    }

    /// <summary>Whether something with this row is under way here.</summary>
    public bool HasRow(string row) => _rows.ContainsKey(row);

    /// <summary>Whether a run is under way here.</summary>
    public bool Has(MonitorId monitor, int number) => _rows.Values.Contains((monitor, number));

    private sealed class Entry(RunsUnderWay all, string row) : IDisposable
    {
        public void Dispose() => all._rows.TryRemove(row, out _);
    }
}
