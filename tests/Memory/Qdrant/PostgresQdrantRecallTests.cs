using AiManager.Contracts;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresQdrantRecallTests : QdrantRecallContract
{
    protected override MemoryStore Opened => ((PostgresStoreUnderTest)Store).Store;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
