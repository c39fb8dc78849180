using AiManager.Contracts;

namespace AiManager.Memory.Tests;

public sealed class SqliteArchiveTests : ArchiveContract
{
    private protected override JournalArchive Archive => ((SqliteStoreUnderTest)Store).Store.Archive;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
