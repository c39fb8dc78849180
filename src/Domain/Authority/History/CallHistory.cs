using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What a workflow's calls have done to the world so far, as rules look back on it: a fold of the journal, so that it is the same after a restart, on another
/// host, and when a decision is replayed. Each call is read only when a rule asks for its tool.
/// </summary>
public sealed class CallHistory
{
    private readonly ImmutableDictionary<CallId, CallState> _calls;
    private readonly CallId? _except;
    private readonly Dictionary<string, ImmutableArray<PastCall>> _byTool = new(StringComparer.Ordinal);
    private ILookup<string, CallState>? _made;

    private CallHistory(ImmutableDictionary<CallId, CallState> calls, CallId? except) => (_calls, _except) = (calls, except);

    /// <summary>Nothing has happened yet.</summary>
    public static CallHistory Empty => new(ImmutableDictionary<CallId, CallState>.Empty, null);

    /// <summary>What happened in a workflow before a call.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="before">The call that is being decided: it is not its own past. Null for none.</param>
    public static CallHistory Of(WorkflowState state, CallId? before)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new CallHistory(state.Calls, before);
    }

    /// <summary>The calls of one tool, in the order in which they were started. Not for several threads at once.</summary>
    public ImmutableArray<PastCall> CallsOf(string tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        if (_byTool.TryGetValue(tool, out var known))
        {
            return known;
        }

        _made ??= _calls.Values.Where(c => c.Proposed.Call != _except && IsMade(c)).ToLookup(c => c.Proposed.Tool, StringComparer.Ordinal);
        return _byTool[tool] = [.. _made[tool].OrderBy(c => c.StartedSeq).Select(Read)];
    }

    private static bool IsMade(CallState call) => call.Status is CallStatus.Started or CallStatus.Succeeded or CallStatus.Unknown;

    private static PastCall Read(CallState call) => new(
        call.Proposed.Call,
        call.Proposed.Tool,
        call.Proposed.Agent,
        WhenValue.FromJson(call.Proposed.Args.ToElement()),
        WhenValue.FromJson((call.Decided?.Facts ?? JsonText.EmptyObject).ToElement()),
        call.StartedAt);
}
