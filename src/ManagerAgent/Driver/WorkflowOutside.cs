using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Appends from outside a lease; see the port.</summary>
internal sealed class WorkflowOutside(IWorkflowJournal journal, EventStream stream, RecentStates recent, TimeProvider time) : IWorkflowOutside
{
    private const int MostAttempts = 50;

    /// <inheritdoc/>
    public async Task<OutsideResult> AppendAsync(
        WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken)
    {
        var state = WorkflowFold.Start(workflow);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            state = await ReadOnAsync(state, cancellationToken);
            if (state.Submitted is null)
            {
                return new OutsideResult.NotFound();
            }

            switch (decide(state))
            {
                case OutsideDecision.Refuse refuse:
                    return new OutsideResult.Refused(refuse.Reason);
                case OutsideDecision.Missing:
                    return new OutsideResult.NotFound();
                case OutsideDecision.Append { Events.IsEmpty: true }:
                    return new OutsideResult.Appended(state);
                case OutsideDecision.Append append:
                    if (await TryAppendAsync(state, append, actor, cancellationToken) is { } result)
                    {
                        return result;
                    }

                    break;
            }
        }

        throw new StoreUnavailableException($"{workflow} was changed by others {MostAttempts} times in a row. Try again.");
    }

    /// <inheritdoc/>
    public async Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        await recent.ReadAsync(workflow, cancellationToken) is { Submitted: not null } state ? state : null;

    /// <inheritdoc/>
    public async Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Distinct().ToImmutableArray() is { IsEmpty: false } some
            ? (await recent.ReadEachAsync(some, cancellationToken)).Where(s => s.Submitted is not null).ToDictionary(s => s.Id)
            : [];
    }

    /// <summary>
    /// Only what is new: whoever reads a long workflow from its beginning each time that its driver was first is never first himself. Where nothing is, it is not the one that it was (moved into a
    /// file, say), and it is read from its beginning.
    /// </summary>
    private async Task<WorkflowState> ReadOnAsync(WorkflowState state, CancellationToken cancellationToken) =>
        await stream.ReadAsync(state.Id.ToString(), state.Seq, cancellationToken) is { IsEmpty: false } news
            ? news.Aggregate(state, WorkflowFold.Apply)
            : state.Seq == 0 ? state : await stream.FoldAsync(state.Id, cancellationToken);

    /// <summary>Null when somebody else was first.</summary>
    private async Task<OutsideResult?> TryAppendAsync(WorkflowState state, OutsideDecision.Append append, Actor actor, CancellationToken cancellationToken)
    {
        var batch = new List<Recorded>();
        var after = state;
        foreach (var fact in append.Events)
        {
            var next = new Recorded(0, after.Seq + 1, EventHash.Cut(time.GetUtcNow()), actor, fact);
            if (WorkflowFold.TryApply(after, next) is not { } folded)
            {
                return new OutsideResult.Refused("The workflow has moved on; this can no longer be done.");
            }

            after = folded with { Seq = next.Seq, UpdatedAt = next.At };
            batch.Add(next);
        }

        var events = await Task.WhenAll(batch.Select(e => stream.SealAsync(e, $"{state.Id}/{state.Seq}", cancellationToken)));
        var request = new AppendRequest(state.Id.ToString(), state.Seq, null, [.. events], append.Guards, WorkflowView.Changes(state, batch, after));
        return await journal.AppendAsync(request, cancellationToken) switch
        {
            AppendResult.Appended => new OutsideResult.Appended(after),
            AppendResult.Conflict => null,
            AppendResult.Refused refused => new OutsideResult.Refused(refused.Detail, refused.Guard),
            _ => throw new InvalidOperationException("An append without an epoch cannot be fenced."),
        };
    }
}
