using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>The <c>company</c> stream as its events say it is.</summary>
public sealed record CompanyState
{
    /// <summary>The stream's name.</summary>
    public const string Stream = "company";

    /// <summary>Nothing has happened.</summary>
    public static CompanyState Empty { get; } = new();

    /// <summary>The last event folded in.</summary>
    public int Seq { get; init; }

    /// <summary>Digest of the configuration in force; null before the first.</summary>
    public string? Bundle { get; init; }

    /// <summary>Who brought it into force: a person, or a host by itself when it was started; null before the first.</summary>
    public Actor? BundleBy { get; init; }

    /// <summary>Its files, path to digest; the texts are blobs. Empty before the first.</summary>
    public ImmutableSortedDictionary<string, string> Files { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The files of every configuration that was ever in force, by its digest: workflows that began under one go on by its permits.</summary>
    public ImmutableDictionary<string, ImmutableSortedDictionary<string, string>> Bundles { get; init; } = ImmutableDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>Keys by their public id, revoked ones too.</summary>
    public ImmutableDictionary<string, KeyState> Keys { get; init; } = ImmutableDictionary<string, KeyState>.Empty;

    /// <summary>Browsers' sessions that nobody has ended, by their id; those whose last day is over are dropped as others begin.</summary>
    public ImmutableDictionary<string, SessionState> Sessions { get; init; } = ImmutableDictionary<string, SessionState>.Empty;

    /// <summary>What is stopped: <c>tool/erp.cancel</c>, <c>agent/purchaser</c>, <c>workflow/wf_…</c>, <c>all/*</c>.</summary>
    public ImmutableSortedDictionary<string, Suspension> Suspensions { get; init; } = ImmutableSortedDictionary.Create<string, Suspension>(StringComparer.Ordinal);

    /// <summary>True once something was ever stopped: before that, nothing can be held.</summary>
    public bool WasSuspended { get; init; }

    /// <summary>The last event that stopped something or let it go on; 0 for none.</summary>
    public int StopsSeq { get; init; }

    /// <summary>What was said last of each outside tool, by its name.</summary>
    public ImmutableDictionary<string, ToolClassified> Classifications { get; init; } = ImmutableDictionary<string, ToolClassified>.Empty;

    /// <summary>Who said that and when; of what an entry of a file says there is nothing here.</summary>
    public ImmutableDictionary<string, SaidBy> ClassifiedBy { get; init; } = ImmutableDictionary<string, SaidBy>.Empty;

    /// <summary>What each source listed last, by its name.</summary>
    public ImmutableDictionary<string, SourceListed> Listings { get; init; } = ImmutableDictionary<string, SourceListed>.Empty;

    /// <summary>Changes of the configuration that were proposed, whatever became of them.</summary>
    public ImmutableDictionary<ChangeId, ChangeState> Changes { get; init; } = ImmutableDictionary<ChangeId, ChangeState>.Empty;

    /// <summary>Folds one event; others than the company's change nothing but the seq.</summary>
    public static CompanyState Apply(CompanyState state, Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(recorded);
        var next = recorded.Event switch
        {
            BundleActivated activated => Activate(state, activated, recorded),
            ChangeProposed proposed when !state.Changes.ContainsKey(proposed.Change) =>
                state with { Changes = state.Changes.SetItem(proposed.Change, new ChangeState(proposed, recorded.Actor, recorded.At)) },
            ChangeDecided decided when state.Changes.TryGetValue(decided.Change, out var change) && change.Verdict is null =>
                state with { Changes = state.Changes.SetItem(decided.Change, Decided(change, decided.Verdict, recorded) with { Reason = decided.Reason, DecidedVia = decided.Via }) },
            ChangeCompared compared when state.Changes.TryGetValue(compared.Change, out var change) && change.Verdict is null =>
                state with { Changes = state.Changes.SetItem(compared.Change, change with { Compared = compared }) },
            KeyCreated created when !state.Keys.ContainsKey(created.Key) => state with { Keys = state.Keys.SetItem(created.Key, new KeyState(created, recorded.At, IsRevoked: false)) },
            KeyRevoked revoked when state.Keys.TryGetValue(revoked.Key, out var key) =>
                state with { Keys = state.Keys.SetItem(revoked.Key, key with { IsRevoked = true }) },

            SessionBegun { Session: { } session } begun => state with { Sessions = Begin(state.Sessions, new SessionState(session, recorded.Actor, begun, recorded.At)) },
            SessionEnded { Session: { } session } => state with { Sessions = state.Sessions.Remove(session) },

            // Which version an entry of a file is about is settled once, by the first host that found out, and never against a person.
            ToolClassified { Entry: { } entry } meant when state.Classifications.GetValueOrDefault(meant.Tool) is { } said && (said.Entry is null || said.Entry == entry) => state,
            ToolClassified classified => Classify(state, classified, recorded),
            SourceListed listed => state with { Listings = state.Listings.SetItem(listed.Source, listed) },
            Suspended suspended => state with { WasSuspended = true, StopsSeq = recorded.Seq, Suspensions = Add(state.Suspensions, new Suspension(suspended.Kind, suspended.Name, suspended.Reason, recorded.Actor, recorded.At)) },
            SuspensionLifted lifted when state.Suspensions.ContainsKey(Suspension.KeyOf(lifted.Kind, lifted.Name)) =>
                state with { StopsSeq = recorded.Seq, Suspensions = state.Suspensions.Remove(Suspension.KeyOf(lifted.Kind, lifted.Name)) },
            _ => state,
        };
        return next with { Seq = recorded.Seq };
    }

    /// <summary>
    /// What stops everything that a workflow does: everything is stopped, or it, or a workflow that led to it, or an agent that acted in one of those. Null when nothing does.
    /// </summary>
    public Suspension? StopOf(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Suspensions.IsEmpty ? null
            : Suspensions.GetValueOrDefault(Suspension.Everything)
                ?? Suspensions.GetValueOrDefault(Suspension.KeyOf(Suspension.Workflow, state.Id.ToString()))
                ?? (state.Submitted is { } submitted ? LedTo(submitted).Select(key => Suspensions.GetValueOrDefault(key)).FirstOrDefault(s => s is not null) : null);
    }

    /// <summary>By what a workflow is stopped beside itself.</summary>
    private static IEnumerable<string> LedTo(GoalSubmitted submitted) =>
    [
        .. submitted.Parent is { } parent ? [Suspension.KeyOf(Suspension.Workflow, parent.ToString())] : Array.Empty<string>(),
        .. (submitted.Ancestry?.Workflows ?? []).Select(w => Suspension.KeyOf(Suspension.Workflow, w.ToString())),
        .. (submitted.Ancestry?.Agents ?? []).Select(a => Suspension.KeyOf(Suspension.Agent, a)),
    ];

    /// <summary>What stops an agent, wherever it works; null when nothing does.</summary>
    public Suspension? StopOf(string agent) => Suspensions.GetValueOrDefault(Suspension.Everything) ?? Suspensions.GetValueOrDefault(Suspension.KeyOf(Suspension.Agent, agent));

    /// <summary>What stops a tool for everybody; null when nothing does.</summary>
    public Suspension? StopOfTool(string tool) => Suspensions.GetValueOrDefault(Suspension.Everything) ?? Suspensions.GetValueOrDefault(Suspension.KeyOf(Suspension.Tool, tool));

    /// <summary>What goes on again in a workflow, because the suspension that held it is gone.</summary>
    public ImmutableArray<WorkflowEvent> Released(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var released = ImmutableArray.CreateBuilder<WorkflowEvent>();
        if (!state.IsFinal)
        {
            if (state.HeldBy is { } by && !Suspensions.ContainsKey(by))
            {
                released.Add(new WorkReleased(null));
            }

            released.AddRange(state.Tasks
                .Where(t => t is { Status: WorkTaskStatus.Blocked, HeldBy: { } held } && !Suspensions.ContainsKey(held))
                .Select(t => new WorkReleased(t.Task.Id)));
        }

        return released.ToImmutable();
    }

    /// <summary>What was compared with something that is not in force any more says nothing any more; a rule by itself can be compared anew.</summary>
    private static CompanyState Activate(CompanyState state, BundleActivated activated, Recorded recorded)
    {
        var stale = state.Changes.Values.Where(c => c.Verdict is null && c.Proposed.Rule is null && c.Proposed.Base != activated.Hash).ToList();
        return state with
        {
            Bundle = activated.Hash,
            BundleBy = recorded.Actor,
            Files = activated.Files,
            Bundles = state.Bundles.SetItem(activated.Hash, activated.Files),
            Changes = stale.Count == 0 ? state.Changes : state.Changes.SetItems(stale.Select(c => KeyValuePair.Create(c.Proposed.Change, Decided(c, ChangeVerdict.Superseded, recorded)))),
        };
    }

    /// <summary>What was computed of another classification of the tool says nothing any more.</summary>
    private static CompanyState Classify(CompanyState state, ToolClassified classified, Recorded recorded)
    {
        var stale = state.Changes.Values.Where(c => c.Verdict is null && c.Proposed.Classification?.Tool == classified.Tool).ToList();
        return state with
        {
            Classifications = state.Classifications.SetItem(classified.Tool, classified),
            ClassifiedBy = classified.Entry is null ? state.ClassifiedBy.SetItem(classified.Tool, new SaidBy(recorded.Actor, recorded.At)) : state.ClassifiedBy.Remove(classified.Tool),
            Changes = stale.Count == 0 ? state.Changes : state.Changes.SetItems(stale.Select(c => KeyValuePair.Create(c.Proposed.Change, Decided(c, ChangeVerdict.Superseded, recorded)))),
        };
    }

    private static ImmutableDictionary<string, SessionState> Begin(ImmutableDictionary<string, SessionState> all, SessionState one) => all
        .RemoveRange(all.Values.Where(s => !s.IsOpen(one.At) || s.Session == one.Begun.Replaces).Select(s => s.Session).ToList())
        .SetItem(one.Session, one);

    private static ChangeState Decided(ChangeState change, ChangeVerdict verdict, Recorded recorded) =>
        change with { Verdict = verdict, DecidedBy = recorded.Actor, DecidedAt = recorded.At };

    private static ImmutableSortedDictionary<string, Suspension> Add(ImmutableSortedDictionary<string, Suspension> all, Suspension one) => all.SetItem(one.Key, one);
}

/// <summary>An API key.</summary>
/// <param name="Created">As made.</param>
/// <param name="At">When.</param>
/// <param name="IsRevoked">True when it opens nothing any more.</param>
public sealed record KeyState(KeyCreated Created, DateTimeOffset At, bool IsRevoked)
{
    /// <summary>True once its time is over.</summary>
    public bool HasExpired(DateTimeOffset now) => Created.Until is { } until && now >= until;

    /// <summary>True while it opens something.</summary>
    public bool IsGood(DateTimeOffset now) => !IsRevoked && !HasExpired(now);
}
