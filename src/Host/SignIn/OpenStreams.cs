using System.Security.Claims;

namespace AiManager.Host;

/// <summary>
/// Ends live streams that their readers may no longer follow: the key was revoked, the session ended, the person left. All that are open are looked at together, once a
/// second, in memory alone; no stream asks for itself. Thread-safe.
/// </summary>
internal sealed class OpenStreams(OpenSessions sessions, IServiceProvider services, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<Stay> _open = [];
    private Task? _looking;

    /// <summary>Begins a stream, until it is disposed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="untilStop">Whether it ends when the service stops; else whoever sends has something to say then.</param>
    public Stay Begin(HttpContext context, bool untilStop = true)
    {
        var stay = new Stay(
            this, context.User, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, untilStop ? lifetime.ApplicationStopping : CancellationToken.None));
        lock (_gate)
        {
            _open.Add(stay);
            _looking ??= Task.Run(() => LookAsync(lifetime.ApplicationStopping));
        }

        return stay;
    }

    /// <summary>Whether somebody who was let in would be let in still, and may as much. Looking at a session does not lengthen it.</summary>
    public bool IsWelcome(ClaimsPrincipal user)
    {
        // From the configuration that is in force now, not from that under which the stream began.
        var directory = services.GetRequiredService<IDirectory>();
        var caller = Caller.Of(user);
        return Caller.AllowedNow(user, directory) is { } allowed
            && (caller.Via == Caller.LocalTerminal || Caller.MayStill(user, allowed))
            && (Caller.OwnerOf(user) is not { } owner || directory.Person(owner) is not null)
            && (caller.Via != Caller.LocalConsole || services.GetRequiredService<LoadedCompany>().Settings.AllowLocalStandIn)
            && (Caller.ProviderOf(user) is not { } provider || provider.In(services.GetRequiredService<LoadedCompany>().Settings.Oidc, directory)?.Id == caller.Person)
            && (Caller.KeyOf(user) is not { } key || services.GetRequiredService<KeyLookup>().IsStillGood(key))
            && (Caller.UntilOf(user) is not { } until || time.GetUtcNow() < until)
            && (Caller.SessionOf(user) is not { } session || sessions.IsOpen(session));
    }

    private bool IsSurelyWelcome(ClaimsPrincipal user)
    {
        try
        {
            return IsWelcome(user);
        }
#pragma warning disable CA1031 // who cannot be looked up does not look on, and the others are looked at all the same
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Stay[] open;
            lock (_gate)
            {
                if (_open.Count == 0)
                {
                    _looking = null;
                    return;
                }

                open = [.. _open];
            }

            foreach (var stay in open.Where(s => !IsSurelyWelcome(s.User)))
            {
                stay.End();
            }
        }
    }

    /// <summary>A stream that is open.</summary>
    public sealed class Stay : IDisposable
    {
        private readonly OpenStreams _streams;
        private readonly CancellationTokenSource _ending;
        private bool _isOver;

        internal Stay(OpenStreams streams, ClaimsPrincipal user, CancellationTokenSource ending) => (_streams, User, _ending) = (streams, user, ending);

        /// <summary>Cancelled when the reader goes or may no longer look, and when the service stops where that ends it.</summary>
        public CancellationToken Ending => _ending.Token;

        internal ClaimsPrincipal User { get; }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_streams._gate)
            {
                _streams._open.Remove(this);
                _isOver = true;
            }

            _ending.Dispose();
        }

        internal void End()
        {
            lock (_streams._gate)
            {
                if (_isOver)
                {
                    return;
                }
            }

            try
            {
                _ending.Cancel();
            }
            catch (Exception ended) when (ended is ObjectDisposedException or AggregateException)
            {
                // It ended by itself at this moment, or what was under way for it failed.
            }
        }
    }
}
