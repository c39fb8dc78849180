using System.Data.Common;
using System.Globalization;
using AiManager.Memory;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AiManager.Bench;

/// <summary>Stores of one provider, to be measured.</summary>
internal interface IBenchedStores
{
    /// <summary>For the table's head.</summary>
    string Name { get; }

    /// <summary>What in front of a statement has the engine say how it would go about it.</summary>
    string Explain { get; }

    /// <summary>An empty place for one pass.</summary>
    Task<IBenchedPlace> NewAsync();
}

/// <summary>Where a store is; gone when disposed.</summary>
internal interface IBenchedPlace : IAsyncDisposable
{
    /// <summary>The folder or the connection string.</summary>
    string Store { get; }

    /// <summary>The product's store there.</summary>
    Task<MemoryStore> OpenAsync();

    /// <summary>The raw loop there.</summary>
    Measured RunRaw(int perCommit, TimeSpan span);

    /// <summary>Commits per second of single inserts there; null where nothing but one writer at a time is possible.</summary>
    Task<double?> RunSinglesAsync(TimeSpan span);

    /// <summary>Runs statements of constant text; the last column of each row that they answer.</summary>
    Task<IReadOnlyList<string>> RunAsync(string sql);

    /// <summary>Of the whole store on disk.</summary>
    Task<long> BytesAsync();

    /// <summary>Statistics and logs as they are in a store that has been there for a while.</summary>
    Task SettleAsync();
}

/// <summary>The embedded store, in temporary folders.</summary>
internal sealed class SqliteStores : IBenchedStores
{
    public string Name => "SQLite, synchronous=FULL";

    public string Explain => "explain query plan ";

    public Task<IBenchedPlace> NewAsync() => Task.FromResult<IBenchedPlace>(new Place(Directory.CreateTempSubdirectory("aimanager-bench-").FullName));

    private sealed class Place(string folder) : IBenchedPlace
    {
        public string Store => folder;

        private string Journal => Path.Combine(folder, SqliteStore.FileName);

        public Task<MemoryStore> OpenAsync() => Task.FromResult<MemoryStore>(SqliteStore.Open(folder, new SqliteStoreOptions()));

        public Measured RunRaw(int perCommit, TimeSpan span) => RawLoop.Run(folder, perCommit, span);

        public Task<double?> RunSinglesAsync(TimeSpan span) => Task.FromResult<double?>(null);

        public async Task<IReadOnlyList<string>> RunAsync(string sql)
        {
            await using var connection = new SqliteConnection($"Data Source={Journal};Pooling=False");
            return await BenchedRows.ReadAsync(connection, sql);
        }

        public Task<long> BytesAsync() => Task.FromResult(new FileInfo(Journal).Length);

        public Task SettleAsync() => RunAsync("pragma wal_checkpoint(truncate)");

        public ValueTask DisposeAsync()
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>The shared store, in new databases of a server.</summary>
internal sealed class PostgresStores(BenchedServer server) : IBenchedStores
{
    private const string Database = "aimanager_bench";

    public string Name => "PostgreSQL, synchronous_commit=on";

    public string Explain => "explain ";

    public async Task<IBenchedPlace> NewAsync() => new Place(server, await server.NewDatabaseAsync(Database));

    private sealed class Place(BenchedServer server, string database) : IBenchedPlace
    {
        public string Store => database;

        public async Task<MemoryStore> OpenAsync() => await PostgresStore.OpenAsync(database, new PostgresStoreOptions(), CancellationToken.None);

        public Measured RunRaw(int perCommit, TimeSpan span) => PostgresRawLoop.Run(database, perCommit, span);

        public async Task<double?> RunSinglesAsync(TimeSpan span) => await SingleInserts.MeasureAsync(database, span);

        public async Task<IReadOnlyList<string>> RunAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
            return await BenchedRows.ReadAsync(connection, sql);
        }

        public async Task<long> BytesAsync() => long.Parse((await RunAsync("select pg_database_size(current_database())::text"))[0], CultureInfo.InvariantCulture);

        public async Task SettleAsync()
        {
            await RunAsync("vacuum analyze");
            await RunAsync("checkpoint");
        }

        public async ValueTask DisposeAsync() => await server.DropDatabaseAsync(Database);
    }
}

/// <summary>Statements of constant text on either provider.</summary>
internal static class BenchedRows
{
    /// <summary>The last column of each row.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(DbConnection connection, string sql)
    {
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the benchmarks' own constant text
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetValue(reader.FieldCount - 1).ToString() ?? string.Empty);
        }

        return rows;
    }
}
