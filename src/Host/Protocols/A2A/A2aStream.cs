using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Tells a caller of a task until it is over: first the task as it stands, then what changes, as server-sent events: in JSON-RPC replies to the one call, else the news alone.</summary>
internal sealed class A2aStream(WorkflowFollower follower, A2aMapper mapper, OpenStreams streams)
{
    /// <summary>Sends until the task is over, the caller goes or may no longer look, or the service stops. A task that waits for somebody is not over.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">The id of the JSON-RPC call; null where there is none.</param>
    /// <param name="id">The task.</param>
    public async Task SendAsync(HttpContext context, JsonText? call, WorkflowId id)
    {
        var response = context.Response;
        using var stay = streams.Begin(context);
        var cancellationToken = stay.Ending;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        A2aTask? told = null;
        try
        {
            await foreach (var seen in follower.FollowAsync(id, longest: null, cancellationToken))
            {
                if (seen is null)
                {
                    // Without a word now and then, proxies hang up and nobody notices a reader that is gone.
                    await response.WriteAsync(": still here\n\n", cancellationToken);
                }
                else
                {
                    told = await TellAsync(response, call, seen, told, cancellationToken);
                }

                await response.Body.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller went, or may no longer look; SubscribeToTask brings it back.
        }
        catch (StoreUnavailableException) when (response.HasStarted)
        {
            // The caller comes back, and by then the store may have too.
        }
    }

    private async Task<A2aTask> TellAsync(HttpResponse response, JsonText? call, WorkflowSnapshot seen, A2aTask? told, CancellationToken cancellationToken)
    {
        var task = mapper.Map(seen);
        if (told is null)
        {
            await WriteAsync(response, call, new A2aNews(task), cancellationToken);
            return task;
        }

        foreach (var artifact in task.Artifacts!.Value.Where(a => told.Artifacts!.Value.All(t => t.ArtifactId != a.ArtifactId)))
        {
            await WriteAsync(response, call, new A2aNews(ArtifactUpdate: new A2aArtifactUpdate(task.Id, task.ContextId, artifact)), cancellationToken);
        }

        if (task.Status.State != told.Status.State || !task.Status.Message!.Parts.SequenceEqual(told.Status.Message!.Parts))
        {
            await WriteAsync(response, call, new A2aNews(StatusUpdate: new A2aStatusUpdate(task.Id, task.ContextId, task.Status)), cancellationToken);
        }

        return task;
    }

    private static async Task WriteAsync(HttpResponse response, JsonText? call, A2aNews news, CancellationToken cancellationToken)
    {
        await response.WriteAsync("data: ", cancellationToken);
        await (call is { } id
            ? JsonSerializer.SerializeAsync(response.Body, A2aEndpoints.Reply(id, news), HostJson.Default.A2aReply, cancellationToken)
            : JsonSerializer.SerializeAsync(response.Body, news, HostJson.Default.A2aNews, cancellationToken));
        await response.WriteAsync("\n\n", cancellationToken);
    }
}
