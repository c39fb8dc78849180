namespace AiManager.Host;

/// <summary>A proof of the journal that somebody asked for.</summary>
/// <param name="By">Who.</param>
/// <param name="Since">When it began.</param>
/// <param name="Events">How many are checked by now.</param>
/// <param name="Found">What it found; null while it goes on, and where it broke off.</param>
/// <param name="Fault">Why it broke off; null where it did not.</param>
/// <param name="Ended">When it ended; null while it goes on.</param>
internal sealed record VerifyRun(string By, DateTimeOffset Since, long Events, AuditResult? Found, string? Fault, DateTimeOffset? Ended)
{
    /// <summary>True until it has ended.</summary>
    public bool IsGoing => Ended is null;
}

/// <summary>
/// Proves the journal for whoever asks, apart from their request: a journal of millions of events takes longer than a browser waits. A host has one run at a time, which whoever
/// asks meanwhile joins, and knows its last one. Nothing is changed by it. Thread-safe.
/// </summary>
internal sealed class VerifyDesk(IJournalAudit audit, TimeProvider time, ILogger<VerifyDesk> log) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private VerifyRun? _last;
    private Task _work = Task.CompletedTask;

    /// <summary>The run that goes on, or the last one on this host; null before the first.</summary>
    public VerifyRun? Last => Volatile.Read(ref _last);

    /// <summary>Begins, where none goes on.</summary>
    /// <param name="person">For whom.</param>
    /// <returns>Done when the run has ended; it never fails.</returns>
    public Task Begin(string person)
    {
        lock (_gate)
        {
            if (_last is { IsGoing: true } || _ending.IsCancellationRequested)
            {
                return _work;
            }

            var begun = new VerifyRun(person, time.GetUtcNow(), 0, null, null, null);
            Volatile.Write(ref _last, begun);
            var ending = _ending.Token; // behind this lock there may be none any more
            return _work = Task.Run(() => RunAsync(begun, ending), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }

    private async Task RunAsync(VerifyRun begun, CancellationToken ending)
    {
        try
        {
            var found = await audit.VerifyAsync(new Told(count => Volatile.Write(ref _last, begun with { Events = count })), ending);
            End(begun with { Events = found.Events, Found = found });
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            End(begun with { Fault = "The service stopped in the middle." });
        }
        catch (StoreUnavailableException)
        {
            End(begun with { Fault = "The store could not be read to its end. Nothing is said of the journal; try again." });
        }
#pragma warning disable CA1031 // nobody waits for this; whatever goes wrong is told on the page
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.VerifyBrokeOff(fault);
            End(begun with { Fault = "It broke off, and the service's log has why. Nothing is said of the journal." });
        }
    }

    private void End(VerifyRun run) => Volatile.Write(ref _last, run with { Ended = time.GetUtcNow() });

    /// <summary>At once and in order, which the framework's own does not promise.</summary>
    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
