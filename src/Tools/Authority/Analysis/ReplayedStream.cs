using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A stream while its calls are decided again: as it stood before the next event.</summary>
internal sealed class ReplayedStream
{
    private readonly KeptStates.Line _before;
    private readonly HashSet<ApprovalId> _edits = [];
    private readonly Dictionary<ApprovalId, CallId> _asked = [];
    private readonly Dictionary<CallId, ReplayedFlip> _flipped = [];
    private WorkflowState? _workflow;
    private MonitorState? _monitor;

    private ReplayedStream(KeptStates kept) => _before = new KeptStates.Line(kept);

    /// <summary>What a decision that comes next was made on; null where none can be.</summary>
    public WorkflowState? State => _workflow ?? _monitor?.Open?.Check;

    /// <summary>
    /// The stream as a decision that comes next knew it: not what was written meanwhile by others that were decided beside it. One that does not say what it knew is taken to
    /// have known all. Null where that is too long ago.
    /// </summary>
    public WorkflowState? KnownTo(CallDecided decided) =>
        decided.Policy?.Known is not { } known || State?.Seq <= known ? State : _before.KnownTo(known);

    /// <summary>Nothing is decided there any more.</summary>
    public bool IsOver => _workflow is { IsFinal: true };

    /// <summary>A stream that begins with this event; null for one in which nothing is decided, or whose beginning is not here any more.</summary>
    /// <param name="stream">Which.</param>
    /// <param name="first">How it begins.</param>
    /// <param name="kept">Where it and the others keep what they were like.</param>
    public static ReplayedStream? Begin(string stream, WorkflowEvent first, KeptStates kept) =>
        first is GoalSubmitted && PrefixedId.TryRead<WorkflowId>(stream, out var workflow) ? new ReplayedStream(kept) { _workflow = WorkflowFold.Start(workflow) }
        : first is MonitorDefined && PrefixedId.TryRead<MonitorId>(stream, out var monitor) ? new ReplayedStream(kept) { _monitor = MonitorFold.Start(monitor) }
        : null;

    /// <summary>Takes up what a decision answers, unless it was asked before: a call as it was wanted, or as a person has written it since.</summary>
    public bool TryTakeUp(CallState call) => call.Edited?.Edit is { } edit ? _edits.Add(edit.Approval) : call.Decisions == 0;

    /// <summary>What a call would have been decided as; null for as it was.</summary>
    public void Note(CallId call, ReplayedFlip? flip)
    {
        _flipped.Remove(call);
        if (flip is not null)
        {
            _flipped.Add(call, flip);
        }
    }

    /// <summary>What it was like is needed no more.</summary>
    public void Forget() => _before.Clear();

    /// <summary>The event has happened.</summary>
    public void Apply(Recorded recorded)
    {
        if (State is { } state)
        {
            _before.Add(state);
        }

        (_workflow, _monitor) = (_workflow is null ? null : WorkflowFold.Apply(_workflow, recorded), _monitor is null ? null : MonitorFold.Apply(_monitor, recorded));
        switch (recorded.Event)
        {
            case ApprovalRequested asked:
                _asked[asked.Approval] = asked.Call;
                break;
            case ApprovalDecided { Verdict: not ApprovalVerdict.Void } said when _asked.TryGetValue(said.Approval, out var about) && _flipped.TryGetValue(about, out var flip):
                flip.Answers[about] = said.Verdict == ApprovalVerdict.Approved;
                break;
        }
    }
}
