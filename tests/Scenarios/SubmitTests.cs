using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedSubmitTests : SubmitContract
{
    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedSubmitTests : SubmitContract
{
    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
