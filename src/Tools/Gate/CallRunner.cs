using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Steps 8 and 9 of the gate, once the intent is on disk: makes the call, journals what came of it, settles what was reserved. What may have happened and
/// cannot be found out is put before a person, never repeated by itself and never dropped.
/// </summary>
internal sealed class CallRunner(IBlobs blobs, ICrashPoints crash, TimeProvider time, string currency)
{
    /// <summary>Results longer than this, in UTF-8 bytes, are kept whole as a blob and summarised in the conversation.</summary>
    private const int LongestResult = 48 * 1024;

    /// <summary>How much longer than the call's timeout the lease is held.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>Makes a call whose intent has just been put on disk.</summary>
    public async Task<CallResult> RunAsync(StartedIntent intent, Tool tool, IWorkflowLog log, CancellationToken cancellationToken)
    {
        await log.HoldAsync(time.GetUtcNow() + tool.Info.Timeout + Grace, cancellationToken);
        crash.Pass(CrashPoint.AfterCallStarted, intent.Workflow);
        var output = await InvokeAsync(intent, tool, cancellationToken);
        crash.Pass(CrashPoint.AfterToolRan, intent.Workflow);
        return await SettleAsync(intent.Call, tool, output, log, cancellationToken);
    }

    /// <summary>Takes up a call that was started by a process that is gone.</summary>
    public async Task<CallResult> TakeUpAsync(CallState call, Tool? tool, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var intent = StartedIntent.IntentLedger.Resume(log, call);
        return intent.IsRepeatable && tool is not null
            ? await RunAsync(intent, tool, log, cancellationToken)
            : await SettleAsync(intent.Call, tool, new ToolOutput.Unclear("The process that made the call is gone, and the tool keeps no keys."), log, cancellationToken);
    }

    /// <summary>Sees to it that a person is asked about an unknown call.</summary>
    public static async Task<CallResult> AskAboutAsync(CallState call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (log.State.LastEscalationOf(call) is null)
        {
            await log.AppendAsync([Doubt(call, "Its outcome was not recorded.", log.State)], [], Actor.System, cancellationToken);
        }

        return new CallResult.Suspended();
    }

    /// <summary>Does what a person said about an unknown call.</summary>
    public async Task<CallResult> ResolveAsync(CallState call, Tool? tool, string choice, Actor by, IWorkflowLog log, CancellationToken cancellationToken)
    {
        switch (choice)
        {
            case "happened":
                var confirmed = JsonText.Parse(new JsonObject { ["confirmedBy"] = by.Value }.ToJsonString());
                return await SettleAsync(call.Proposed.Call, tool, new ToolOutput.Done(confirmed, []), log, cancellationToken);
            case "again" when tool is not null:
                var (intent, _) = await StartedIntent.IntentLedger.StartAsync(log, call.Proposed, [], call.Started!, [], by, isResumed: true, cancellationToken);
                return intent is null ? new CallResult.Suspended() : await RunAsync(intent, tool, log, cancellationToken);
            default:
                return await SettleAsync(call.Proposed.Call, tool, new ToolOutput.Failed($"{by} gave it up."), log, cancellationToken);
        }
    }

