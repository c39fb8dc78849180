using AiManager.Contracts;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory.Tests;

/// <summary>A shared store in a database of its own.</summary>
internal sealed class PostgresStoreUnderTest : IStoreUnderTest
{
    private PostgresStoreUnderTest(string database, PostgresStore store)
    {
        Database = database;
        Store = store;
    }

    public string Database { get; }

    public PostgresStore Store { get; private set; }

    public IWorkflowJournal Journal => Store.Journal;

    public IReadModels ReadModels => Store.ReadModels;

    public IBlobs Blobs => Store.Blobs;

    public IEnvelopes Envelopes => Store.Envelopes;

    public IJournalAudit Audit => Store.Audit;

    public INodes Nodes => Store.Nodes;

    public bool TiesStreamsTogether => false;

    public static async Task<IStoreUnderTest> OpenAsync(TimeProvider time) => await OpenAsync(time, null);

    public static async Task<PostgresStoreUnderTest> OpenAsync(TimeProvider time, ICrashPoints? crashPoints)
    {
        var database = await PostgresServer.NewDatabaseAsync();
        return new PostgresStoreUnderTest(database, await AnotherAsync(database, time, crashPoints));
    }

    /// <summary>A store on a database, as a host opens it.</summary>
    public static Task<PostgresStore> AnotherAsync(string database, TimeProvider time, ICrashPoints? crashPoints = null) => PostgresStore.OpenAsync(
        database, new PostgresStoreOptions { Time = time, CrashPoints = crashPoints ?? NoCrashPoints.Instance, ReadConnections = 5 }, CancellationToken.None);

    /// <summary>Another host's store on the same database.</summary>
    public Task<PostgresStore> AnotherAsync(TimeProvider time) => AnotherAsync(Database, time);

    /// <summary>Closes and opens again, as a restart would.</summary>
    public async Task ReopenAsync(TimeProvider time)
    {
        await Store.DisposeAsync();
        Store = await AnotherAsync(Database, time);
    }

    public Task TamperAsync(string sql) => PostgresServer.RunAsync(Database, sql);

    public async Task EditAsync(long position, string column, Func<object, object> change)
    {
        await using var connection = await ConnectAsync();
        await using var read = connection.CreateCommand();
        await using var write = connection.CreateCommand();
#pragma warning disable CA2100 // the column is one of the tests' own
        read.CommandText = $"select {column} from events where position = @position";
        write.CommandText = $"update events set {column} = @value where position = @position";
#pragma warning restore CA2100
        read.Parameters.AddWithValue("@position", position);
        write.Parameters.AddWithValue("@position", position);
        var before = (await read.ExecuteScalarAsync())!;
        write.Parameters.AddWithValue("@value", change(before is int number ? (long)number : before));
        Assert.Equal(1, await write.ExecuteNonQueryAsync());
    }

    /// <summary>In the files of tables, indexes and what they keep beside; not in the server's log, which belongs to the server.</summary>
    public async Task<bool> HoldsOnDiskAsync(ReadOnlyMemory<byte> bytes)
    {
        await TamperAsync("checkpoint");
        await using var connection = await ConnectAsync();
        await using var files = new NpgsqlCommand(
            "select pg_read_binary_file(pg_relation_filepath(oid), 0, pg_relation_size(oid), true) from pg_class where relkind in ('r', 't', 'i') and (relnamespace >= 16384 or relnamespace in (99, 2200))", connection);
        await using var reader = await files.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            if (!reader.IsDBNull(0) && reader.GetFieldValue<byte[]>(0).AsSpan().IndexOf(bytes.Span) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await PostgresServer.DropAsync(Database);
    }

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
