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
    public Task<WorkflowState> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => ReadAsync(workflow, [], cancellationToken);

    /// <summary>As it is now, as one of several that one look is at.</summary>
    /// <param name="workflow">Which.</param>
    /// <param name="found">Keys that this look has found, which it does not look for again; those that it finds are added.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<WorkflowState> ReadAsync(WorkflowId workflow, HashSet<string> found, CancellationToken cancellationToken)
    {
        var kept = Find(workflow);
        if (kept is null || !await CanBeOpenedAsync(kept.Seals, found, cancellationToken))
        {
            kept = new Kept(WorkflowFold.Start(workflow), []);
        }

        // One that is over may have been moved into a file since: then what was last of it is not there either, and nobody may go on seeing it here alone.
        var known = kept.State.IsFinal ? 1 : 0;
        var news = await stream.ReadAsync(workflow.ToString(), kept.State.Seq - known, cancellationToken);
        if (known > news.Length)
        {
            Forget(workflow);
            return WorkflowFold.Start(workflow);
        }

        if (news.Length == known)
        {
            Keep(workflow, kept);
            return kept.State;
        }

        news = news[known..];

        var state = news.Aggregate(kept.State, WorkflowFold.Apply);
        Keep(workflow, new Kept(state, SealsOf(kept.Seals, news)));
        return state;
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

    private async Task<bool> CanBeOpenedAsync(ImmutableArray<PrivateText> seals, HashSet<string> found, CancellationToken cancellationToken)
    {
        foreach (var seal in seals.Where(s => !found.Contains(s.Kid!)))
        {
            if ((await envelopes.OpenAsync(seal, cancellationToken)).Clear is null)
            {
                return false;
            }

            found.Add(seal.Kid!);
        }

        return true;
    }

    /// <summary>What is kept of one.</summary>
    private sealed record Kept(WorkflowState State, ImmutableArray<PrivateText> Seals);
}
