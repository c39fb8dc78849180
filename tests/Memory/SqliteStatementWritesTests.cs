using AiManager.Contracts;

namespace AiManager.Memory.Tests;

public sealed class SqliteStatementWritesTests : StatementWritesContract
{
    private protected override IWriteQueue Writer => ((SqliteStoreUnderTest)Store).Store.Writer;

    private protected override string BytesType => "blob";

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
