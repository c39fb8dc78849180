using AiManager.Contracts;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresStatementWritesTests : StatementWritesContract
{
    private protected override IWriteQueue Writer => ((PostgresStoreUnderTest)Store).Store.Writer;

    private protected override string BytesType => "bytea";

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
