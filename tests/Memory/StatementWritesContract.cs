using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>What every provider does with the small statements of other features.</summary>
public abstract class StatementWritesContract : StoreContract
{
    private const string Put = "insert into runs (name, note, bytes, number, is_over) values (@name, @note, @bytes, @number, @over) on conflict (name) do update set number = runs.number + 1";
    private const string Rename = "update runs set name = @to where name = @from";

    [Fact]
    public async Task A_statement_is_carried_out_and_says_how_many_rows_changed()
    {
        await MakeTableAsync();
        Assert.Equal(1, await RunAsync(Put, ("@name", "nightly"), ("@note", null), ("@bytes", new byte[] { 0, 1 }), ("@number", 1L << 40), ("@over", false)));
        Assert.Equal(1, await RunAsync(Put, ("@name", "nightly"), ("@note", "again"), ("@bytes", Array.Empty<byte>()), ("@number", 7), ("@over", true)));
        Assert.Equal(0, await RunAsync(Rename, ("@from", "nobody"), ("@to", "x")));
        Assert.Equal(1, await RunAsync(Rename, ("@to", "weekly"), ("@from", "nightly")));
        Assert.Equal(1, await RunAsync("update runs set note = 'seen' where name = 'weekly' and note is null and number = 1099511627777 and is_over = 0"));
    }

    [Fact]
    public async Task A_statement_that_fails_leaves_its_neighbours_alone()
    {
        await MakeTableAsync();
        await RunAsync(Put, ("@name", "a"), ("@note", null), ("@bytes", null), ("@number", 1), ("@over", false));
        await RunAsync(Put, ("@name", "b"), ("@note", null), ("@bytes", null), ("@number", 1), ("@over", false));

        var stream = New<WorkflowId>().ToString();
        var appending = AppendAsync(stream, 0);
        var failing = RunAsync(Rename, ("@from", "a"), ("@to", "b"));
        var renaming = RunAsync(Rename, ("@from", "a"), ("@to", "c"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.IsType<AppendResult.Appended>(await appending);
        Assert.Equal(1, await renaming);
        Assert.Single(await ReadAsync(stream));
    }

    /// <summary>The store's writer.</summary>
    private protected abstract IWriteQueue Writer { get; }

    private Task MakeTableAsync() =>
        Store.TamperAsync("create table runs (name text not null primary key, note text, bytes " + BytesType + ", number bigint not null, is_over integer not null)");

    private protected abstract string BytesType { get; }

    private async Task<int> RunAsync(string sql, params (string, object?)[] values)
    {
        var write = new StatementWrite(sql, values);
        Writer.Enqueue(write);
        return await write.Task;
    }
}
