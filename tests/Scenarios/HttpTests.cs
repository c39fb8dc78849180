using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedHttpTests : HttpContract
{
    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedHttpTests : HttpContract
{
    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
