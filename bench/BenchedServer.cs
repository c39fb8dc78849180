using System.Runtime.InteropServices;
using AiManager.Contracts;
using Npgsql;

namespace AiManager.Bench;

/// <summary>The PostgreSQL server of a benchmark: the one that <c>--store</c> names, or one of our own as initdb makes it, gone when disposed or interrupted.</summary>
internal sealed class BenchedServer : IDisposable
{
    private readonly PostgresServer? _own;
    private readonly List<PosixSignalRegistration> _interrupts = [];

    private BenchedServer(string? named)
    {
        _own = named is null ? PostgresServer.StartOwn() : null;
        Connection = named ?? _own!.ConnectionString;
        if (_own is not null)
        {
            _interrupts.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, End));
            _interrupts.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, End));
        }
    }

    /// <summary>A connection string of a server on which databases may be created.</summary>
    public string Connection { get; }

    public static BenchedServer Of(Options options) => new(options.Text("--store"));

    /// <summary>For benchmarks that run on the embedded store where nobody asks for PostgreSQL, with <c>--postgres</c> or <c>--store</c>.</summary>
    public static BenchedServer? IfWanted(Options options) => options.Has("--postgres") || options.Has("--store") ? Of(options) : null;

    /// <summary>An empty database of this name, whatever was there before; its connection string.</summary>
    public async Task<string> NewDatabaseAsync(string name)
    {
        await RunAsync($"drop database if exists {name} with (force)");
        await RunAsync($"create database {name}");
        await RunAsync("checkpoint");
        return new NpgsqlConnectionStringBuilder(Connection) { Database = name }.ConnectionString;
    }

    /// <summary>The database of this name as it is, which is made where there is none; its connection string.</summary>
    public async Task<string> DatabaseAsync(string name)
    {
        var isThere = await PostgresServer.NumberAsync(Connection, $"select count(*) from pg_database where datname = '{name}'") > 0;
        return isThere ? new NpgsqlConnectionStringBuilder(Connection) { Database = name }.ConnectionString : await NewDatabaseAsync(name);
    }

    public Task DropDatabaseAsync(string name) => RunAsync($"drop database if exists {name} with (force)");

    public void Dispose()
    {
        _interrupts.ForEach(interrupt => interrupt.Dispose());
        NpgsqlConnection.ClearAllPools();
        _own?.Dispose();
    }

    private Task RunAsync(string sql) => PostgresServer.RunAsync(Connection, sql);

    private void End(PosixSignalContext signal)
    {
        _own?.Dispose();
        Environment.Exit(130);
    }
}
