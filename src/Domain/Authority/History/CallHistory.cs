using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What a workflow's calls have done to the world so far, as rules look back on it: a fold of the journal, so that it is the same after a restart, on another
/// host, and when a decision is replayed. Each call is read only when a rule asks for its tool.
/// </summary>
public sealed class CallHistory
{
    private readonly Func<string, IEnumerable<PastCall>> _made;

    // Made when a rule first looks back: most decisions never do.
    private Dictionary<string, ImmutableArray<PastCall>>? _byTool;

    private CallHistory(Func<string, IEnumerable<PastCall>> made) => _made = made;

    /// <summary>Nothing has happened yet.</summary>
    public static CallHistory Empty => new(_ => []);

    /// <summary>What happened in a workflow before a call.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="before">The call that is being decided: it is not its own past. Of one that was started already, only what was started before it. Null for none.</param>
    public static CallHistory Of(WorkflowState state, CallId? before)
    {
        ArgumentNullException.ThrowIfNull(state);
        var end = before is { } own && state.Calls.GetValueOrDefault(own) is { Started: not null, StartedSeq: var seq } ? seq : int.MaxValue;
        var made = new Lazy<ILookup<string, CallState>>(
            () => state.Calls.Values.Where(c => c.Proposed.Call != before && c.StartedSeq < end && IsMade(c)).ToLookup(c => c.Proposed.Tool, StringComparer.Ordinal), isThreadSafe: false);
        return new CallHistory(tool => made.Value[tool].OrderBy(c => c.StartedSeq).Select(Read));
    }

    /// <summary>A past that somebody tells, in the order in which the calls were started.</summary>
    public static CallHistory Of(ImmutableArray<PastCall> told) => new(tool => told.Where(c => c.Tool == tool));

    /// <summary>The calls of one tool, in the order in which they were started. Not for several threads at once.</summary>
    public ImmutableArray<PastCall> CallsOf(string tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        _byTool ??= new Dictionary<string, ImmutableArray<PastCall>>(StringComparer.Ordinal);
        return _byTool.TryGetValue(tool, out var known) ? known : _byTool[tool] = [.. _made(tool)];
    }

    /// <summary>The seq of the last start in a workflow; 0 when none was started.</summary>
    public static int LastStart(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Calls.Values.Max(c => (int?)c.StartedSeq) ?? 0;
    }

    /// <summary>What was made for certain, and what may have been: it is under way, nobody knows, a person gave it up, or a host says late that it was.</summary>
    private static bool IsMade(CallState call) => call.Status == CallStatus.Succeeded || IsDoubtful(call);

    private static bool IsDoubtful(CallState call) =>
        call.Status is CallStatus.Started or CallStatus.Unknown
        || (call.Status == CallStatus.Failed && (call.Late.Any(l => l.Outcome != CallOutcome.Failed) || call.WasUnknown));

    private static PastCall Read(CallState call) => new(
        call.Proposed.Call,
        call.Proposed.Tool,
        call.Proposed.Agent,
        WhenValue.FromJson(call.Args.ToElement()),
        WhenValue.FromJson((call.Decided?.Facts ?? JsonText.EmptyObject).ToElement()),
        call.StartedAt,
        IsCertain: !IsDoubtful(call));
}
