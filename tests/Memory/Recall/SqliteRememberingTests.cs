using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

public sealed class SqliteRememberingTests : RememberingContract
{
    protected override IMemories Memories => ((SqliteStoreUnderTest)Store).Store.Memories!;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
