using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Questions to a person about what became of a call.</summary>
internal static class Doubts
{
    /// <summary>The answer to news that leave nothing to be done about the call itself.</summary>
    public const string Noted = "noted";

    /// <summary>Nobody knows whether it happened: a person says what to do.</summary>
    public static Escalated About(CallState call, string why, WorkflowState state) => Raise(
        call,
        state,
        $"Nobody knows whether {call.Proposed.Tool} happened: {why} Look into the system that it works on (key {call.Started!.IdempotencyKey}). Did it happen, shall it be done again, or given up?",
        [WorkflowState.Happened, WorkflowState.Again, "giveUp"]);

    /// <summary>A host that came back too late has news of a call that has been asked about, or ended, without it.</summary>
    public static Escalated AboutLate(CallState call, CallEndedLate news, WorkflowState state)
    {
        var what = news.Outcome switch
        {
            CallOutcome.Succeeded => "it did make the call",
            CallOutcome.Failed => "it did not make the call",
            _ => "it did send the call, and does not know what came of it",
        };
        var key = $"Look into the system that it works on (key {call.Started!.IdempotencyKey})";
        return call.Status == CallStatus.Unknown
            ? About(call, $"the host {news.Node}, which was held up, is back and says that {what}.", state)
            : Raise(call, state, $"The host {news.Node}, which was held up, is back and says of {call.Proposed.Tool} that {what}. Meanwhile it was settled otherwise, so it may have happened more than once, or against what was said. {key} and put right what needs it.", [Noted]);
    }

    private static Escalated Raise(CallState call, WorkflowState state, string question, ImmutableArray<string> choices)
    {
        var id = call.Proposed.Call;
        var number = state.Escalations.Values.Count(e => e.Raised.Call == id && e.Raised.Kind == EscalationKind.UnknownCall) + 1;
        var approvers = call.Started!.Approval is { } used && state.Approvals.TryGetValue(used, out var approval) ? approval.Requested.Seats : [];
        return new Escalated(
            PrefixedId.Derive<EscalationId>(id.Value, "unknown/" + number.ToString(CultureInfo.InvariantCulture)),
            EscalationKind.UnknownCall,
            call.Proposed.Task,
            id,
            question,
            choices,
            approvers.IsEmpty ? "operator" : approvers[0].Role,
            null);
    }
}
