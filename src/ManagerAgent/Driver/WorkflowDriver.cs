namespace AiManager.ManagerAgent;

/// <summary>
/// Drives one claimed workflow until it waits: asks the decider what can be done, lets the parts of the manager do it side by side,
/// and lets go. Everything it knows is in the journal; killing it at any line loses nothing.
/// </summary>
internal sealed class WorkflowDriver(
    IWorkflowJournal journal,
    EventStream stream,
    CommandDesk desk,
    ICrashPoints crash,
    TimeProvider time,
    DriverOptions options)
{
    /// <summary>Rounds in a row that may change nothing before this is taken for a mistake in the program.</summary>
    private const int MostBarrenRounds = 20;

    /// <summary>Drives until nothing can be done now. Throws <see cref="LeaseLostException"/> when another host took over.</summary>
    public async Task DriveAsync(Claim claim, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoint.AfterClaim, claim.Stream);
        using var session = await WorkflowSession.OpenAsync(journal, stream, time, claim, time.GetUtcNow() + options.Lease, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeper = KeepLeaseAsync(session, stop);
        var running = new Dictionary<WorkflowCommand, Task>();
        try
        {
            await RunAsync(session, running, stop.Token);
            crash.Pass(CrashPoint.BeforeRelease, claim.Stream);
            await journal.ReleaseAsync(claim, session.FoldedSeq, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LeaseLostException(claim.Stream);
        }
        catch (OperationCanceledException)
        {
            // There is more to do: whoever comes next need not wait until the lease has run out.
            await StopAsync(running, keeper, stop);
            await journal.ReleaseAsync(claim, foldedSeq: 0, CancellationToken.None);
            throw;
        }
        finally
        {
            await StopAsync(running, keeper, stop);
        }
    }

    private static async Task StopAsync(Dictionary<WorkflowCommand, Task> running, Task keeper, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await Task.WhenAll(running.Values.Append(keeper)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(WorkflowSession session, Dictionary<WorkflowCommand, Task> running, CancellationToken cancellationToken)
    {
        var news = journal.WaitForWorkAsync(options.Patience, cancellationToken);
        var barren = 0;
        while (true)
        {
            foreach (var command in Decider.Decide(session.State, time.GetUtcNow()))
            {
                if (running.Count < options.MaxParallelSteps && !running.ContainsKey(command))
                {
                    running[command] = desk.CarryOutAsync(command, session, cancellationToken);
                }
            }

            if (running.Count == 0)
            {
                if (await session.FlushAsync(cancellationToken) || await session.RefreshAsync(cancellationToken))
                {
                    continue;
                }

                return;
            }

            var seq = session.State.Seq;
            await Task.WhenAny(running.Values.Append(news));
            if (news.IsCompleted)
            {
                await news;
                await session.RefreshAsync(cancellationToken);
                news = journal.WaitForWorkAsync(options.Patience, cancellationToken);
            }

            foreach (var (command, task) in running.Where(r => r.Value.IsCompleted).ToList())
            {
                running.Remove(command);
                await task;
                barren = session.State.Seq == seq ? barren + 1 : 0;
                if (barren > MostBarrenRounds)
                {
                    throw new InvalidOperationException($"{command} of {session.State.Id} changes nothing.");
                }
            }
        }
    }

    /// <summary>Renews until it is stopped; stops everything when the lease is somebody else's.</summary>
    private async Task KeepLeaseAsync(WorkflowSession session, CancellationTokenSource stop)
    {
        using var timer = new PeriodicTimer(options.Lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                await session.HoldAsync(time.GetUtcNow() + options.Lease, stop.Token);
            }
        }
        catch (Exception fault) when (fault is LeaseLostException or StoreUnavailableException)
        {
            await stop.CancelAsync();
        }
    }
}
