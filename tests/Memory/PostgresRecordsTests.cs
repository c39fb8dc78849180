using AiManager.Contracts;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresRecordsTests : RecordsContract
{
    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
