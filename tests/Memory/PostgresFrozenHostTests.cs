using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>A host that stands still in the middle of a commit, with rows in its hand that others want.</summary>
[NeedsPostgres]
public sealed class PostgresFrozenHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_host_that_is_frozen_inside_a_commit_holds_nobody_up_for_good_and_hears_when_it_wakes_that_nothing_was_written()
    {
        var frozen = new Freezing();
        var database = await PostgresServer.NewDatabaseAsync();
        await using (var first = await OpenAsync(database, frozen, TimeSpan.FromMilliseconds(500)))
        await using (var second = await OpenAsync(database, NoCrashPoints.Instance, TimeSpan.FromSeconds(15)))
        {
            var stream = PrefixedId.New<WorkflowId>(DateTimeOffset.UnixEpoch, new Random(1)).ToString();
            var budget = new Reservation("per-day", "company", "2026-11-27", new Amounts(Money: 1m), new Amounts(Money: 10m));
            Assert.IsType<AppendResult.Appended>(await AppendAsync(second, stream, 0, budget));

            frozen.Stands = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var late = AppendAsync(first, stream, 1, budget);
            await frozen.Begun.Task.WaitAsync(Patience);

            // The same stream, and the same ledger from another one. What happens in all streams is seen, too.
            Assert.IsType<AppendResult.Appended>(await AppendAsync(second, stream, 1, budget).WaitAsync(Patience));
            var other = PrefixedId.New<WorkflowId>(DateTimeOffset.UnixEpoch, new Random(2)).ToString();
            Assert.IsType<AppendResult.Appended>(await AppendAsync(second, other, 0, budget).WaitAsync(Patience));
            Assert.Equal([(stream, 1), (stream, 2), (other, 1)], (await second.Journal.ReadAllAsync(0, 10, CancellationToken.None)).Select(e => (e.Stream, e.Seq)));
            Assert.NotNull(await second.Journal.ClaimAsync("second", TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1), stream, CancellationToken.None));

            frozen.Stands.SetResult();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => late.WaitAsync(Patience));
            frozen.Stands = null;
            Assert.Equal(new AppendResult.Conflict(2), await AppendAsync(first, stream, 1, budget));
            Assert.IsType<AppendResult.Appended>(await AppendAsync(first, stream, 2, budget));
            Assert.Equal(4m, (await second.ReadModels.LedgerAsync("per-day", "company", "2026-11-27", null, CancellationToken.None)).Money);
        }

        await PostgresServer.DropAsync(database);
    }

    private static Task<PostgresStore> OpenAsync(string database, ICrashPoints points, TimeSpan pause) => PostgresStore.OpenAsync(
        database, new PostgresStoreOptions { CrashPoints = points, ReadConnections = 2, LongestPause = pause }, CancellationToken.None);

    private static Task<AppendResult> AppendAsync(PostgresStore store, string stream, int seq, Reservation budget)
    {
        var now = TimeProvider.System.GetUtcNow();
        var fact = new NewEvent("MessagePosted", 1, now, Actor.System, "", "{}"u8.ToArray());
        return store.Journal.AppendAsync(
            new AppendRequest(stream, seq, null, [fact], [new Guard.Headroom(budget, null)], [new ReadModelChange.Reserve($"{stream}/{seq}", budget, now)]), CancellationToken.None);
    }

    /// <summary>Stands still inside a commit for as long as it is told to.</summary>
    private sealed class Freezing : ICrashPoints
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource? Stands { get; set; }

        public void Pass(CrashPoint point, string stream)
        {
            if (point == CrashPoint.InsideGroupCommit && Stands is { } stands)
            {
                Begun.TrySetResult();
                stands.Task.GetAwaiter().GetResult();
            }
        }
    }
}
