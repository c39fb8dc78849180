using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Filling the process with what is remembered, when somebody asks first.</summary>
public sealed class VectorRecallTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly SqliteStoreUnderTest _store;

    public VectorRecallTests() => _store = SqliteStoreUnderTest.Open(_time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Nobody_waits_while_a_large_memory_is_read_into_the_process_and_it_is_read_once_for_all()
    {
        var id = PrefixedId.Derive<WorkflowId>(Guid.Empty, "press");
        await _store.Store.Memories!.PutAsync([new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, "The press leaks", string.Empty, [], _time.Now)], null, CancellationToken.None);
        await using var database = SystemSqlite.CreateDataSource($"Data Source={Path.Combine(_store.Folder, SqliteMemories.FileName)};Pooling=False");
        var place = new SlowPlace();
        await using var recall = new VectorRecall(VectorOptions.Offline, new MemoryTables(database, new SqliteMemorySql(), isReadOnly: true), new HashedVectors(), place, _time);

        var first = AskAsync(recall);
        await place.Came.Task;
        var second = AskAsync(recall);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await first);
        Assert.Empty(await second);
        Assert.Equal((true, "Vectors are being read into this process."), (recall.IsFilling, recall.Reason));

        // Nor does whoever comes later, as long as it is under way.
        Assert.Empty(await AskAsync(recall));

        place.Held.SetResult();
        while (recall.Reason is not null)
        {
            await Task.Yield();
        }

        Assert.Equal(id.ToString(), Assert.Single(await AskAsync(recall)).Id);
        Assert.Equal((false, null), (recall.IsFilling, recall.Reason));
        Assert.Equal(1, place.Puts);
    }

    private static Task<IReadOnlyList<NearVector>> AskAsync(VectorRecall recall) =>
        recall.FindAsync(new MemoryQuestion("leaking press"), ["leaking", "press"], _ => Task.FromResult(1f), 10, CancellationToken.None);

    /// <summary>The process, which takes vectors in when it is let.</summary>
    private sealed class SlowPlace : IVectorPlace
    {
        private readonly HeldVectors _held = new();

        public TaskCompletionSource Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Puts { get; private set; }

        public string Name => _held.Name;

        public bool IsKept => _held.IsKept;

        public async Task PutAsync(IReadOnlyList<PlacedVector> vectors, CancellationToken cancellationToken)
        {
            Puts++;
            Came.TrySetResult();
            await Held.Task;
            await _held.PutAsync(vectors, cancellationToken);
        }

        public Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) => _held.RemoveAsync(ids, cancellationToken);

        public Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked, int most, VectorFilter filter, CancellationToken cancellationToken) => _held.NearestAsync(asked, most, filter, cancellationToken);

        public Task<long> CountAsync(CancellationToken cancellationToken) => _held.CountAsync(cancellationToken);

        public IAsyncEnumerable<IReadOnlyList<PlacedId>> ListAsync(CancellationToken cancellationToken) => _held.ListAsync(cancellationToken);

        public Task ClearAsync(CancellationToken cancellationToken) => _held.ClearAsync(cancellationToken);

        public ValueTask DisposeAsync() => _held.DisposeAsync();
    }
}
