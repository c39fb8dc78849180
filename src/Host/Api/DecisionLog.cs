using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Every decision of the gate as governance reviews it: who wanted what, what was said and by which rules and facts, who of the people decided and how, and what came of it.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="Position">Its place in the journal.</param>
/// <param name="Workflow">Its stream: a workflow's id, or a monitor's for its check.</param>
/// <param name="Call">The call.</param>
/// <param name="Agent">Who wanted it.</param>
/// <param name="Tool">What.</param>
/// <param name="EffectClass">What the tool does to the world, as the catalogue says now; empty for a tool that is gone.</param>
/// <param name="Verdict"><c>allow</c>, <c>transform</c>, <c>ask</c>, <c>defer</c> or <c>deny</c>.</param>
/// <param name="Rules">Ids of the rules and budgets that decided.</param>
/// <param name="Facts">As pinned for it.</param>
/// <param name="Reason">For people.</param>
/// <param name="People">Who filled a seat or said no, in order; empty where nobody was asked or nobody has answered.</param>
/// <param name="Outcome">What came of the call: <c>succeeded</c>, <c>failed</c>, <c>unknown</c>, <c>refused</c>, <c>rejected</c>, <c>expired</c>, <c>edited</c> (the next decision on the call is about what was written instead), <c>responded</c>, <c>void</c>, <c>shadowed</c>, or <c>open</c>.</param>
/// <param name="PolicyHash">Digest of the policy that was asked.</param>
/// <param name="Seq">Its place in its stream.</param>
internal sealed record DecisionRecord(
    DateTimeOffset At,
    long Position,
    string Workflow,
    string Call,
    string Agent,
    string Tool,
    string EffectClass,
    string Verdict,
    ImmutableArray<string> Rules,
    JsonText Facts,
    string Reason,
    ImmutableArray<DeciderRecord> People,
    string Outcome,
    string PolicyHash,
    int Seq);

/// <summary>A person's part in a decision.</summary>
/// <param name="Person">Who.</param>
/// <param name="Role">In which seat; null for who said no.</param>
/// <param name="Via">How: <c>api</c>, <c>console</c>, <c>local-terminal</c>.</param>
/// <param name="Verdict"><c>agreed</c>, <c>rejected</c>, <c>edited</c> or <c>responded</c>.</param>
/// <param name="At">When.</param>
internal sealed record DeciderRecord(string Person, string? Role, string Via, string Verdict, DateTimeOffset At);

/// <summary>Reads decisions out of the journal. What people typed stays sealed: nothing here needs it.</summary>
internal static class DecisionLog
{
    private const int PageSize = 500;

    private static readonly HashSet<string> Wanted = new(StringComparer.Ordinal)
    {
        nameof(CallProposed), nameof(CallDecided), nameof(CallSettled), nameof(CallShadowed), nameof(ApprovalRequested), nameof(SeatFilled), nameof(ApprovalDecided),
    };

    /// <summary>Every decision within <paramref name="span"/>, in the order of the journal; what came of it later counts too.</summary>
    public static async Task<ImmutableArray<DecisionRecord>> ReadAsync(IWorkflowJournal journal, Catalog catalog, TimeSpanOf span, CancellationToken cancellationToken)
    {
        var fold = new Fold(catalog);
        for (var (after, isLast) = (0L, false); !isLast;)
        {
            var page = await journal.ReadAllAsync(after, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                after = stored.Position;
                fold.See(stored);
            }

            isLast = page.Length < PageSize;
        }

        return [.. fold.Records.Where(d => span.Holds(d.At))];
    }

    /// <summary>Every decision of one stream, in order.</summary>
    public static async Task<ImmutableArray<DecisionRecord>> ReadAsync(IWorkflowJournal journal, Catalog catalog, string stream, CancellationToken cancellationToken)
    {
        var fold = new Fold(catalog);
        for (var (after, isLast) = (0, false); !isLast;)
        {
            var page = await journal.ReadAsync(stream, after, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                after = stored.Seq;
                fold.See(stored);
            }

            isLast = page.Length < PageSize;
        }

        return [.. fold.Records];
    }

