using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedMonitorStopTests : MonitorStopContract
{
    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedMonitorStopTests : MonitorStopContract
{
    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
