using AiManager.Contracts;

namespace AiManager.Memory.Tests;

public sealed class SqliteQdrantRecallTests : QdrantRecallContract
{
    protected override MemoryStore Opened => ((SqliteStoreUnderTest)Store).Store;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
