using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>Claims what there is to drive and drives it, several workflows side by side.</summary>
public sealed class WorkflowLoop
{
    /// <summary>Between two looks, so that a row whose time has come and that nobody can claim does not keep a host busy.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly IWorkflowJournal _journal;
    private readonly WorkflowDriver _driver;
    private readonly TimeProvider _time;
    private readonly DriverOptions _options;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);

    internal WorkflowLoop(IWorkflowJournal journal, WorkflowDriver driver, TimeProvider time, DriverOptions options, ILogger<WorkflowLoop> logger) =>
        (_journal, _driver, _time, _options, _logger) = (journal, driver, time, options, logger);

    /// <summary>
    /// Drives until nothing is left that can go on without people or time.
    /// Throws what a workflow throws, once the others have been let go: a terminal wants to see it.
    /// </summary>
    /// <param name="only">This workflow; null for whatever is unfinished.</param>
    /// <param name="cancellationToken">Lets go in the middle; everything can be resumed.</param>
    public Task RunUntilIdleAsync(WorkflowId? only, CancellationToken cancellationToken) =>
        RunAsync(only?.ToString(), waits: false, CancellationToken.None, cancellationToken);

    /// <summary>Drives for ever. A workflow that fails in an unexpected way is logged and tried again when its lease has run out.</summary>
    /// <param name="closing">Claims nothing more, and returns when what is being driven waits.</param>
    /// <param name="cancellationToken">Lets go in the middle; everything can be resumed.</param>
    public Task RunAsync(CancellationToken closing, CancellationToken cancellationToken) => RunAsync(null, waits: true, closing, cancellationToken);

    private async Task RunAsync(string? only, bool waits, CancellationToken closing, CancellationToken cancellationToken)
    {
        var driving = new HashSet<Task>();
        Task? news = null;
        using var closed = closing.Register(() => _closed.TrySetResult());
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                // Begun before the claim: what is announced between "nothing to claim" and waiting would else go to somebody else's wait.
                news ??= _journal.WaitForWorkAsync(_options.Patience, cancellationToken);
                var isOpen = !closing.IsCancellationRequested;
                var claim = isOpen && driving.Count < _options.MaxParallelWorkflows ? await ClaimAsync(only, waits, cancellationToken) : null;
                if (claim is not null)
                {
                    driving.Add(DriveAsync(claim, waits, cancellationToken));
                    continue;
                }

                if (driving.Count == 0 && !(waits && isOpen))
                {
                    return;
                }

                using (var waited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
                {
                    var due = Task.Delay(await PatienceAsync(waits, cancellationToken), _time, waited.Token);
                    await Task.WhenAny(driving.Append(news).Append(due).Append(isOpen ? _closed.Task : news));
                    await waited.CancelAsync();
                }

                if (news.IsCompleted)
                {
                    await news;
                    news = null;
                }

                foreach (var done in driving.Where(d => d.IsCompleted).ToList())
                {
                    driving.Remove(done);
                    await done;
                }
            }
        }
        finally
        {
            await Task.WhenAll(driving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<Claim?> ClaimAsync(string? only, bool waits, CancellationToken cancellationToken)
    {
        try
        {
            var claim = await _journal.ClaimAsync(_options.Node, _time.GetUtcNow(), _options.Lease, only, cancellationToken);
            ManagerTelemetry.LeasesClaimed.Add(claim is null ? 0 : 1);
            ManagerTelemetry.LeasesLost.Add(0); // as that one, there before the first
            return claim;
        }
        catch (Exception fault) when (waits && fault is not OperationCanceledException)
        {
            // Away, or for once too busy: the next look is soon, and a host does not end over it.
            _logger.StoreAway(fault);
            return null;
        }
    }

    private async Task DriveAsync(Claim claim, bool waits, CancellationToken cancellationToken)
    {
        // Away from the caller's thread: a workflow that computes must not hold up the claims of the others.
        await Task.Yield();
        try
        {
            await _driver.DriveAsync(claim, cancellationToken);
        }
        catch (LeaseLostException lost)
        {
            ManagerTelemetry.LeasesLost.Add(1);
            if (lost.InnerException is { } cause)
            {
                _logger.DrivingFailed(cause, claim.Stream);
            }
            else
            {
                _logger.LeaseLost(claim.Stream);
            }
        }
        catch (UnknownEventException newer)
        {
            await LeaveToNewerAsync(claim, newer);
            if (!waits)
            {
                throw;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _logger.LetGo(claim.Stream);
        }
        catch (Exception fault) when (waits)
        {
            // The outer edge of the loop: the lease runs out by itself, and that is the pause before the next attempt.
            _logger.DrivingFailed(fault, claim.Stream);
        }
    }

    /// <summary>
    /// A newer program wrote something that this one cannot read: it is let go for hosts that can. Should it come back all the same, the lease is left to run
    /// out, so that this host does not take it again and again from those.
    /// </summary>
    private async Task LeaveToNewerAsync(Claim claim, UnknownEventException newer)
    {
        _logger.LeftToNewer(newer, claim.Stream);
        if (!_unreadable.TryAdd(claim.Stream, true))
        {
            return;
        }

        try
        {
            await _journal.ReleaseAsync(claim, foldedSeq: 0, CancellationToken.None);
        }
        catch (StoreUnavailableException away)
        {
            _logger.StoreAway(away); // the lease runs out by itself
        }
    }

    private async Task<TimeSpan> PatienceAsync(bool waits, CancellationToken cancellationToken)
    {
        if (!waits)
        {
            return _options.Patience;
        }

        try
        {
            var due = await _journal.NextDueAsync(cancellationToken) - _time.GetUtcNow();
            return due is { } wait && wait < _options.Patience ? (wait > Shortest ? wait : Shortest) : _options.Patience;
        }
        catch (StoreUnavailableException)
        {
            return _options.Patience;
        }
    }
}
