using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

public sealed class SqliteJobRunsTests : JobRunsContract
{
    protected override IJobRuns Runs => ((SqliteStoreUnderTest)Store).Store.JobRuns;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