    private async Task<ToolOutput> InvokeAsync(StartedIntent intent, Tool tool, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(tool.Info.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await tool.Implementation.InvokeAsync(intent, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken(intent, tool, $"It took longer than {tool.Info.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Broken(intent, tool, "The tool broke off.");
        }
    }

    /// <summary>A read that broke off did nothing; of anything else nobody can say.</summary>
    private static ToolOutput Broken(StartedIntent intent, Tool tool, string error) =>
        tool.Info.IsReadOnly ? new ToolOutput.Failed(error) : new ToolOutput.Unclear(error);

    private async Task<CallResult> SettleAsync(CallId id, Tool? tool, ToolOutput output, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var call = log.State.Calls[id];
        switch (output)
        {
            case ToolOutput.Done done:
                var (result, blob) = await FitAsync(done.Result, cancellationToken);
                var cost = CostOf(call.Started!);
                return await JournalAsync(
                    call, tool, new CallSettled(id, CallOutcome.Succeeded, result, cost, blob, call.Started!.Reserved), done.Events, log, cancellationToken);
            case ToolOutput.Failed failed:
                var error = new JsonObject { ["error"] = failed.Error, ["retryable"] = failed.IsRetryable };
                var nothing = call.Started!.Reserved.Select(r => r with { Amounts = Amounts.None });
                return await JournalAsync(
                    call, tool, new CallSettled(id, CallOutcome.Failed, JsonText.Parse(error.ToJsonString()), null, null, [.. nothing]), [], log, cancellationToken);
            case ToolOutput.Unclear unclear:
                var doubt = new JsonObject { ["error"] = unclear.Error };
                var settled = new CallSettled(id, CallOutcome.Unknown, JsonText.Parse(doubt.ToJsonString()), null, null, []);
                await JournalAsync(call, tool, settled, [Doubt(call, unclear.Error, log.State)], log, cancellationToken);
                return new CallResult.Suspended();
            default:
                throw new InvalidOperationException($"A tool gave {output}.");
        }
    }

    /// <summary>What a read gave can travel with the next append; what a write did is on disk before anything builds on it.</summary>
    private async Task<CallResult> JournalAsync(
        CallState call, Tool? tool, CallSettled settled, ImmutableArray<WorkflowEvent> effects, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var actor = call.Proposed.Agent == Actor.System.Value ? Actor.System : Actor.Agent(call.Proposed.Agent);
        if (tool?.Info.IsReadOnly == true && effects.IsEmpty)
        {
            log.Defer([settled], actor);
        }
        else if (await log.AppendAsync([settled, .. effects], [], actor, cancellationToken) is LogResult.Overtaken)
        {
            // Paused or cancelled meanwhile: what was done is still written down.
            await log.AppendAsync([settled], [], actor, cancellationToken);
        }

        crash.Pass(CrashPoint.AfterCallSettled, log.State.Id.ToString());
        return new CallResult.Settled(settled.Outcome, settled.Result);
    }

    private Money? CostOf(CallStarted started) =>
        started.Reserved.Max(r => r.Amounts.Money) is { } amount ? new Money(amount.ToString(CultureInfo.InvariantCulture), currency) : null;

    private static Escalated Doubt(CallState call, string why, WorkflowState state)
    {
        var id = call.Proposed.Call;
        var number = state.Escalations.Values.Count(e => e.Raised.Call == id && e.Raised.Kind == EscalationKind.UnknownCall) + 1;
        return new Escalated(
            PrefixedId.Derive<EscalationId>(id.Value, "unknown/" + number.ToString(CultureInfo.InvariantCulture)),
            EscalationKind.UnknownCall,
            call.Proposed.Task,
            id,
            $"Nobody knows whether {call.Proposed.Tool} happened: {why} Look into the system that it works on. Did it happen, shall it be done again, or given up?",
            ["happened", "again", "giveUp"],
            "operator",
            null);
    }

    /// <summary>A result that fits a conversation: itself, or a summary with the digest of the whole.</summary>
    private async Task<(JsonText Result, string? Blob)> FitAsync(JsonText result, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(result.Text);
        if (bytes.Length <= LongestResult)
        {
            return (result, null);
        }

        var digest = await blobs.PutAsync(bytes, cancellationToken);
        var summary = new JsonObject { ["tooLong"] = true, ["bytes"] = bytes.Length, ["blob"] = digest };
        var element = result.ToElement();
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Array)
        {
            var first = new JsonArray();
            var length = 0;
            foreach (var row in rows.EnumerateArray())
            {
                length += row.GetRawText().Length;
                if (length > LongestResult / 4)
                {
                    break;
                }

                first.Add(JsonNode.Parse(row.GetRawText()));
            }

            summary["rowCount"] = rows.GetArrayLength();
            summary["firstRows"] = first;
        }

        return (JsonText.Parse(summary.ToJsonString()), digest);
    }
}
