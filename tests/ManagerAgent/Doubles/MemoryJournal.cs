using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>The process that used this journal was killed.</summary>
internal sealed class KilledException() : Exception("Killed.");

/// <summary>One process's view of a store. A test can kill the process at an append of its driver, or let somebody else act just before one.</summary>
internal sealed class MemoryJournal(MemoryStore store) : IWorkflowJournal
{
    /// <summary>Appends that a driver may make before this is taken for spinning.</summary>
    private const int MostAppends = 20_000;

    private int _appends;
    private volatile bool _isDead;

    /// <summary>Appends that drivers have made so far.</summary>
    public int Appends => _appends;

    /// <summary>Kills the process at this append of a driver, counted from 1; null: never.</summary>
    public int? DieAt { get; set; }

    /// <summary>Kills the process when it passes this point; null: never.</summary>
    public CrashPoint? DieAtPoint { get; set; }

    /// <summary>Whether the append at which the process dies lands.</summary>
    public bool LandsFirst { get; set; }

    /// <summary>Called before each append of a driver with its number, from 1.</summary>
    public Func<int, Task>? BeforeAppend { get; set; }

    /// <summary>Called before each append from outside.</summary>
    public Func<Task>? BeforeOutside { get; set; }

    /// <summary>Events of single streams that were read here.</summary>
    public int EventsRead { get; private set; }

    /// <summary>How often several streams were read in one go.</summary>
    public int LooksAtSeveral { get; private set; }

    /// <summary>Called before each lease is let go.</summary>
    public Func<Task>? BeforeRelease { get; set; }

    /// <summary>What renewing a lease throws; null for nothing.</summary>
    public Exception? RenewFault { get; set; }

    /// <summary>While true, the store cannot be reached for claims and leases.</summary>
    public volatile bool IsAway;

    /// <summary>Appends of drivers that are still to find the store away; with <see cref="LandsFirst"/>, only the answer to the first is lost.</summary>
    public int Refuses { get; set; }

    public void Kill() => _isDead = true;

    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Live(cancellationToken);
        if (request.Epoch is not null)
        {
            var number = Interlocked.Increment(ref _appends);
            Assert.True(number < MostAppends, "The driver appends for ever.");
            if (number == DieAt)
            {
                if (LandsFirst)
                {
                    store.Append(request);
                }

                Kill();
                throw new KilledException();
            }

            await (BeforeAppend?.Invoke(number) ?? Task.CompletedTask);
            if (Refuses > 0)
            {
                Refuses--;
                if (LandsFirst)
                {
                    LandsFirst = false;
                    store.Append(request);
                }

                throw new StoreUnavailableException("It is away.");
            }
        }

        else
        {
            await (BeforeOutside?.Invoke() ?? Task.CompletedTask);
        }

        return store.Append(request);
    }

    public Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken)
    {
        Live(cancellationToken);
        var read = store.Read(stream, afterSeq, limit);
        EventsRead += read.Length;
        return Task.FromResult(read);
    }

    public async Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken)
    {
        LooksAtSeveral++;
        return types is null ? [.. await Task.WhenAll(places.Select(p => ReadAsync(p.Stream, p.AfterSeq, limit, cancellationToken)))] : throw new NotSupportedException();
    }

    public Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        Live(cancellationToken);
        return Task.FromResult(store.ReadAll(0, int.MaxValue) is [.., var last] ? last.Position : 0);
    }

    public Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken)
    {
        Live(cancellationToken);
        return Task.FromResult(store.ReadAll(afterPosition, limit));
    }

    public Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken)
    {
        Live(cancellationToken);
        if (IsAway)
        {
            throw new StoreUnavailableException("It is away.");
        }

        return Task.FromResult(store.Claim(node, now, lease, only));
    }

    public Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken)
    {
        Live(cancellationToken);
        return (IsAway ? new StoreUnavailableException("It is away.") : RenewFault) is { } fault ? Task.FromException<bool>(fault) : Task.FromResult(store.Renew(claim, until));
    }

    public async Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken)
    {
        Live(cancellationToken);
        await (BeforeRelease?.Invoke() ?? Task.CompletedTask);
        store.Release(claim, foldedSeq);
    }

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Task.FromResult(store.NextDue());

    public Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken) => store.WaitAsync(patience, cancellationToken);

    private void Live(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isDead)
        {
            throw new KilledException();
        }
    }
}
