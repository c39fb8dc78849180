using System.Collections.Immutable;
using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// Keeps the catalogue of sources that are asked: looks up what each listed when it was last asked, asks it, keeps what is new in the company's stream, so that
/// every host and the next start have it, and asks again when a source says that its tools have changed. What cannot be kept is still known here. Thread-safe.
/// </summary>
public sealed class SourceKeeper : IAsyncDisposable
{
    /// <summary>A server that changes its tools all the time must not fill the journal: between two lists of one source that are kept lies at least this.</summary>
    private static readonly TimeSpan BetweenKept = TimeSpan.FromMinutes(1);

    private readonly Catalog _catalog;
    private readonly ICompany _company;
    private readonly IBlobs _blobs;
    private readonly TimeProvider _time;
    private readonly ILogger<SourceKeeper> _logger;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _asking = [];
    private Task? _begun;

    /// <param name="catalog">What is kept.</param>
    /// <param name="company">Where it is kept, and what people said.</param>
    /// <param name="blobs">Where the lists themselves are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to say what cannot be done.</param>
    public SourceKeeper(Catalog catalog, ICompany company, IBlobs blobs, TimeProvider time, ILogger<SourceKeeper> logger)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (_catalog, _company, _blobs, _time, _logger) = (catalog, company, blobs, time, logger);
    }

    /// <summary>
    /// Begins, once. Answers when each source is known: as it was listed before, or where it never was, when it has been asked and answered or failed to. Those
    /// that are known are asked in the background. Does nothing for a company without such sources.
    /// </summary>
    public Task BeginAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _begun ??= _catalog.Outside.IsEmpty ? Task.CompletedTask : Task.WhenAll(_catalog.Outside.Select(BeginAsync));
        }

        return _begun.WaitAsync(cancellationToken);
    }

    /// <summary>Looks up what is known of each source without asking any, for whoever only looks.</summary>
    public async Task RecallAsync(CancellationToken cancellationToken)
    {
        foreach (var source in _catalog.Outside.Where(s => s.Listing is null))
        {
            await RecallAsync(source, cancellationToken);
        }
    }

    /// <summary>Begins, and answers when each source has been asked once and has answered or failed to.</summary>
    public async Task<ImmutableArray<SourceHealth>> AskAllAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        Task[] asking;
        lock (_lock)
        {
            asking = [.. _asking];
        }

        await Task.WhenAll(asking).WaitAsync(cancellationToken);
        return _catalog.Health;
    }

    /// <summary>Asks each source anew, and answers when each has answered or failed to.</summary>
    public async Task<ImmutableArray<SourceHealth>> AskAgainAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        await Task.WhenAll(_catalog.Outside.Select(s => AskInBackground(s, new News(n => _ = AskInBackground(s, n))))).WaitAsync(cancellationToken);
        return _catalog.Health;
    }

    /// <summary>Lets go of every source: servers that were started here are ended, and started again when something is called.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] asking;
        lock (_lock)
        {
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            _stopped.Cancel();
            asking = [.. _asking];
        }

        await Task.WhenAll(asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_catalog.Outside.Select(s => s.Source.DisposeAsync().AsTask())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    private async Task BeginAsync(OutsideSource source)
    {
        var news = new News(n => _ = AskInBackground(source, n));
        source.Source.Begin(_logger, news.Came);
        await RecallAsync(source, _stopped.Token);
        var asking = AskInBackground(source, news);
        if (source.Listing is null)
        {
            await asking;
        }
    }

    private Task AskInBackground(OutsideSource source, News news)
    {
        lock (_lock)
        {
            if (_stopped.IsCancellationRequested)
            {
                return Task.CompletedTask;
            }

            _asking.RemoveAll(t => t.IsCompleted);
            var asking = Task.Run(async () =>
            {
                // From here on news are news again.
                news.Taken();
                await AskAsync(source, _stopped.Token);
            });
            _asking.Add(asking);
            return asking;
        }
    }

    private async Task RecallAsync(OutsideSource source, CancellationToken cancellationToken)
    {
        try
        {
            if (_company.State.Listings.GetValueOrDefault(source.Source.Name) is { } kept && kept.Definition == source.Source.Definition
                && await _blobs.GetAsync(kept.Listing, cancellationToken) is { } bytes && SourceListing.Read(bytes) is { } listing)
            {
                source.Know(listing);
            }
        }
        catch (StoreUnavailableException fault)
        {
            _logger.ListingNotKept(fault, source.Source.Name);
        }
    }

    private async Task AskAsync(OutsideSource source, CancellationToken cancellationToken)
    {
        try
        {
            var listing = new SourceListing(await source.Source.ListAsync(cancellationToken));
            source.Broke(null);
            if (source.Listing is not { } known || !known.Tools.AsSpan().SequenceEqual(listing.Tools.AsSpan()))
            {
                source.Know(listing);
            }

            await KeepAsync(source, listing, cancellationToken);
        }
        catch (SourceFaultException)
        {
            // Its state says so; what it listed before is still known.
            source.Broke(null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
        catch (StoreUnavailableException fault)
        {
            _logger.ListingNotKept(fault, source.Source.Name);
        }
        catch (Exception fault)
        {
            // Whoever drives waits for every source once: one that breaks as nobody foresaw must not stop the others. Its words could hold anything.
            source.Broke(new SourceState(SourceCondition.Down, $"It broke while it was asked for its tools: {fault.GetType().Name}.", _time.GetUtcNow()));
            _logger.SourceBroke(source.Source.Name, fault.GetType().Name);
        }
    }

    /// <summary>Writes down what is new, and which version the entries of <c>tools.yaml</c> that name none are about.</summary>
    private async Task KeepAsync(OutsideSource source, SourceListing listing, CancellationToken cancellationToken)
    {
        var name = source.Source.Name;
        var bytes = listing.Write();
        var kept = _company.State.Listings.GetValueOrDefault(name);
        var digest = "sha256-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        var events = ImmutableArray.CreateBuilder<WorkflowEvent>();
        if ((kept?.Listing != digest || kept.Definition != source.Source.Definition) && source.MayKeep(_time.GetUtcNow(), BetweenKept))
        {
            await _blobs.PutAsync(bytes, cancellationToken);
            events.Add(new SourceListed(name, source.Source.Definition, digest, listing.Tools.Length));
        }

        events.AddRange(source.Meant(_company.State));
        if (events.Count > 0)
        {
            await _company.AppendAsync(events.ToImmutable(), Actor.System, cancellationToken);
        }
    }

    /// <summary>However often a source says that its tools have changed, one question answers all that was said before it was asked.</summary>
    private sealed class News(Action<News> ask)
    {
        // The first question is out from the beginning.
        private int _isAsked = 1;

        public void Taken() => Volatile.Write(ref _isAsked, 0);

        public void Came()
        {
            if (Interlocked.Exchange(ref _isAsked, 1) == 0)
            {
                ask(this);
            }
        }
    }
}
