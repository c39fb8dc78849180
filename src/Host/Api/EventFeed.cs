using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>One workflow's events, at once or as they come.</summary>
internal sealed class EventFeed(IWorkflowJournal journal, IEnvelopes envelopes, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int PageSize = 200;

    // The store's own signal is for drivers: whoever waits for it takes the wake-up from another. A look by key costs next to nothing.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
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

    /// <summary>Sends events as server-sent events until the reader goes or the service stops. An event's id is its seq.</summary>
    public async Task StreamAsync(WorkflowId id, int after, HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await response.WriteAsync(": events of this workflow, as they come\n\n", ending.Token);
            for (var spoke = time.GetTimestamp(); ;)
            {
                await foreach (var item in ReadAsync(id, after, ending.Token))
                {
                    after = item.Seq;
                    spoke = time.GetTimestamp();
                    await WriteAsync(response, item, ending.Token);
                }

                if (time.GetElapsedTime(spoke) >= Silence)
                {
                    // Without a word now and then, proxies hang up and nobody notices a reader that is gone.
                    spoke = time.GetTimestamp();
                    await response.WriteAsync(": still here\n\n", ending.Token);
                }

                await response.Body.FlushAsync(ending.Token);
                await Task.Delay(Pause, time, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader went, or the service stops; a reader that comes back says where it was.
        }
    }

    private static async Task WriteAsync(HttpResponse response, EventResource item, CancellationToken cancellationToken)
    {
        await response.WriteAsync($"id: {item.Seq.ToString(CultureInfo.InvariantCulture)}\ndata: ", cancellationToken);
        await JsonSerializer.SerializeAsync(response.Body, item, HostJson.Default.EventResource, cancellationToken);
        await response.WriteAsync("\n\n", cancellationToken);
    }

    private Task<ImmutableArray<StoredEvent>> PageAsync(WorkflowId id, int after, CancellationToken cancellationToken) =>
        journal.ReadAsync(id.ToString(), after, PageSize, cancellationToken);
}
