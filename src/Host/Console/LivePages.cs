using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace AiManager.Host;

/// <summary>Keeps an open page up to date: its parts, rendered as the page renders them, as server-sent events; each only when it has changed.</summary>
internal sealed class LivePages(Pulse pulse, IServiceScopeFactory scopes, ILoggerFactory loggers, TimeProvider time, IHostApplicationLifetime lifetime)
{
    // What comes in a burst is shown together.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // A browser comes back by itself, and is asked anew who it is.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Sends until the reader goes, the service stops, or it is time to come back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stream">Whose events change the page; null for all.</param>
    /// <param name="read">What the page is about, in a scope of its own; null when it is gone.</param>
    /// <param name="parts">Components with one element each that has an id.</param>
    public async Task StreamAsync(HttpContext context, string? stream, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, params Type[] parts)
    {
        var response = context.Response;
        var session = context.RequestServices.GetRequiredService<PageWriter>().BeginSession(context);
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var listener = pulse.Listen(stream);
        var sent = new string[parts.Length];
        try
        {
            for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Longest;)
            {
                if (!await SendAsync(response, session, read, parts, sent, ending.Token))
                {
                    return;
                }

                await WaitAsync(response, listener, ending.Token);
                await Task.Delay(Gather, time, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader went, or the service stops.
        }
        catch (StoreUnavailableException)
        {
            // The browser comes back, and by then the store may have too.
        }
    }

    private async Task WaitAsync(HttpResponse response, Pulse.Listener listener, CancellationToken cancellationToken)
    {
        var changed = listener.WaitAsync(cancellationToken);
        while (await Task.WhenAny(changed, Task.Delay(Silence, time, cancellationToken)) != changed)
        {
            // Without a word now and then, proxies hang up and nobody notices a reader that is gone.
            await response.WriteAsync(": still here\n\n", cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }

        await changed;
    }

    private async Task<bool> SendAsync(
        HttpResponse response, PageContent session, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, Type[] parts, string[] sent, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var content = scope.ServiceProvider.GetRequiredService<PageContent>();
        content.TakeSession(session);
        content.Now = time.GetUtcNow();
        if (await read(scope.ServiceProvider, content, cancellationToken) is not { } model)
        {
            return false;
        }

        content.Show(model);
        content.Waiting = await InboxCount.ReadAsync(scope.ServiceProvider.GetRequiredService<IReadModels>(), content.Person!, cancellationToken);
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync(part, ParameterView.Empty)).ToHtmlString());
            if (html != sent[i])
            {
                sent[i] = html;
                await response.WriteAsync($"event: part\ndata: {html.Trim().ReplaceLineEndings("\ndata: ")}\n\n", cancellationToken);
            }
        }

        await response.Body.FlushAsync(cancellationToken);
        return true;
    }
}
