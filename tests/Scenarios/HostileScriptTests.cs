using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedHostileScriptTests : HostileScriptContract
{
    [Theory]
    [MemberData(nameof(Rows))]
    public Task It_ends_in_a_named_state_and_harms_nothing(string what, string script, string find, string replace, string sentence) =>
        EndsInANamedStateAsync(what, script, find, replace, sentence);

    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedHostileScriptTests : HostileScriptContract
{
    [Theory]
    [MemberData(nameof(RowsForTheStore))]
    public Task It_ends_in_a_named_state_and_harms_nothing(string what, string script, string find, string replace, string sentence) =>
        EndsInANamedStateAsync(what, script, find, replace, sentence);

    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
