using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// What a host does that was frozen, or cut off, in the middle of a call and finds the workflow in other hands: it can settle nothing any more, so it tells
/// from outside what came of the call. Where somebody has been asked about it, or it was settled without that knowledge, a person is asked anew.
/// </summary>
internal sealed class LateOutcomes(IWorkflowOutside outside, Results results, TimeProvider time, ILogger<LateOutcomes> logger)
{
    private const int MostTries = 600;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What a late host said of the start that is still open; null when none did, or it does not know either.</summary>
    public static ToolOutput? Of(CallState call) => call.Late.FirstOrDefault(l => l.Start == call.StartedSeq) switch
    {
        { Outcome: CallOutcome.Succeeded } told => new ToolOutput.Done(told.Result, []),
        { Outcome: CallOutcome.Failed } told => new ToolOutput.Failed(ErrorOf(told.Result)),
        _ => null,
    };

    /// <summary>Tells it, and waits for a store that is away; this is the last that is known of the effect.</summary>
    /// <param name="workflow">Whose call.</param>
    /// <param name="call">Which.</param>
    /// <param name="start">The seq of the start that it belongs to.</param>
    /// <param name="output">What came of it.</param>
    /// <param name="node">This host.</param>
    public async Task RecordAsync(WorkflowId workflow, CallId call, int start, ToolOutput output, string node)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var news = await NewsAsync(call, start, output, node);
                var result = await outside.AppendAsync(workflow, state => Decide(state, news), Actor.System, CancellationToken.None);
                logger.LateOutcome(call, workflow, news.Outcome, result.GetType().Name);
                return;
            }
            catch (StoreUnavailableException away) when (attempt < MostTries)
            {
                logger.LateOutcomeWaits(away, call, workflow);
                await Task.Delay(Pause, time, CancellationToken.None);
            }
        }
    }

    private async Task<CallEndedLate> NewsAsync(CallId call, int start, ToolOutput output, string node) => output switch
    {
        ToolOutput.Done done => new CallEndedLate(call, CallOutcome.Succeeded, (await results.FitAsync(done.Result, CancellationToken.None)).Shown, node, start),
        ToolOutput.Failed failed => new CallEndedLate(call, CallOutcome.Failed, Error(failed.Error), node, start),
        ToolOutput.Unclear unclear => new CallEndedLate(call, CallOutcome.Unknown, Error(unclear.Error), node, start),
        _ => throw new InvalidOperationException($"A tool gave {output}."),
    };

    private static OutsideDecision Decide(WorkflowState state, CallEndedLate news)
    {
        if (!state.Calls.TryGetValue(news.Call, out var call) || call.Late.Any(l => l.Start == news.Start))
        {
            return new OutsideDecision.Refuse("It is known already.");
        }

        // Whoever drives it has not looked at this start yet, or a call that was not made was not made: nobody need be asked.
        var isInTime = call.Status == CallStatus.Started && call.StartedSeq == news.Start;
        var isHarmless = news.Outcome == CallOutcome.Failed && call.Status != CallStatus.Unknown;
        return new OutsideDecision.Append(isInTime || isHarmless ? [news] : [news, Doubts.AboutLate(call, news, state)]);
    }

    private static JsonText Error(string error) => JsonText.Parse(new JsonObject { ["error"] = error }.ToJsonString());

    private static string ErrorOf(JsonText result) =>
        result.ToElement() is { ValueKind: JsonValueKind.Object } told && told.TryGetProperty("error", out var error) && error.GetString() is { } words
            ? words
            : "The host that made the call says that it failed.";
}
