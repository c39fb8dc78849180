using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What the suites of a store share: an empty store for each test, a clock that stands still, and short ways to say things.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private readonly Random _chance = new(7);

    /// <summary>The clock that the store was given.</summary>
    protected ManualTime Time { get; } = new();

    /// <summary>The store.</summary>
    protected IStoreUnderTest Store { get; private set; } = null!;

    /// <summary>The store's journal.</summary>
    protected IWorkflowJournal Journal => Store.Journal;

    /// <summary>The store's lists.</summary>
    protected IReadModels ReadModels => Store.ReadModels;

    /// <summary>Opens an empty store.</summary>
    protected abstract Task<IStoreUnderTest> OpenAsync(TimeProvider time);

    /// <inheritdoc/>
    public async Task InitializeAsync() => Store = await OpenAsync(Time);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Store.DisposeAsync();

    /// <summary>A new id.</summary>
    protected TId New<TId>()
        where TId : struct, IPrefixedId<TId> => PrefixedId.New<TId>(Time.Now, _chance);

    /// <summary>An event of no meaning, with a body of about <paramref name="bytes"/>.</summary>
    protected NewEvent Fact(string text = "hello", int bytes = 0) =>
        EventCodec.Encode(new MessagePosted(new PrivateText("system", text + new string('x', bytes))), Time.Now, Actor.System, "");

    /// <summary>Appends one event of no meaning, or what <paramref name="facts"/> are.</summary>
    protected Task<AppendResult> AppendAsync(
        string stream,
        int expectedSeq,
        long? epoch = null,
        ImmutableArray<Guard> guards = default,
        ImmutableArray<ReadModelChange> changes = default,
        params NewEvent[] facts) =>
        Journal.AppendAsync(
            new AppendRequest(stream, expectedSeq, epoch, facts.Length == 0 ? [Fact()] : [.. facts], guards.IsDefault ? [] : guards, changes.IsDefault ? [] : changes),
            CancellationToken.None);

    /// <summary>As the other, and it must be taken.</summary>
    protected async Task<ImmutableArray<long>> AppendedAsync(
        string stream,
        int expectedSeq,
        long? epoch = null,
        ImmutableArray<Guard> guards = default,
        ImmutableArray<ReadModelChange> changes = default,
        params NewEvent[] facts) =>
        Assert.IsType<AppendResult.Appended>(await AppendAsync(stream, expectedSeq, epoch, guards, changes, facts)).Positions;

    /// <summary>All events of a stream.</summary>
    protected Task<ImmutableArray<StoredEvent>> ReadAsync(string stream) => Journal.ReadAsync(stream, 0, 1000, CancellationToken.None);

    /// <summary>Claims anything, or <paramref name="only"/> this, for a minute.</summary>
    protected Task<Claim?> ClaimAsync(string node = "n1", string? only = null) =>
        Journal.ClaimAsync(node, Time.Now, TimeSpan.FromMinutes(1), only, CancellationToken.None);

    /// <summary>A workflow's row.</summary>
    protected WorkflowRow Row(
        WorkflowId id, string goal = "Restock", string status = "running", string? singleton = null, int priority = 0, string requester = "olga") =>
        new(id, goal, requester, status, null, singleton, priority, Time.Now, Time.Now, 0, 0);

    /// <summary>A money reservation.</summary>
    protected static Reservation Money(decimal amount, decimal cap, string key = "company", string window = "2026-11-21", string budget = "per-day") =>
        new(budget, key, window, new Amounts(Money: amount), new Amounts(Money: cap));
}
