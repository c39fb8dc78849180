using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What became of the calls that a workflow wanted to make, each with the events that say so.</summary>
/// <param name="Allowed">Those that were begun.</param>
/// <param name="Denied">Those that a rule or a grant denied.</param>
/// <param name="Refused">Those that people refused, or that became void.</param>
/// <param name="Waiting">How many wait for people; none where all is over.</param>
internal sealed record CallTally(ImmutableArray<int> Allowed, ImmutableArray<int> Denied, ImmutableArray<int> Refused, int Waiting)
{
    /// <summary>True where none was wanted yet.</summary>
    public bool IsEmpty => Allowed.IsEmpty && Denied.IsEmpty && Refused.IsEmpty && Waiting == 0;

    /// <summary>Counts them. Pure.</summary>
    public static CallTally Of(WorkflowState state, IEnumerable<Recorded> events)
    {
        var last = new Dictionary<CallId, int>();
        foreach (var recorded in events)
        {
            if (CallOf(recorded.Event, state) is { } call)
            {
                last[call] = recorded.Seq;
            }
        }

        ImmutableArray<int> Seqs(Func<CallState, bool> wanted) => [.. state.Calls.Where(c => wanted(c.Value)).Select(c => last.GetValueOrDefault(c.Key)).Where(s => s > 0).Order()];
        return new CallTally(
            Seqs(c => c.Started is not null),
            Seqs(c => c is { Started: null, Status: CallStatus.Refused, Decided.Effect: Effect.Deny }),
            Seqs(c => c is { Started: null, Status: CallStatus.Refused, Decided.Effect: not Effect.Deny }),
            state.IsFinal ? 0 : state.Calls.Values.Count(c => c.Status == CallStatus.Asked)); // nobody need answer for what is over
    }

    private static CallId? CallOf(WorkflowEvent fact, WorkflowState state) => fact switch
    {
        CallStarted started => started.Call,
        CallDecided decided => decided.Call,
        ApprovalDecided said when state.Approvals.TryGetValue(said.Approval, out var approval) => approval.Requested.Call,
        _ => null,
    };
}
