using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Decisions of one stream and what became of them, event by event.</summary>
internal sealed class DecisionFold(string stream, Catalog catalog)
{
    /// <summary>Events that say something of a decision; whoever reads others for it reads them in vain.</summary>
    public static readonly ImmutableArray<string> Types =
    [
        nameof(CallProposed), nameof(CallChanged), nameof(CallDecided), nameof(CallSettled), nameof(CallShadowed), nameof(ApprovalRequested), nameof(SeatFilled), nameof(ApprovalDecided),
    ];

    private static readonly HashSet<string> Wanted = new(Types, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _effects = catalog.Infos.ToDictionary(t => t.Name, t => EffectClassNames.Write(t.Effect), StringComparer.Ordinal);
    private readonly Dictionary<CallId, Call> _calls = [];
    private readonly Dictionary<ApprovalId, Decided> _approvals = [];
    private readonly List<Decided> _decisions = [];

    /// <summary>The last position that was seen, at least of what says something; 0 before anything was.</summary>
    public long Through { get; private set; }

    /// <summary>Every decision so far, in order.</summary>
    public IEnumerable<DecisionRecord> Records => _decisions.Select(d => new DecisionRecord(
        d.Recorded.At,
        d.Recorded.Position,
        stream,
        d.Event.Call.ToString(),
        d.Proposed.Agent,
        d.Proposed.Tool,
        _effects.GetValueOrDefault(d.Proposed.Tool, string.Empty),
        EffectNames.Write(d.Event.Effect),
        d.Event.Rules,
        d.Event.Facts,
        d.Event.Reason,
        [.. d.People],
        d.Outcome,
        d.Event.PolicyHash,
        d.Recorded.Seq,
        d.Args,
        d.Event.Policy?.Labels ?? d.Proposed.Labels,
        d.Approval?.ToString())
    {
        RestsOn = d.RestsOn?.Recorded.Position,
    });

    /// <summary>The next event of the stream.</summary>
    public void See(StoredEvent stored)
    {
        Through = stored.Position;
        if (Wanted.Contains(stored.Type))
        {
            See(EventCodec.Decode(stored));
        }
    }

    private void See(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case CallProposed proposed:
                _calls[proposed.Call] = new Call(proposed);
                break;
            case CallChanged changed when _calls.TryGetValue(changed.Call, out var call):
                call.Args = changed.Args;
                break;
            case CallDecided decided when _calls.TryGetValue(decided.Call, out var call):
                var made = new Decided(recorded, decided, call.Proposed, call.Args)
                {
                    Outcome = decided.Effect == Effect.Deny ? "refused" : Decided.Open,
                    RestsOn = decided.Effect != Effect.Ask ? null : call.Last is { IsAgreed: true } agreed ? agreed : call.Last?.RestsOn,
                };
                call.Decisions.Add(made);
                _decisions.Add(made);
                break;
            case ApprovalRequested requested when _calls.TryGetValue(requested.Call, out var call) && call.Last is { } asked:
                (asked.Approval, asked.RestsOn) = (requested.Approval, null); // people are asked anew
                _approvals[requested.Approval] = asked;
                break;
            case SeatFilled filled when _approvals.TryGetValue(filled.Approval, out var asked):
                asked.People.Add(new DeciderRecord(filled.By, filled.Role, filled.Via, "agreed", recorded.At) { StandsInFor = filled.StandsInFor });
                break;
            case ApprovalDecided { Verdict: ApprovalVerdict.Approved } verdict when _approvals.TryGetValue(verdict.Approval, out var asked):
                asked.IsAgreed = true;
                break;
            case ApprovalDecided verdict when _approvals.TryGetValue(verdict.Approval, out var asked):
                asked.Outcome = verdict.Verdict.ToString().ToLowerInvariant();
                if (verdict.Verdict is ApprovalVerdict.Rejected or ApprovalVerdict.Edited or ApprovalVerdict.Responded)
                {
                    asked.People.Add(new DeciderRecord(verdict.By, null, verdict.Via, asked.Outcome, recorded.At));
                }

                break;
            case CallShadowed shadowed when _calls.TryGetValue(shadowed.Call, out var call) && call.Last is { } last:
                last.Outcome = "shadowed";
                break;
            case CallSettled settled when _calls.TryGetValue(settled.Call, out var call):
                foreach (var open in call.Decisions.Where(d => d.IsOpen))
                {
                    open.Outcome = settled.Outcome.ToString().ToLowerInvariant();
                }

                break;
        }
    }

    private sealed class Call(CallProposed proposed)
    {
        public CallProposed Proposed { get; } = proposed;

        public JsonText Args { get; set; } = proposed.Args;

        /// <summary>An approved call is decided twice: asked first, and again when it starts. What came of it came of both.</summary>
        public List<Decided> Decisions { get; } = [];

        public Decided? Last => Decisions.Count == 0 ? null : Decisions[^1];
    }

    private sealed class Decided(Recorded recorded, CallDecided decided, CallProposed proposed, JsonText args)
    {
        public const string Open = "open";

        public Recorded Recorded { get; } = recorded;

        public CallDecided Event { get; } = decided;

        public CallProposed Proposed { get; } = proposed;

        public JsonText Args { get; } = args;

        public ApprovalId? Approval { get; set; }

        public List<DeciderRecord> People { get; } = [];

        public bool IsAgreed { get; set; }

        /// <summary>The decision that people agreed to, where this is the check again just before the call.</summary>
        public Decided? RestsOn { get; set; }

        public string Outcome { get; set; } = Open;

        /// <summary>Nobody knows yet, or nobody knows for certain: then a person says, later on.</summary>
        public bool IsOpen => Outcome is Open or "unknown";
    }
}
