using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiManager.Domain;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>The product's journal under workflows that append as fast as it takes them.</summary>
internal static class JournalLoop
{
    /// <summary>
    /// As many make the log grow to the size at which it is written over from its beginning, as it is in a process that has been up for a while; a growing file
    /// costs the disk several times as much.
    /// </summary>
    public const int WarmUpEvents = 40_000;

    private const int MostWorkflows = 10_000_000;

    /// <param name="store">Where.</param>
    /// <param name="concurrency">Workflows.</param>
    /// <param name="span">How long to measure, after a quarter of it for warming up.</param>
    /// <param name="number">Which of several processes on the store this is: each has workflows of its own.</param>
    /// <param name="warm">Waits for whoever else is to begin at the same moment.</param>
    public static async Task<Measured> RunAsync(MemoryStore store, int concurrency, TimeSpan span, int number = 0, Func<Task>? warm = null)
    {
        using var commits = new CommitCount();
        var slots = Enumerable.Range(0, concurrency).Select(_ => new Slot(number)).ToArray();
        await GrowAsync(store.Journal, number);
        await DriveAsync(store.Journal, slots, span / 4);
        await (warm?.Invoke() ?? Task.CompletedTask);
        foreach (var slot in slots)
        {
            slot.Latencies.Clear();
        }

        commits.Restart();
        var meter = new Meterstick();
        await DriveAsync(store.Journal, slots, span);
        var measured = meter.Read(slots.Sum(s => s.Latencies.Count), commits.PerCommit);
        var sorted = slots.SelectMany(s => s.Latencies).Order().ToArray();
        return measured with { P50 = Milliseconds(sorted, 0.5), P99 = Milliseconds(sorted, 0.99) };
    }

    private static async Task GrowAsync(IWorkflowJournal journal, int number)
    {
        const int Most = 256;
        var work = new Workload(number * MostWorkflows, DateTimeOffset.UnixEpoch);
        for (var seq = 0; seq < WarmUpEvents; seq += Most)
        {
            var events = Enumerable.Range(seq, Most).SelectMany(s => work.Next(s).Events).ToImmutableArray();
            await journal.AppendAsync(work.Next(seq) with { Events = events }, CancellationToken.None);
        }
    }

    private static Task DriveAsync(IWorkflowJournal journal, Slot[] slots, TimeSpan span)
    {
        var until = Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency);
        return Task.WhenAll(slots.Select(slot => Task.Run(() => DriveAsync(journal, slot, until))));
    }

    private static async Task DriveAsync(IWorkflowJournal journal, Slot slot, long until)
    {
        for (var now = Stopwatch.GetTimestamp(); now < until;)
        {
            if (slot.Seq == Workload.Length)
            {
                slot.Begin();
            }

            if (await journal.AppendAsync(slot.Work.Next(slot.Seq), CancellationToken.None) is not AppendResult.Appended)
            {
                throw new InvalidOperationException("An append was not taken.");
            }

            slot.Seq++;
            var then = Stopwatch.GetTimestamp();
            slot.Latencies.Add(then - now);
            now = then;
        }
    }

    private static double Milliseconds(long[] sorted, double part) =>
        sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * part)] * 1000.0 / Stopwatch.Frequency;

    /// <summary>One workflow at a time.</summary>
    private sealed class Slot
    {
        private static int _last;
        private readonly int _first;

        public Slot(int process)
        {
            _first = process * MostWorkflows;
            Begin();
        }

        public Workload Work { get; private set; } = null!;

        public int Seq { get; set; }

        public List<long> Latencies { get; } = new(1 << 16);

        public void Begin() => (Work, Seq) = (new Workload(_first + Interlocked.Increment(ref _last), TimeProvider.System.GetUtcNow()), 0);
    }

    /// <summary>Listens to the store's own meter.</summary>
    private sealed class CommitCount : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _commits;
        private long _writes;

        public CommitCount()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "aimanager.journal.commit.writes")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, writes, _, _) =>
            {
                Interlocked.Increment(ref _commits);
                Interlocked.Add(ref _writes, writes);
            });
            _listener.Start();
        }

        public double PerCommit => (double)Interlocked.Read(ref _writes) / Math.Max(1, Interlocked.Read(ref _commits));

        public void Restart() => (_commits, _writes) = (0, 0);

        public void Dispose() => _listener.Dispose();
    }
}
