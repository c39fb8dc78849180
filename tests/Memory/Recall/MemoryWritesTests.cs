using AiManager.Contracts;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory.Tests;

/// <summary>What remembering and counting cost where there is much of it, in writes and rows rather than in time.</summary>
public sealed class MemoryWritesTests : StoreContract
{
    private SqliteStoreUnderTest Under => (SqliteStoreUnderTest)Store;

    [Fact]
    public async Task Many_workflows_are_remembered_in_few_writes()
    {
        for (var i = 0; i < 60; i++)
        {
            var id = New<WorkflowId>();
            await new ToldWorkflow(Store, id, Time).TellAsync([.. Tale.Of(id, Time.Now).Take(1)], 256);
        }

        var memories = new WatchedMemories(Under.Store.Memories!);
        Assert.Equal(60, await new MemoryReader(Journal, Store.Envelopes, memories).CatchUpAsync(CancellationToken.None));
        Assert.Equal(1, memories.Writes);
        Assert.Equal(60, (await memories.StatsAsync(CancellationToken.None)).Entries["workflow"]);
    }

    [Fact]
    public async Task What_is_there_is_counted_from_an_index_and_no_entry_is_read_for_it()
    {
        await Under.Store.Memories!.PositionAsync(CancellationToken.None);
        await using var connection = await OpenAsync();
        await using var plan = connection.CreateCommand();
        plan.CommandText = "explain query plan " + MemorySql.Counts;
        await using var rows = await plan.ExecuteReaderAsync();
        Assert.True(await rows.ReadAsync());
        Assert.Contains("USING COVERING INDEX memories_counted", rows.GetString(3), StringComparison.Ordinal);
        Assert.False(await rows.ReadAsync());
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(Under.Folder, SqliteMemories.FileName)}");
        await connection.OpenAsync();
        return connection;
    }
}
