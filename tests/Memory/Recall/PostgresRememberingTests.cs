using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresRememberingTests : RememberingContract
{
    protected override IMemories Memories => ((PostgresStoreUnderTest)Store).Store.Memories!;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
