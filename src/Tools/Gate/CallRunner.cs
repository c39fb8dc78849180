using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// Steps 8 and 9 of the gate, once the intent is on disk: makes the call, journals what came of it, settles what was reserved. What may have happened and
/// cannot be found out is put before a person, never repeated by itself and never dropped.
/// </summary>
internal sealed class CallRunner(
    Catalog catalog, Recheck recheck, Disclosure disclosure, Results results, LateOutcomes late, ICrashPoints crash, TimeProvider time, ToolLanes lanes, SecretWords words, string currency, ILogger<CallRunner> logger)
{
    /// <summary>How often a call is looked at anew because the company's stream went on before it could be sent again.</summary>
    private const int MostRaces = 8;

    private const string NotSent = "It was not sent: the host that had started it was held up until its lease had run out.";

    /// <summary>How much longer than the call's timeout the lease is held.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>The company's.</summary>
    public string Currency => currency;

    /// <summary>
    /// Holds the lease for as long as a call may take. Before the intent is written: who cannot hold it must not begin. A call that may be repeated needs no
    /// more than the lease that its driver keeps: whoever takes over repeats it, and does not wait for a host that is dead.
    /// </summary>
    public Task HoldAsync(Tool tool, bool isRepeatable, IWorkflowLog log, CancellationToken cancellationToken) =>
        isRepeatable ? Task.CompletedTask : log.HoldAsync(time.GetUtcNow() + tool.LongestTry + Grace, cancellationToken);

    /// <summary>Makes a call whose intent is on disk.</summary>
    public async Task<CallResult> RunAsync(StartedIntent intent, Tool tool, IWorkflowLog log, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoint.AfterCallStarted, intent.Workflow);
        var start = log.State.Calls[intent.Call].StartedSeq;

        // What changes the world is not broken off half way, whoever is in a hurry: what came of it would be lost. Its own timeout bounds it.
        var ending = tool.Info.IsReadOnly ? cancellationToken : CancellationToken.None;
        ToolOutput output = new ToolOutput.Failed(NotSent) { HasOurWords = true };
        TimeSpan? took = null;
        try
        {
            if (!intent.IsRepeatable)
            {
                // Between the intent and here this host may have slept: who cannot be sure of the lease for as long as the call may take does not send.
                await log.HoldAsync(time.GetUtcNow() + tool.LongestTry, ending);
            }

            crash.Pass(CrashPoint.BeforeToolRuns, intent.Workflow);
            var begun = time.GetTimestamp();
            output = Redaction.Of(await SendAsync(intent, tool, log, ending), log.State.Calls[intent.Call].Decided?.Obligations?.Redact ?? []);
            took = time.GetElapsedTime(begun);
            crash.Pass(CrashPoint.AfterToolRan, intent.Workflow);
            return await SettleAsync(intent.Call, tool, output, took, log, ending);
        }
        catch (LeaseLostException) when (!intent.IsRepeatable)
        {
            await late.RecordAsync(log.State.Id, intent.Call, start, output, log.Node);
            throw;
        }
    }

    /// <summary>Takes up a call that was started by a process that is gone.</summary>
    public async Task<CallResult> TakeUpAsync(CallState call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var intent = StartedIntent.IntentLedger.Resume(log, call.Proposed.Call);
        var tool = catalog.Find(call.Proposed.Tool);
        if (LateOutcomes.Of(call) is { } told)
        {
            return await SettleAsync(intent.Call, tool, told, took: null, log, cancellationToken);
        }

        for (var race = 0; race < MostRaces;)
        {
            var unchanged = recheck.Unchanged();
            if (intent.IsRepeatable && await recheck.HoldAsync(call, log, cancellationToken))
            {
                return new CallResult.Suspended();
            }

            var hindrance = await recheck.WhyNotAsync(call, log.State, cancellationToken)
                ?? (intent.IsRepeatable ? null : "The process that made the call is gone, and the tool keeps no keys.");
            if (hindrance is not null)
            {
                // A read that is not made again did nothing. Of anything else its first try may have been made, so a person is asked.
                var output = tool?.Info.IsReadOnly == true ? new ToolOutput.Failed("It was not made again. " + hindrance) { HasOurWords = true } : Broken(tool, hindrance);
                return await SettleAsync(intent.Call, tool, output, took: null, log, cancellationToken);
            }

            var result = await log.AppendAsync([new CallTakenUp(intent.Call, log.Node)], [unchanged], ActorOf(call), cancellationToken);
            await recheck.CatchUpAsync(result, cancellationToken);
            switch (result)
            {
                case LogResult.Appended:
                    return await RunAsync(intent, tool!, log, cancellationToken);
                case LogResult.Overtaken:
                    return new CallResult.Suspended();
            }

            race += recheck.IsStillSo(unchanged) ? 0 : 1;
        }

        return new CallResult.Suspended();
    }

    /// <summary>Sees to it that a person is asked about an unknown call.</summary>
    public static async Task<CallResult> AskAboutAsync(CallState call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (log.State.LastEscalationOf(call) is null)
        {
            await log.AppendAsync([Doubts.About(call, "Its outcome was not recorded.", log.State)], [], Actor.System, cancellationToken);
        }

        return new CallResult.Suspended();
    }

    /// <summary>Does what a person said about an unknown call. What has been stopped or changed since is not sent again.</summary>
    public async Task<CallResult> ResolveAsync(CallState call, string choice, Actor by, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var id = call.Proposed.Call;
        var who = by.PersonId ?? by.Value;
        var tool = catalog.Find(call.Proposed.Tool);
        if (choice == WorkflowState.Happened)
        {
            var confirmed = new JsonObject { ["confirmedBy"] = who };
            return await SettleAsync(id, tool, new ToolOutput.Done(JsonText.Parse(confirmed.ToJsonString()), []), took: null, log, cancellationToken);
        }

        if (choice != WorkflowState.Again)
        {
            return await SettleAsync(id, tool, new ToolOutput.Failed($"Nobody knows whether it was made; {who} gave it up.") { HasOurWords = true }, took: null, log, cancellationToken);
        }

        var unchanged = recheck.Unchanged();
        if (await recheck.HoldAsync(call, log, cancellationToken))
        {
            return new CallResult.Suspended(); // the answer stands until that is lifted
        }

        var isUnwanted = log.State.IsFinal || (call.Proposed.Task is { } task && log.State.Task(task) is { IsFinal: true });
        if ((isUnwanted ? "What it was for is over." : await recheck.WhyNotAsync(call, log.State, cancellationToken)) is { } hindrance)
        {
            return await SettleAsync(id, tool, new ToolOutput.Failed("It was not sent again. " + hindrance) { HasOurWords = true }, took: null, log, cancellationToken);
        }

        await HoldAsync(tool!, call.Started!.IsRepeatable, log, cancellationToken);
        var (intent, result) = await StartedIntent.IntentLedger.StartAgainAsync(log, call, [unchanged], by, cancellationToken);
        if (intent is null)
        {
            await recheck.CatchUpAsync(result, cancellationToken);
            return result is LogResult.Refused && log.State.Calls[id].Status == CallStatus.Unknown
                ? await ResolveAsync(log.State.Calls[id], choice, by, log, cancellationToken)
                : new CallResult.Suspended();
        }

        return await RunAsync(intent, tool!, log, cancellationToken);
    }

    /// <summary>Sends it, in its turn; where that cannot do it twice, again: its key, or its nature, says what became of the first try.</summary>
    /// <remarks>Looked at before its lane too: what is not sent for a suspension would tell the breaker that the tool is well.</remarks>
    private async Task<ToolOutput> SendAsync(StartedIntent intent, Tool tool, IWorkflowLog log, CancellationToken cancellationToken) =>
        await StoppedAsync(intent, MayBeDone(intent, tool), log, cancellationToken)
        ?? await lanes.Of(tool).RunAsync(
            intent.IsRepeatable,
            async (mayBeDone, token) => await StoppedAsync(intent, mayBeDone || MayBeDone(intent, tool), log, token)
                ?? await MakeAsync(mayBeDone ? StartedIntent.IntentLedger.Resume(log, intent.Call) : intent, tool, token),
            cancellationToken);

    /// <summary>
    /// What is suspended while a call waits for its turn, or for another try, is not sent; null where nothing is. One that may be sent at any time is held with its work:
    /// it stays started, and is taken up when the suspension is lifted.
    /// </summary>
    private async Task<ToolOutput?> StoppedAsync(StartedIntent intent, bool mayBeDone, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var call = log.State.Calls[intent.Call];
        return recheck.WhyStopped(call, log.State) is not { } why ? null
            : intent.IsRepeatable && await recheck.HoldAsync(call, log, cancellationToken) ? new ToolOutput.Held()
            : mayBeDone ? new ToolOutput.Unclear("It was not sent again. " + why)
            : new ToolOutput.Failed("It was not called. " + why) { IsOurs = true, HasOurWords = true };
    }

    /// <summary>An earlier try, whose end nobody knows, may have done it; a read does nothing.</summary>
    private static bool MayBeDone(StartedIntent intent, Tool tool) => intent.IsResumed && !tool.Info.IsReadOnly;

    private async Task<ToolOutput> MakeAsync(StartedIntent intent, Tool tool, CancellationToken cancellationToken)
    {
        using var span = GateTelemetry.StartTool(intent, tool);
        var begun = time.GetTimestamp();
        var output = Clean(await InvokeAsync(intent, tool, cancellationToken));
        if (MayBeDone(intent, tool) && output is ToolOutput.Failed { IsKnownUndone: false } said)
        {
            // It may have been done the first time: a no to the second says nothing about that.
            output = new ToolOutput.Unclear(said.Error);
        }

        span.Ended(tool, output, time.GetElapsedTime(begun));
        return output;
    }

    private async Task<ToolOutput> InvokeAsync(StartedIntent intent, Tool tool, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(tool.Info.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Not every engine listens to a token, so nobody waits for it longer than this either.
            return await tool.Implementation.InvokeAsync(intent, either.Token).WaitAsync(tool.Info.Timeout, time, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Broken(tool, $"It took longer than {tool.Info.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.ToolBrokeOff(words.Clean(fault.ToString()), tool.Name, intent.Call);
            return Broken(tool, "The tool broke off.");
        }
    }

    /// <summary>What comes back may quote what was sent with it: our secrets go no further than here.</summary>
    private ToolOutput Clean(ToolOutput output) => output switch
    {
        ToolOutput.Done done => Clean(done),
        ToolOutput.Failed failed => failed with { Error = words.Clean(failed.Error) },
        ToolOutput.Unclear unclear => unclear with { Error = words.Clean(unclear.Error) },
        _ => output,
    };

    /// <summary>A part that is other bytes without them has another digest, and the result names it by that.</summary>
    private ToolOutput.Done Clean(ToolOutput.Done done)
    {
        if (done.Kept.IsEmpty)
        {
            return done with { Result = words.Clean(done.Result) };
        }

        var (result, kept) = (words.Clean(done.Result).Text, ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(done.Kept.Length));
        foreach (var part in done.Kept)
        {
            var clean = words.Clean(part);
            result = clean.Equals(part) ? result : result.Replace(DigestOf(part), DigestOf(clean), StringComparison.Ordinal);
            kept.Add(clean);
        }

        return done with { Result = JsonText.Parse(result), Kept = kept.MoveToImmutable() };

        static string DigestOf(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
    }

    /// <summary>A read that broke off did nothing; of anything else nobody can say.</summary>
    private static ToolOutput Broken(Tool? tool, string error) =>
        tool?.Info.IsReadOnly == true ? new ToolOutput.Failed(error, IsRetryable: true) { HasOurWords = true } : new ToolOutput.Unclear(error);

    /// <param name="took">How long this host waited for it; null when it did not send it, or nobody can say.</param>
    private async Task<CallResult> SettleAsync(CallId id, Tool? tool, ToolOutput output, TimeSpan? took, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var call = log.State.Calls[id];
        switch (output)
        {
            case ToolOutput.Done told:
                var done = told with { Result = Readable.Of(told.Result) };
                await results.KeepAsync(done.Kept, cancellationToken);
                var kept = disclosure.Kept(call, tool, done.Result, isResult: true, log.State);
                var (shown, blob) = kept.IsEmpty ? await results.FitAsync(done.Result, cancellationToken) : await results.WithholdAsync(done.Result, kept, cancellationToken);
                var result = await JournalAsync(
                    call,
                    tool,
                    new CallSettled(id, CallOutcome.Succeeded, shown, CostOf(call, tool), blob, Came(call, isMade: true, took), kept.IsEmpty ? null : kept, kept.IsEmpty ? disclosure.Told(call, done.Result, log.State) : null),
                    [.. done.Events, .. log.CanWait ? Looks.Second(call, kept.IsEmpty ? shown : done.Result, log.State) : []],
                    log,
                    cancellationToken);
                return blob is not null && result is CallResult.Settled && ActorOf(call) == Actor.System ? new CallResult.Settled(CallOutcome.Succeeded, done.Result) : result;
            case ToolOutput.Failed failed:
                var error = new JsonObject { ["error"] = Readable.Of(failed.Error), ["retryable"] = failed.IsRetryable };
                var unsaid = failed.IsOurs || failed.HasOurWords ? [] : disclosure.Kept(call, tool, JsonText.OfString(failed.Error), isResult: false, log.State);
                if (unsaid.IsEmpty)
                {
                    return await JournalAsync(call, tool, Nothing(call, error, took), [], log, cancellationToken);
                }

                var (_, said) = await results.WithholdAsync(JsonText.Parse(error.ToJsonString()), unsaid, cancellationToken);
                error["error"] = Results.Withheld("It failed. What the tool says of it", unsaid);
                return await JournalAsync(call, tool, Nothing(call, error, took) with { Blob = said, Withheld = unsaid }, [], log, cancellationToken);
            case ToolOutput.Unclear unclear:
                var why = Readable.Of(unclear.Error);
                var doubt = new JsonObject { ["error"] = why };
                var settled = new CallSettled(id, CallOutcome.Unknown, JsonText.Parse(doubt.ToJsonString()), null, null, []);
                await JournalAsync(call, tool, settled, [Doubts.About(call, why, log.State)], log, cancellationToken);
                return new CallResult.Suspended();
            case ToolOutput.Held:
                return new CallResult.Suspended();
            default:
                throw new InvalidOperationException($"A tool gave {output}.");
        }
    }

    /// <summary>What a read gave can travel with the next append; what a write did is on disk before anything builds on it.</summary>
    private async Task<CallResult> JournalAsync(
        CallState call, Tool? tool, CallSettled settled, ImmutableArray<WorkflowEvent> effects, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var actor = ActorOf(call);
        if (tool?.Info.IsReadOnly == true && effects.IsEmpty)
        {
            await log.DeferAsync([settled], actor, cancellationToken);
        }
        else if (await log.AppendAsync([settled, .. effects], [], actor, cancellationToken) is not LogResult.Appended)
        {
            return await OvertakenAsync(call, settled, effects, actor, log, cancellationToken);
        }

        crash.Pass(CrashPoint.AfterCallSettled, log.State.Id.ToString());
        return new CallResult.Settled(settled.Outcome, settled.Result);
    }

    /// <summary>
    /// A pause or a cancel came first. Paused: the question to a person, or the finding, cannot be raised now and must not be lost, so the call stays
    /// started and is taken up when the workflow goes on. Over: what is known is written down, and nobody is asked. Or another host has settled it, while this
    /// one was held up, and this one has read that.
    /// </summary>
    private async Task<CallResult> OvertakenAsync(
        CallState call, CallSettled settled, ImmutableArray<WorkflowEvent> effects, Actor actor, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (log.State.Calls[call.Proposed.Call] is { Settled: { } known, Status: not CallStatus.Unknown })
        {
            // Only who drives settles, so it is somebody else by now. What came of a repeatable call is the same for both; what came of another must be told.
            return call.Started!.IsRepeatable ? new CallResult.Settled(known.Outcome, known.Result) : throw new LeaseLostException(log.State.Id.ToString());
        }

        if (!log.State.IsFinal || effects.IsEmpty)
        {
            return new CallResult.Suspended();
        }

        var last = settled.Outcome == CallOutcome.Succeeded ? Nothing(call, new JsonObject { ["error"] = "The goal was over first." }, took: null) : settled;
        await log.AppendAsync([last], [], actor, cancellationToken);
        return new CallResult.Settled(last.Outcome, last.Result);
    }

    /// <summary>It was not made: no money is spent and nobody addressed. That it was tried, and for how long, counts.</summary>
    private static CallSettled Nothing(CallState call, JsonObject error, TimeSpan? took) => new(
        call.Proposed.Call, CallOutcome.Failed, JsonText.Parse(error.ToJsonString()), null, null, Came(call, isMade: false, took));

    /// <summary>What is left of each reservation. Of a call that was made and whose time nobody knows, all of it.</summary>
    private static ImmutableArray<Reservation> Came(CallState call, bool isMade, TimeSpan? took) =>
    [
        .. call.Started!.Reserved.Select(r =>
        {
            var came = isMade ? r.Amounts : took is null ? Amounts.None : new Amounts(ToolCalls: r.Amounts.ToolCalls, Time: r.Amounts.Time);

            // What lies beyond the call's timeout is this host being slow to notice.
            return r with { Amounts = took < came.Time ? came with { Time = took } : came };
        }),
    ];

    /// <summary>What was set aside, or where no budget concerns it, what the facts say that the decision was made on.</summary>
    private Money? CostOf(CallState call, Tool? tool)
    {
        var amount = call.Started!.Reserved.Max(r => r.Amounts.Money) ?? tool?.AmountOf(call.Args, call.Decided!.Facts);
        return amount is { } known ? new Money(known.ToString(CultureInfo.InvariantCulture), currency) : null;
    }

    private static Actor ActorOf(CallState call) => call.Proposed.Agent == Actor.System.Value ? Actor.System : Actor.Agent(call.Proposed.Agent);
}
