using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedNoRiggingTests : NoRiggingContract
{
    private protected override Task<IStoreRun> OpenAsync(string? worldSql = null, string? scripts = null) => Task.FromResult<IStoreRun>(new ProcurementRun(worldSql, scripts));
}

[NeedsPostgres]
public sealed class SharedNoRiggingTests : NoRiggingContract
{
    private protected override async Task<IStoreRun> OpenAsync(string? worldSql = null, string? scripts = null) => await SharedRun.OpenAsync(worldSql, scripts);
}
