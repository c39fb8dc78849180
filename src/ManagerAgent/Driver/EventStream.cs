using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Reading and writing one workflow's events with private words open on this side and sealed on the other.</summary>
internal sealed class EventStream(IWorkflowJournal journal, IEnvelopes envelopes)
{
    private const int PageSize = 1000;

    /// <summary>Of those that are read together, each may come as a whole page.</summary>
    private const int StreamsAtOnce = 50;

    public async Task<ImmutableArray<Recorded>> ReadAsync(string stream, int afterSeq, CancellationToken cancellationToken)
    {
        var events = ImmutableArray.CreateBuilder<Recorded>();
        while (true)
        {
            var page = await journal.ReadAsync(stream, afterSeq, PageSize, cancellationToken);
            events.AddRange(await OpenAsync([.. page.Select(EventCodec.Decode)], cancellationToken));
            if (page.Length < PageSize)
            {
                return events.ToImmutable();
            }

            afterSeq = page[^1].Seq;
        }
    }

    /// <summary>The same of several streams, in their order: what is new is seldom much, and is read for some of them together.</summary>
    public async Task<ImmutableArray<ImmutableArray<Recorded>>> ReadEachAsync(IReadOnlyCollection<StreamPlace> places, CancellationToken cancellationToken)
    {
        var each = ImmutableArray.CreateBuilder<ImmutableArray<Recorded>>(places.Count);
        foreach (var some in places.Chunk(StreamsAtOnce))
        {
            var read = await journal.ReadEachAsync([.. some], null, PageSize, cancellationToken);
            var opened = await OpenAsync([.. read.SelectMany(events => events).Select(EventCodec.Decode)], cancellationToken);
            var next = 0;
            foreach (var (place, events) in some.Zip(read))
            {
                var mine = opened[next..(next += events.Length)];
                each.Add(events.Length < PageSize ? mine : [.. mine, .. await ReadAsync(place.Stream, events[^1].Seq, cancellationToken)]);
            }
        }

        return each.MoveToImmutable();
    }

    public async Task<WorkflowState> FoldAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        WorkflowFold.Of(workflow, await ReadAsync(workflow.ToString(), 0, cancellationToken));

    public async Task<NewEvent> SealAsync(Recorded recorded, string cause, CancellationToken cancellationToken)
    {
        var fact = recorded.Event;
        if (fact is ICarryPrivateText { Private: { } text } carrier)
        {
            fact = carrier.WithPrivate(await envelopes.SealAsync(text, cancellationToken));
        }

        return EventCodec.Encode(fact, recorded.At, recorded.Actor, cause);
    }

    /// <summary>With private words open as far as their keys are there; all keys are looked for together.</summary>
    private async Task<ImmutableArray<Recorded>> OpenAsync(ImmutableArray<Recorded> events, CancellationToken cancellationToken)
    {
        var texts = events.Select(TextOf).OfType<PrivateText>().ToImmutableArray();
        if (texts.IsEmpty)
        {
            return events;
        }

        var (opened, next) = (await envelopes.OpenEachAsync(texts, cancellationToken), 0);
        return [.. events.Select(e => TextOf(e) is null ? e : e with { Event = ((ICarryPrivateText)e.Event).WithPrivate(opened[next++]) })];
    }

    private static PrivateText? TextOf(Recorded recorded) => recorded.Event is ICarryPrivateText { Private: { IsSealed: true } text } ? text : null;
}
