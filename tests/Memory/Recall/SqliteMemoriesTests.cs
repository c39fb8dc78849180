using AiManager.Contracts;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory.Tests;

public sealed class SqliteMemoriesTests : MemoriesContract
{
    protected override IMemories Memories => Under.Store.Memories!;

    private SqliteStoreUnderTest Under => (SqliteStoreUnderTest)Store;

    private string File => Path.Combine(Under.Folder, SqliteMemories.FileName);

    [Fact]
    public async Task A_file_that_is_no_database_is_made_anew()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5_000));
        await Memories.PutAsync([], new JournalRead(0, 5), CancellationToken.None);
        Assert.Equal(5, await Memories.PositionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_only_reads_sees_what_is_there_and_none_where_nothing_is()
    {
        await using (var none = SqliteStore.OpenReadOnly(Under.Folder, Time))
        {
            Assert.Null(none.Memories);
        }

        await Memories.PutAsync([], new JournalRead(0, 5), CancellationToken.None);
        await using var reader = SqliteStore.OpenReadOnly(Under.Folder, Time);
        Assert.Equal(5, await reader.Memories!.PositionAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => reader.Memories.PutAsync([], new JournalRead(5, 6), CancellationToken.None));
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));

    protected override Task TamperWithMemoryAsync(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the suite's own constant text, and tampering is what it is for
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }
}
