using System.Threading.Channels;

namespace AiManager.Host;

/// <summary>
/// Tells live pages that something happened. However many look, the journal is asked once for all of them, and not at all while nobody looks. The store's own
/// signal is for drivers: whoever waits for it takes the wake-up from another. Thread-safe.
/// </summary>
internal sealed class Pulse(IWorkflowJournal journal, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<Pulse> logger)
{
    private const int PageSize = 200;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<Listener> _listeners = [];
    private Task? _asking;

    /// <summary>Begins to listen, until it is disposed.</summary>
    /// <param name="stream">Whose events; null for all.</param>
    public Listener Listen(string? stream)
    {
        var listener = new Listener(this, stream);
        lock (_gate)
        {
            _listeners.Add(listener);
            _asking ??= Task.Run(() => AskAsync(lifetime.ApplicationStopping));
        }

        return listener;
    }

    private async Task AskAsync(CancellationToken stopping)
    {
        long? position = null;
        while (!stopping.IsCancellationRequested)
        {
            lock (_gate)
            {
                if (_listeners.Count == 0)
                {
                    _asking = null;
                    return;
                }
            }

            var pause = Every;
            try
            {
                if (position is not { } after)
                {
                    position = await journal.HeadAsync(stopping);
                    Wake(null); // what came while the end was looked for
                }
                else if (await journal.ReadAllAsync(after, PageSize, stopping) is { IsEmpty: false } events)
                {
                    position = events[^1].Position;
                    Wake(events.Select(e => e.Stream).ToHashSet(StringComparer.Ordinal));
                    pause = events.Length == PageSize ? TimeSpan.Zero : Every;
                }
            }
            catch (StoreUnavailableException)
            {
                pause = WhileAway;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // nobody waits for this: if it ended, every open page of this host would stand still and none would say so
            catch (Exception fault)
#pragma warning restore CA1031
            {
                logger.PulseFailed(fault);
                pause = WhileAway;
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Wake(HashSet<string>? streams)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners.Where(l => streams is null || l.Stream is null || streams.Contains(l.Stream)))
            {
                listener.Wake();
            }
        }
    }

    /// <summary>Somebody who looks.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly Pulse _pulse;
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        internal Listener(Pulse pulse, string? stream) => (_pulse, Stream) = (pulse, stream);

        /// <summary>Whose events; null for all.</summary>
        public string? Stream { get; }

        /// <summary>Waits until something has happened since the last time.</summary>
        public async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_pulse._gate)
            {
                _pulse._listeners.Remove(this);
            }
        }

        internal void Wake() => _signal.Writer.TryWrite(true);
    }
}
