using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>
/// Workflows that were looked at lately, as they were then, so that the next look reads and folds only what is new: lists and open pages look at the same few again and again.
/// What is decided about a workflow itself is folded from the journal; who looks at another one, as monitors do at what led to a run, may go by this, which each look reads to the end. Words of a person count only while their key is there: it is looked for at each look, as without this. Thread-safe.
/// </summary>
internal sealed class RecentStates(EventStream stream, IEnvelopes envelopes)
{
    /// <summary>As many as the longest page of a list has, and some: it bounds the memory. Those that were looked at last are kept.</summary>
    public const int Most = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<WorkflowId, LinkedListNode<(WorkflowId Workflow, Kept Kept)>> _places = [];
    private readonly LinkedList<(WorkflowId Workflow, Kept Kept)> _kept = new();

    /// <summary>As it is now.</summary>
    public async Task<WorkflowState> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => (await ReadEachAsync([workflow], cancellationToken))[0];

    /// <summary>Several as they are now, in their order. Keys are looked for once, and what is new is read together.</summary>
    public async Task<ImmutableArray<WorkflowState>> ReadEachAsync(ImmutableArray<WorkflowId> workflows, CancellationToken cancellationToken)
    {
        var kept = workflows.Select(w => Find(w) ?? new Kept(WorkflowFold.Start(w), [])).ToList();
        var open = await OpenAsync(kept, cancellationToken);
        for (var i = 0; i < kept.Count; i++)
        {
            if (!kept[i].Seals.All(s => open.Contains(s.Kid!)))
            {
                kept[i] = new Kept(WorkflowFold.Start(workflows[i]), []);
            }
        }

        var news = await stream.ReadEachAsync([.. kept.Select(k => new StreamPlace(k.State.Id.ToString(), k.State.Seq - KnownOf(k)))], cancellationToken);
        return [.. kept.Zip(news, Take)];
    }

    /// <summary>One that is over may have been moved into a file since: then what was last of it is not there either, and nobody may go on seeing it here alone.</summary>
    private static int KnownOf(Kept kept) => kept.State.IsFinal ? 1 : 0;

    private WorkflowState Take(Kept kept, ImmutableArray<Recorded> news)
    {
        var (workflow, known) = (kept.State.Id, KnownOf(kept));
        if (known > news.Length)
        {
            Forget(workflow);
            return WorkflowFold.Start(workflow);
        }

        news = news[known..];
        var now = news.IsEmpty ? kept : new Kept(news.Aggregate(kept.State, WorkflowFold.Apply), SealsOf(kept.Seals, news));
        Keep(workflow, now);
        return now.State;
    }

    private Kept? Find(WorkflowId workflow)
    {
        lock (_gate)
        {
            return _places.GetValueOrDefault(workflow)?.Value.Kept;
        }
    }

    private void Keep(WorkflowId workflow, Kept kept)
    {
        lock (_gate)
        {
            ForgetLocked(workflow);
            _places[workflow] = _kept.AddLast((workflow, kept));
            if (_kept.Count > Most)
            {
                ForgetLocked(_kept.First!.Value.Workflow);
            }
        }
    }

    private void Forget(WorkflowId workflow)
    {
        lock (_gate)
        {
            ForgetLocked(workflow);
        }
    }

    private void ForgetLocked(WorkflowId workflow)
    {
        if (_places.Remove(workflow, out var place))
        {
            _kept.Remove(place);
        }
    }

    /// <summary>One sealed text for each key that opened something in it.</summary>
    private static ImmutableArray<PrivateText> SealsOf(ImmutableArray<PrivateText> before, ImmutableArray<Recorded> news) =>
    [
        .. before.Concat(news.Select(e => (e.Event as ICarryPrivateText)?.Private).OfType<PrivateText>().Where(p => p is { Kid: not null, Ciphertext: not null, Clear: not null }).Select(p => p with { Clear = null }))
            .DistinctBy(p => p.Kid),
    ];

    /// <summary>The keys that are there, of those that opened something in what is kept.</summary>
    private async Task<HashSet<string>> OpenAsync(IEnumerable<Kept> kept, CancellationToken cancellationToken)
    {
        var seals = kept.SelectMany(k => k.Seals).DistinctBy(s => s.Kid).ToImmutableArray();
        return seals.IsEmpty ? [] : (await envelopes.OpenEachAsync(seals, cancellationToken)).Where(s => s.Clear is not null).Select(s => s.Kid!).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What is kept of one.</summary>
    private sealed record Kept(WorkflowState State, ImmutableArray<PrivateText> Seals);
}
