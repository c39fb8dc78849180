using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>SQLite behind the sql tools, as many goals at once use it.</summary>
public sealed class SqliteProviderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_a_world_a_write_is_committed_while_somebody_reads()
    {
        var provider = new SqliteProvider();
        var file = Path.Combine(_folder.Path, "shop.db");
        await Worlds.EnsureAsync(
            provider, SqliteProvider.NewFile, file, "create table items (sku text); insert into items values ('A'), ('B');", DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc, default);
        await using var reading = provider.Open($"Data Source={file};Pooling=False", isReadOnly: true);
        await using var writing = provider.Open($"Data Source={file};Pooling=False", isReadOnly: false);
        await using var reader = await reading.OpenConnectionAsync();
        await using var look = reader.CreateCommand();
        look.CommandText = "select sku from items";
        await using var rows = await look.ExecuteReaderAsync();
        Assert.True(await rows.ReadAsync());

        await using var writer = await writing.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await using var change = writer.CreateCommand();
        change.Transaction = transaction;
        change.CommandText = "insert into items values ('C')";
        await change.ExecuteNonQueryAsync();
        await transaction.CommitAsync();

        Assert.True(await rows.ReadAsync());
        Assert.False(await rows.ReadAsync(), "A reader goes on seeing what was there when it began.");
    }
}
