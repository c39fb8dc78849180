using System.Collections.Immutable;
using AiManager.Tools;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace AiManager.Host;

/// <summary>
/// Keeps open pages up to date: their parts, rendered as the page renders them, as server-sent events; each only when it has changed. Who sees the same shares one
/// <see cref="LiveView"/>, so that the work follows what happens and who looks, and not how many tabs are open.
/// </summary>
internal sealed class LivePages(Pulse pulse, OpenStreams streams, IServiceScopeFactory scopes, ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    // What comes in a burst is shown together; what is about everything changes with every event of any workflow.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan GatherAll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // A browser comes back by itself, and is asked anew who it is. A view gets no new readers by then, so that names and settings on it are not old.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveView> _views = new(StringComparer.Ordinal);

    // Live pages leave room for those who load one or decide something.
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Sends until the reader goes or may no longer look, the service stops, or it is time to come back.</summary>
    /// <param name="context">The request; its path is the page's and <c>/live</c>.</param>
    /// <param name="stream">Whose events change the page; null for all.</param>
    /// <param name="read">What the page is about, in a scope of its own; null when it is gone. It must depend on the path and on who looks, and on nothing else.</param>
    /// <param name="parts">Components with one element each that has an id.</param>
    public Task StreamAsync(HttpContext context, string? stream, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, params Type[] parts) =>
        StreamAsync(context, stream, new LivePace(), read, parts);

    /// <summary>The same, at a pace of the page's own.</summary>
    public async Task StreamAsync(HttpContext context, string? stream, LivePace pace, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, params Type[] parts)
    {
        var response = context.Response;
        var session = context.RequestServices.GetRequiredService<PageWriter>().BeginSession(context);
        ServerSentEvents.Begin(response);
        using var stay = streams.Begin(context);
        var token = session.FormToken;
        var (key, view) = Join(context.Request.Path, stream, pace, context.RequestServices.GetRequiredService<LoadedCompany>().Bundle.Hash, session, read, parts);
        try
        {
            await SendAsync(response, view, token, stay.Ending);
        }
        catch (OperationCanceledException) when (stay.Ending.IsCancellationRequested)
        {
            // The reader went or may no longer look, or the service stops.
        }
        finally
        {
            Leave(key, view);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task SendAsync(HttpResponse response, LiveView view, string token, CancellationToken ending)
    {
        var sent = ImmutableArray<string>.Empty;
        Task? silence = null;
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Longest;)
        {
            var shown = view.Shown;
            if (shown.Html is { } html)
            {
                for (var i = 0; i < html.Length; i++)
                {
                    if (sent.IsEmpty || html[i] != sent[i])
                    {
                        await response.WriteAsync(html[i].Replace(view.TokenMark, token, StringComparison.Ordinal), ending);
                    }
                }

                sent = html;
                await response.Body.FlushAsync(ending);
            }

            if (shown.IsOver)
            {
                return;
            }

            silence ??= Task.Delay(Silence, time, ending);
            if (await Task.WhenAny(shown.Next.Task, silence) == silence)
            {
                ending.ThrowIfCancellationRequested();
                await response.WriteAsync(ServerSentEvents.StillHere, ending);
                await response.Body.FlushAsync(ending);
                silence = null;
            }
        }
    }

    private (string Key, LiveView View) Join(
        string path, string? stream, LivePace pace, string company, PageContent session, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, Type[] parts)
    {
        // All that makes one reader's page differ from another's, but for the token; with another configuration come other names and roles.
        var key = string.Join('\n', [company, path, session.Person!.Id, session.Owner, session.FormField, .. session.Permissions.Order(StringComparer.Ordinal)]);
        lock (_gate)
        {
            if (!_views.TryGetValue(key, out var view) || view.Shown.IsOver || time.GetElapsedTime(view.Began) >= Longest)
            {
                _views[key] = view = new LiveView(time.GetTimestamp());
                session.FormToken = view.TokenMark;
                session.Here = path[..^"/live".Length] is { Length: > 0 } page ? page : "/";
                var (made, ending) = (view, view.Ending);
                _ = Task.Run(() => KeepAsync(made, stream, pace, session, read, parts, ending), CancellationToken.None);
            }

            view.Count(1);
            return (key, view);
        }
    }

    private void Leave(string key, LiveView view)
    {
        bool isLast;
        lock (_gate)
        {
            isLast = view.Count(-1) == 0;
            if (isLast && _views.GetValueOrDefault(key) == view)
            {
                _views.Remove(key);
            }
        }

        // Outside: what is under way for it may take a while to be cancelled, and nobody joins it any more.
        if (isLast)
        {
            view.Dispose();
        }
    }

    private async Task KeepAsync(
        LiveView view, string? stream, LivePace pace, PageContent session, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, Type[] parts, CancellationToken ending)
    {
        using var listener = pulse.Listen(stream);
        try
        {
            for (var changed = listener.WaitAsync(ending); ;)
            {
                await _turns.WaitAsync(ending);
                try
                {
                    if (await RenderAsync(session, read, parts, ending) is not { } rendered)
                    {
                        break;
                    }

                    view.Show(rendered);
                }
                finally
                {
                    _turns.Release();
                }

                if (pace.Every is not { } every || await Task.WhenAny(changed, Task.Delay(every, time, ending)) == changed)
                {
                    await changed;
                    changed = listener.WaitAsync(ending);
                }

                await Task.Delay(pace.Gather ?? (stream is null ? GatherAll : Gather), time, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (StoreUnavailableException)
        {
            // Browsers come back, and by then the store may have too.
        }
#pragma warning disable CA1031 // nobody waits for this; whatever goes wrong, those who look must come back and be told by a page
        catch (Exception fault)
#pragma warning restore CA1031
        {
            HostLog.LiveViewFailed(loggers.CreateLogger<LivePages>(), fault);
        }

        view.End();
    }

    private async Task<ImmutableArray<string>?> RenderAsync(
        PageContent session, Func<IServiceProvider, PageContent, CancellationToken, Task<object?>> read, Type[] parts, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var content = scope.ServiceProvider.GetRequiredService<PageContent>();
        content.TakeSession(session);
        content.Now = time.GetUtcNow();
        if (await read(scope.ServiceProvider, content, cancellationToken) is not { } model)
        {
            return null;
        }

        content.Show(model);
        content.Waiting = await InboxCount.ReadAsync(scope.ServiceProvider.GetRequiredService<IReadModels>(), scope.ServiceProvider.GetRequiredService<ApprovalDesk>(), scope.ServiceProvider.GetRequiredService<IDirectory>(), content.Person!, cancellationToken);
        content.Changes = scope.ServiceProvider.GetRequiredService<ChangeDesk>().WaitingFor(content.Person!.Id);
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        var rendered = ImmutableArray.CreateBuilder<string>(parts.Length);
        foreach (var part in parts)
        {
            var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync(part, ParameterView.Empty)).ToHtmlString());
            rendered.Add($"event: part\ndata: {html.Trim().ReplaceLineEndings("\ndata: ")}\n\n");
        }

        return rendered.MoveToImmutable();
    }
}

/// <summary>How often a live page is looked at.</summary>
/// <param name="Every">However little happens, after this long: for what no event tells of. Null for only when something happens.</param>
/// <param name="Gather">How long what happens is gathered, so that it is shown together; null for as long as with most pages.</param>
internal sealed record LivePace(TimeSpan? Every = null, TimeSpan? Gather = null);
