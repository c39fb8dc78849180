using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsPostgres, NeedsNpm, Collection(PgvectorServer.Turns)]
public sealed class PostgresPgvectorRecallTests : PgvectorRecallContract
{
    protected override MemoryStore Opened => ((PostgresStoreUnderTest)Store).Store;

    [Fact]
    public async Task A_stores_own_database_holds_its_vectors_where_it_offers_the_extension_and_says_so_where_it_does_not()
    {
        var isOffered = await PostgresServer.NumberAsync(((PostgresStoreUnderTest)Store).Database, "select count(*) from pg_available_extensions where name = 'vector'") > 0;
        Opened.Vectors = new VectorOptions { Home = new VectorHome.Pgvector(null, VectorHome.Pgvector.OfStore) { Timeout = TimeSpan.FromSeconds(60) } };
        var id = New<WorkflowId>();
        await Opened.Memories!.PutAsync([new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, "The press leaks", string.Empty, [], Time.Now)], null, CancellationToken.None);
        Assert.Equal(isOffered, await Opened.Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal(isOffered, Assert.Single(await Opened.Memories.SearchAsync(new MemoryQuestion("press"), CancellationToken.None)).Likeness is not null);
        Assert.Equal(isOffered, (await Opened.Memories.StatsAsync(CancellationToken.None)).WordsAlone?.Contains("this server does not offer the extension vector. Install pgvector on it", StringComparison.Ordinal) is null);
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
