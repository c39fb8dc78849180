using AiManager.Contracts;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresArchiveTests : ArchiveContract
{
    private protected override JournalArchive Archive => ((PostgresStoreUnderTest)Store).Store.Archive;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
