using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>A workflow appended as a session does it: folded, private words sealed, with the rows that follow. Every event must be a legal move.</summary>
public sealed class ToldWorkflow(IStoreUnderTest store, WorkflowId id, ManualTime time)
{
    private WorkflowState _state = WorkflowFold.Start(id);

    /// <summary>Which one.</summary>
    public WorkflowId Id { get; } = id;

    /// <summary>Its stream.</summary>
    public string Stream => Id.ToString();

    /// <summary>As told so far.</summary>
    public WorkflowState State => _state;

    /// <summary>Appends events a second apart, as many at a time as <paramref name="batches"/> says, the last of them again and again.</summary>
    public async Task TellAsync(IEnumerable<WorkflowEvent> facts, params int[] batches)
    {
        var left = facts.ToList();
        for (var i = 0; left.Count > 0; i++)
        {
            var size = Math.Clamp(batches.Length == 0 ? 1 : batches[Math.Min(i, batches.Length - 1)], 1, left.Count);
            await AppendAsync(left[..size]);
            left.RemoveRange(0, size);
        }
    }

    private async Task AppendAsync(List<WorkflowEvent> facts)
    {
        var (before, after) = (_state, _state);
        var recorded = new List<Recorded>();
        var events = ImmutableArray.CreateBuilder<NewEvent>();
        foreach (var fact in facts)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var next = new Recorded(0, after.Seq + 1, time.Now, Actor.System, fact);
            Assert.True(WorkflowFold.TryApply(after, next) is not null, $"{fact} may not happen now.");
            after = WorkflowFold.Apply(after, next);
            recorded.Add(next);
            var stored = fact is ICarryPrivateText { Private: { } text } carrier
                ? carrier.WithPrivate(await store.Envelopes.SealAsync(text, CancellationToken.None))
                : fact;
            events.Add(EventCodec.Encode(stored, time.Now, Actor.System, ""));
        }

        var request = new AppendRequest(Stream, before.Seq, null, events.ToImmutable(), [], WorkflowView.Changes(before, recorded, after));
        Assert.IsType<AppendResult.Appended>(await store.Journal.AppendAsync(request, CancellationToken.None));
        _state = after;
    }
}
