using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresJobRunsTests : JobRunsContract
{
    protected override IJobRuns Runs => ((PostgresStoreUnderTest)Store).Store.JobRuns;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
