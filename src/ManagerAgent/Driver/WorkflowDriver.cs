namespace AiManager.ManagerAgent;

/// <summary>
/// Drives one claimed workflow until it waits: asks the decider what can be done, lets the parts of the manager do it side by side,
/// and lets go. Everything it knows is in the journal; killing it at any line loses nothing.
/// </summary>
internal sealed class WorkflowDriver(
    IWorkflowJournal store,
    IEnvelopes envelopes,
    CommandDesk desk,
    ICrashPoints crash,
    TimeProvider time,
    DriverOptions options)
{
    /// <summary>Rounds in a row that may change nothing, with nothing else under way, before this is taken for a mistake in the program.</summary>
    private const int MostBarrenRounds = 20;

    private readonly PatientJournal _journal = new(store, time, options);

    /// <summary>Drives until nothing can be done now. Throws <see cref="LeaseLostException"/> when another host took over, and what the store throws for longer than this host waits.</summary>
    public async Task DriveAsync(Claim claim, CancellationToken cancellationToken)
    {
        using var span = ManagerTelemetry.StartDrive(claim);
        crash.Pass(CrashPoint.AfterClaim, claim.Stream);
        using var session = await WorkflowSession.OpenAsync(_journal, new EventStream(_journal, envelopes), time, claim, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeper = KeepLeaseAsync(session, stop);
        var running = new Dictionary<object, Round>();
        try
        {
            await RunAsync(session, running, stop.Token);
            crash.Pass(CrashPoint.BeforeRelease, claim.Stream);
            await _journal.ReleaseAsync(claim, session.FoldedSeq, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            span.Fail("lease_lost");
            await StopAsync(running, keeper, stop);
            throw keeper.Exception?.InnerException switch
            {
                StoreUnavailableException away => new StoreUnavailableException(away.Message, away),
                null or LeaseLostException => new LeaseLostException(claim.Stream),
                var cause => new LeaseLostException(claim.Stream, cause),
            };
        }
        catch (OperationCanceledException)
        {
            // There is more to do: whoever comes next need not wait until the lease has run out.
            await StopAsync(running, keeper, stop);
            await _journal.ReleaseAsync(claim, foldedSeq: 0, CancellationToken.None);
            throw;
        }
        finally
        {
            await StopAsync(running, keeper, stop);
        }
    }

    private static async Task StopAsync(Dictionary<object, Round> running, Task keeper, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await Task.WhenAll(running.Values.Select(r => r.Work).Append(keeper)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(WorkflowSession session, Dictionary<object, Round> running, CancellationToken cancellationToken)
    {
        var news = _journal.WaitForWorkAsync(options.Patience, cancellationToken);
        var tired = new HashSet<WorkflowCommand>();
        var (seen, barren) = (session.State, 0);
        while (true)
        {
            if (!ReferenceEquals(seen, session.State))
            {
                (seen, barren) = (session.State, 0);
                tired.Clear();
            }

            Begin(seen, session, running, tired, cancellationToken);
            if (running.Count == 0)
            {
                if (await session.FlushAsync(cancellationToken) || await session.RefreshAsync(cancellationToken))
                {
                    continue;
                }

                if (tired.Count == 0)
                {
                    return;
                }

                if (++barren > MostBarrenRounds)
                {
                    throw new InvalidOperationException($"{tired.First()} of {session.State.Id} changes nothing.");
                }

                tired.Clear();
                continue;
            }

            await Task.WhenAny(running.Values.Select(r => r.Work).Append(news));
            if (news.IsCompleted)
            {
                await news;
                await session.RefreshAsync(cancellationToken);
                news = _journal.WaitForWorkAsync(options.Patience, cancellationToken);
            }

            foreach (var (place, round) in running.Where(r => r.Value.Work.IsCompleted).ToList())
            {
                running.Remove(place);
                await round.Work;
                if (ReferenceEquals(round.Before, session.State))
                {
                    // Nothing came of it: it is not begun again until something has changed, or nothing else is left.
                    tired.Add(round.Command);
                }
            }
        }
    }

    private void Begin(WorkflowState state, WorkflowSession session, Dictionary<object, Round> running, HashSet<WorkflowCommand> tired, CancellationToken cancellationToken)
    {
        foreach (var command in Decider.Decide(state, time.GetUtcNow()))
        {
            var place = PlaceOf(command, state);
            if (running.Count < options.MaxParallelSteps && !running.ContainsKey(place) && !tired.Contains(command))
            {
                running[place] = new Round(command, CarryOutAsync(command, session, cancellationToken), state);
            }
        }
    }

    private async Task CarryOutAsync(WorkflowCommand command, WorkflowSession session, CancellationToken cancellationToken)
    {
        using var span = ManagerTelemetry.StartStep(command, session.State);
        try
        {
            await desk.CarryOutAsync(command, session, cancellationToken);
        }
        catch (Exception fault)
        {
            span.Fail(fault.GetType().Name);
            throw;
        }
    }

    /// <summary>
    /// What a command works on; one at a time works there. A call that is sent once more is not also taken up by its task's next step, as if the process that
    /// sent it were gone.
    /// </summary>
    private static object PlaceOf(WorkflowCommand command, WorkflowState state) => command switch
    {
        WorkflowCommand.Expand expand => expand.Task,
        WorkflowCommand.Assign assign => assign.Task,
        WorkflowCommand.Step step => step.Task,
        WorkflowCommand.Review review => review.Task,
        WorkflowCommand.Climb climb => climb.Task,
        WorkflowCommand.ResolveUnknown unknown when state.Escalations[unknown.Escalation].Raised.Call is { } call && state.Calls[call].Proposed.Task is { } task => task,
        WorkflowCommand.Expire expire => expire.Approval,
        WorkflowCommand.Remind remind => remind.Approval,
        WorkflowCommand.AdmitStandIns admit => admit.Approval,
        WorkflowCommand.Escalate escalate => escalate.Approval,
        WorkflowCommand.Preview preview => (preview.Approval, "preview"),
        WorkflowCommand.ProposeStanding wanted => (wanted.Approval, "standing"),
        WorkflowCommand.EndDeferral ended => ended.Call,
        WorkflowCommand.NoticeDeadline { Task: { } late } => (late, "deadline"),
        WorkflowCommand.NoticeDeadline => (state.Id, "deadline"),
        WorkflowCommand.ObeyDeadline obey when state.Escalations[obey.Escalation].Raised.Task is { } task => task,
        WorkflowCommand.TakeUp call when state.Calls[call.Call].Proposed.Task is { } task => task,
        _ => state.Id,
    };

    /// <summary>Renews until it is stopped; stops everything when the lease is somebody else's or cannot be renewed, and throws why.</summary>
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
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Let go.
        }
        catch (Exception)
        {
            // Somebody else's by now, or nobody can say: work goes on under no lease that nobody renews.
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>A command that is being carried out.</summary>
    /// <param name="Command">Which.</param>
    /// <param name="Work">Completes when it has been.</param>
    /// <param name="Before">The state that asked for it.</param>
    private sealed record Round(WorkflowCommand Command, Task Work, WorkflowState Before);
}
