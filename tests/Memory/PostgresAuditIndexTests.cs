using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresAuditIndexTests : AuditIndexContract, IAsyncLifetime
{
    private PostgresStore? _other;

    protected override IAuditIndex Index => ((PostgresStoreUnderTest)Store).Store.AuditIndex;

    protected override async Task<IAuditIndex> AnotherAsync() => (_other = await ((PostgresStoreUnderTest)Store).AnotherAsync(Time)).AuditIndex;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);

    async Task IAsyncLifetime.DisposeAsync()
    {
        if (_other is not null)
        {
            await _other.DisposeAsync();
        }

        await DisposeAsync();
    }
}