    /// <summary>Decisions and what became of them, event by event.</summary>
    private sealed class Fold(Catalog catalog)
    {
        private readonly Dictionary<string, string> _effects = catalog.Infos.ToDictionary(t => t.Name, t => EffectClassNames.Write(t.Effect), StringComparer.Ordinal);
        private readonly Dictionary<CallId, Call> _calls = [];
        private readonly Dictionary<ApprovalId, Decided> _approvals = [];
        private readonly List<Decided> _decisions = [];

        public IEnumerable<DecisionRecord> Records => _decisions.Select(d => new DecisionRecord(
            d.At, d.Position, d.Stream, d.Event.Call.ToString(), d.Proposed.Agent, d.Proposed.Tool, _effects.GetValueOrDefault(d.Proposed.Tool, string.Empty),
            EffectNames.Write(d.Event.Effect), d.Event.Rules, d.Event.Facts, d.Event.Reason, [.. d.People], d.Outcome, d.Event.PolicyHash, d.Seq));

        public void See(StoredEvent stored)
        {
            if (Wanted.Contains(stored.Type))
            {
                DecisionLog.See(EventCodec.Decode(stored), stored.Stream, _calls, _approvals, _decisions);
            }
        }
    }

    private static void See(Recorded recorded, string stream, Dictionary<CallId, Call> calls, Dictionary<ApprovalId, Decided> approvals, List<Decided> decisions)
    {
        switch (recorded.Event)
        {
            case CallProposed proposed:
                calls[proposed.Call] = new Call(proposed);
                break;
            case CallDecided decided when calls.TryGetValue(decided.Call, out var call):
                var made = new Decided(stream, recorded.Position, recorded.Seq, recorded.At, call.Proposed, decided) { Outcome = decided.Effect == Effect.Deny ? "refused" : Decided.Open };
                call.Decisions.Add(made);
                decisions.Add(made);
                break;
            case ApprovalRequested requested when calls.TryGetValue(requested.Call, out var call) && call.Last is { } asked:
                approvals[requested.Approval] = asked;
                break;
            case SeatFilled filled when approvals.TryGetValue(filled.Approval, out var asked):
                asked.People.Add(new DeciderRecord(filled.By, filled.Role, filled.Via, "agreed", recorded.At));
                break;
            case ApprovalDecided { Verdict: not ApprovalVerdict.Approved } verdict when approvals.TryGetValue(verdict.Approval, out var asked):
                asked.Outcome = verdict.Verdict.ToString().ToLowerInvariant();
                if (verdict.Verdict is ApprovalVerdict.Rejected or ApprovalVerdict.Edited or ApprovalVerdict.Responded)
                {
                    asked.People.Add(new DeciderRecord(verdict.By, null, verdict.Via, asked.Outcome, recorded.At));
                }

                break;
            case CallShadowed shadowed when calls.TryGetValue(shadowed.Call, out var call) && call.Last is { } last:
                last.Outcome = "shadowed";
                break;
            case CallSettled settled when calls.TryGetValue(settled.Call, out var call):
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

        /// <summary>An approved call is decided twice: asked first, and again when it starts. What came of it came of both.</summary>
        public List<Decided> Decisions { get; } = [];

        public Decided? Last => Decisions.Count == 0 ? null : Decisions[^1];
    }

    private sealed class Decided(string stream, long position, int seq, DateTimeOffset at, CallProposed proposed, CallDecided decided)
    {
        public const string Open = "open";

        public string Stream { get; } = stream;

        public long Position { get; } = position;

        public int Seq { get; } = seq;

        public DateTimeOffset At { get; } = at;

        public CallProposed Proposed { get; } = proposed;

        public CallDecided Event { get; } = decided;

        public List<DeciderRecord> People { get; } = [];

        public string Outcome { get; set; } = Open;

        /// <summary>Nobody knows yet, or nobody knows for certain: then a person says, later on.</summary>
        public bool IsOpen => Outcome is Open or "unknown";
    }
}
