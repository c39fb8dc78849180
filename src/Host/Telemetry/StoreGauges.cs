using System.Diagnostics.Metrics;

namespace AiManager.Host;

/// <summary>
/// What lies in the store, as figures; meter <c>AiManager.Host</c>. The store is asked when somebody collects, and not more often than every few seconds
/// however many do. While it cannot answer, the figures are absent and <c>aimanager.store.up</c> is 0: an old number would look like a calm one.
/// </summary>
internal sealed class StoreGauges : IDisposable
{
    /// <summary>The meter.</summary>
    public const string MeterName = "AiManager.Host";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IReadModels _lists;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Meter _meter;
    private DateTimeOffset _triedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;
    private volatile StoreFigures? _figures;

    public StoreGauges(IReadModels lists, TimeProvider time)
    {
        (_lists, _time) = (lists, time);

        // A meter of this store's own: two deployments in one process do not mix their figures.
        _meter = new Meter(new MeterOptions(MeterName) { TelemetrySchemaUrl = GenAi.SchemaUrl });
        _meter.CreateObservableGauge("aimanager.store.up", () => _figures is null ? 0 : 1, null, "1 when the store answered the last time it was asked");
        _meter.CreateObservableGauge("aimanager.workflows", ByStatus, "{workflow}", "Workflows by status");
        Gauge("aimanager.approvals.pending", "{approval}", "Approvals that wait for people", f => f.PendingApprovals);
        Gauge("aimanager.escalations.open", "{escalation}", "Escalations that wait for people", f => f.OpenEscalations);
        Gauge("aimanager.queue.runnable", "{workflow}", "Workflows with something to do", f => f.Runnable);
        Gauge("aimanager.queue.leased", "{workflow}", "Workflows under a lease", f => f.Leased);
        _meter.CreateObservableGauge("aimanager.queue.lag", () => Lag(f => f.OldestRunnable), "s", "How long the workflow that waits longest for a driver has waited");
        _meter.CreateObservableGauge("aimanager.due.lag", () => Lag(f => f.NextDue), "s", "How long the earliest due row is overdue; 0 when none is");
    }

    /// <summary>Asks the store, unless it was asked just now. Never throws for a store that is away.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_time.GetUtcNow() - _triedAt < Fresh)
            {
                return;
            }

            try
            {
                _figures = await _lists.FiguresAsync(cancellationToken).WaitAsync(Patience, _time, cancellationToken);
                _askedAt = _time.GetUtcNow();
            }
            catch (Exception fault) when (fault is StoreUnavailableException or TimeoutException or ObjectDisposedException)
            {
                _figures = null; // the health endpoint and the driver's log say why
            }

            // Also of a store that is away: whoever collects next must not wait for it as long again.
            _triedAt = _time.GetUtcNow();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _one.Dispose();
    }

    private void Gauge(string name, string unit, string description, Func<StoreFigures, long> read) =>
        _meter.CreateObservableGauge(name, () => _figures is { } known ? [new Measurement<long>(read(known))] : Array.Empty<Measurement<long>>(), unit, description);

    private IEnumerable<Measurement<long>> ByStatus() => _figures is { } known
        ? StatusNames.OfWorkflows.Select(s => new Measurement<long>(known.Workflows.GetValueOrDefault(s), new KeyValuePair<string, object?>("status", s)))
        : [];

    private IEnumerable<Measurement<double>> Lag(Func<StoreFigures, DateTimeOffset?> since) => _figures is { } known
        ? [new Measurement<double>(since(known) is { } at && at < _askedAt ? (_askedAt - at).TotalSeconds : 0)]
        : [];
}
