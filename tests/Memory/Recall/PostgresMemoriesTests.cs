using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresMemoriesTests : MemoriesContract
{
    protected override IMemories Memories => ((PostgresStoreUnderTest)Store).Store.Memories!;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);

    protected override Task TamperWithMemoryAsync(string sql) => Store.TamperAsync(sql);
}
