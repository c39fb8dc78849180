using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedHostileScriptTests : HostileScriptContract
{
    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedHostileScriptTests : HostileScriptContract
{
    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
