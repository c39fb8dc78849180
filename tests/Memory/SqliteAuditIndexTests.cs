using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

public sealed class SqliteAuditIndexTests : AuditIndexContract
{
    protected override IAuditIndex Index => ((SqliteStoreUnderTest)Store).Store.AuditIndex;

    protected override Task<IAuditIndex> AnotherAsync() => Task.FromResult(Index);

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
