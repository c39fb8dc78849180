using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace AiManager.Host;

/// <summary>One workflow's events, at once or as they come.</summary>
internal sealed class EventFeed(IWorkflowJournal journal, IEnvelopes envelopes, Pulse pulse, OpenStreams streams, TimeProvider time)
{
    private const int PageSize = 200;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>True when there is such a workflow.</summary>
    public async Task<bool> KnowsAsync(WorkflowId id, CancellationToken cancellationToken) =>
        !(await journal.ReadAsync(id.ToString(), 0, 1, cancellationToken)).IsEmpty;

    /// <summary>Events behind a seq, oldest first, as far as there are any now.</summary>
    public async IAsyncEnumerable<EventResource> ReadAsync(WorkflowId id, int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ImmutableArray<StoredEvent> page = await PageAsync(id, after, cancellationToken); !page.IsEmpty; page = await PageAsync(id, after, cancellationToken))
        {
            foreach (var stored in page)
            {
                yield return await EventResource.OpenAsync(stored, envelopes, cancellationToken);
            }

            after = page[^1].Seq;
        }
    }

    /// <summary>
    /// Sends events as server-sent events until the reader goes or may no longer look, or the service stops. An event's id is its seq. Woken by the one pulse that pages wait
    /// on; what a slow reader has not taken yet is not read yet either. At each silence it looks by itself: no reader is worse off than one who asks now and then.
    /// </summary>
    public async Task StreamAsync(WorkflowId id, int after, HttpContext context)
    {
        var response = context.Response;
        ServerSentEvents.Begin(response);
        using var stay = streams.Begin(context);
        using var listener = pulse.Listen(id.ToString());
        try
        {
            await response.WriteAsync(": events of this workflow, as they come\n\n", stay.Ending);
            for (var changed = listener.WaitAsync(stay.Ending); ;)
            {
                await foreach (var item in ReadAsync(id, after, stay.Ending))
                {
                    after = item.Seq;
                    await ServerSentEvents.WriteAsync(response, item, HostJson.Default.EventResource, stay.Ending, item.Seq.ToString(CultureInfo.InvariantCulture));
                }

                await response.Body.FlushAsync(stay.Ending);
                if (await Task.WhenAny(changed, Task.Delay(Silence, time, stay.Ending)) == changed)
                {
                    await changed;
                    changed = listener.WaitAsync(stay.Ending);
                }
                else
                {
                    await response.WriteAsync(ServerSentEvents.StillHere, stay.Ending);
                }
            }
        }
        catch (OperationCanceledException) when (stay.Ending.IsCancellationRequested)
        {
            // A reader that comes back says where it was.
        }
    }

    private Task<ImmutableArray<StoredEvent>> PageAsync(WorkflowId id, int after, CancellationToken cancellationToken) =>
        journal.ReadAsync(id.ToString(), after, PageSize, cancellationToken);
}
