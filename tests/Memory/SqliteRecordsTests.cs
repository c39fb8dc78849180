using AiManager.Contracts;

namespace AiManager.Memory.Tests;

public sealed class SqliteRecordsTests : RecordsContract
{
    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
