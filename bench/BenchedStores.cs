using AiManager.Memory;
using Npgsql;

namespace AiManager.Bench;

/// <summary>Stores of one provider, to be measured.</summary>
internal interface IBenchedStores
{
    /// <summary>For the table's head.</summary>
    string Name { get; }

    /// <summary>An empty place for one pass.</summary>
    Task<IBenchedPlace> NewAsync();
}

/// <summary>Where a store is; gone when disposed.</summary>
internal interface IBenchedPlace : IAsyncDisposable
{
    /// <summary>The product's store there.</summary>
    Task<MemoryStore> OpenAsync();

    /// <summary>The raw loop there.</summary>
    Measured RunRaw(int perCommit, TimeSpan span);
}

/// <summary>The embedded store, in temporary folders.</summary>
internal sealed class SqliteStores : IBenchedStores
{
    public string Name => "SQLite, synchronous=FULL";

    public Task<IBenchedPlace> NewAsync() => Task.FromResult<IBenchedPlace>(new Place(Directory.CreateTempSubdirectory("aimanager-bench-").FullName));

    private sealed class Place(string folder) : IBenchedPlace
    {
        public Task<MemoryStore> OpenAsync() => Task.FromResult<MemoryStore>(SqliteStore.Open(folder, new SqliteStoreOptions()));

        public Measured RunRaw(int perCommit, TimeSpan span) => RawLoop.Run(folder, perCommit, span);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>The shared store, in new databases of a server on which they may be created.</summary>
internal sealed class PostgresStores(string server) : IBenchedStores
{
    private const string Database = "aimanager_bench";

    public string Name => "PostgreSQL, synchronous_commit=on";

    public async Task<IBenchedPlace> NewAsync()
    {
        await RunAsync($"drop database if exists {Database} with (force)");
        await RunAsync($"create database {Database}");
        await RunAsync("checkpoint");
        return new Place(this, new NpgsqlConnectionStringBuilder(server) { Database = Database }.ConnectionString);
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
#pragma warning disable CA2100 // constant text above
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Place(PostgresStores stores, string database) : IBenchedPlace
    {
        public async Task<MemoryStore> OpenAsync() => await PostgresStore.OpenAsync(database, new PostgresStoreOptions(), CancellationToken.None);

        public Measured RunRaw(int perCommit, TimeSpan span) => PostgresRawLoop.Run(database, perCommit, span);

        public async ValueTask DisposeAsync() => await stores.RunAsync($"drop database {Database} with (force)");
    }
}
