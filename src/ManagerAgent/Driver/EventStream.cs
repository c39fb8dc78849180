using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Reading and writing one workflow's events with private words open on this side and sealed on the other.</summary>
internal sealed class EventStream(IWorkflowJournal journal, IEnvelopes envelopes)
{
    private const int PageSize = 1000;

    public async Task<ImmutableArray<Recorded>> ReadAsync(string stream, int afterSeq, CancellationToken cancellationToken)
    {
        var events = ImmutableArray.CreateBuilder<Recorded>();
        while (true)
        {
            var page = await journal.ReadAsync(stream, afterSeq, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                events.Add(await OpenAsync(EventCodec.Decode(stored), cancellationToken));
            }

            if (page.Length < PageSize)
            {
                return events.ToImmutable();
            }

            afterSeq = page[^1].Seq;
        }
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

    private async Task<Recorded> OpenAsync(Recorded recorded, CancellationToken cancellationToken) =>
        recorded.Event is ICarryPrivateText { Private: { IsSealed: true } text } carrier
            ? recorded with { Event = carrier.WithPrivate(await envelopes.OpenAsync(text, cancellationToken)) }
            : recorded;
}
