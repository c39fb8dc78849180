using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsNpm, Collection(PgvectorServer.Turns)]
public sealed class SqlitePgvectorRecallTests : PgvectorRecallContract
{
    protected override MemoryStore Opened => ((SqliteStoreUnderTest)Store).Store;

    [Fact]
    public async Task A_store_in_a_file_searches_its_own_vectors_in_the_process_and_says_why()
    {
        Opened.Vectors = new VectorOptions { Home = new VectorHome.Pgvector(null, VectorHome.Pgvector.OfStore) };
        var id = New<WorkflowId>();
        await Opened.Memories!.PutAsync([new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, "The press leaks", string.Empty, [], Time.Now)], null, CancellationToken.None);
        Assert.NotNull(Assert.Single(await Opened.Memories.SearchAsync(new MemoryQuestion("press"), CancellationToken.None)).Likeness);
        Assert.Equal("this process, because the store is no PostgreSQL", (await Opened.Memories.StatsAsync(CancellationToken.None)).Place);
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
