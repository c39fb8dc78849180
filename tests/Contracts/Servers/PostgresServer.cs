using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace AiManager.Contracts;

/// <summary>
/// A PostgreSQL server for tests: the one that <c>AIMANAGER_TEST_POSTGRES</c> names, where databases may be created, or else a cluster of our own in a
/// temporary folder, with fsync on as in life, stopped and deleted when the process ends.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>A connection string of a server where databases may be created.</summary>
    public const string Variable = "AIMANAGER_TEST_POSTGRES";

    private const string Superuser = "postgres";
    private static readonly Lazy<string> SharedServer = new(Shared);
    private static readonly ConcurrentBag<string> Leftovers = [];
    private static readonly string RunName = $"{Environment.ProcessId}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
    private static int _databases;
    private readonly string _folder;
    private readonly int _port;

    private PostgresServer(string folder, int port) => (_folder, _port) = (folder, port);

    /// <summary>Why there is no server to test with; null when there is one.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } || Binaries() is not null
            ? null
            : $"PostgreSQL is not installed and {Variable} names no server.";

    /// <summary>Of this server.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username={Superuser};Database=postgres";

    /// <summary>A new, empty database on the server that tests share; its connection string.</summary>
    public static Task<string> NewDatabaseAsync() => NewDatabaseAsync(SharedServer.Value);

    /// <summary>A new, empty database on a server.</summary>
    public static async Task<string> NewDatabaseAsync(string server)
    {
        var name = NewName();
        await RunAsync(server, $"create database {name}");
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>A new database on the same server with everything that another one holds, to which nobody may be connected; its connection string.</summary>
    public static async Task<string> CopyAsync(string database)
    {
        var from = new NpgsqlConnectionStringBuilder(database);
        var name = NewName();
        await RunAsync(new NpgsqlConnectionStringBuilder(database) { Database = Superuser }.ConnectionString, $"create database {name} template {from.Database}");
        return new NpgsqlConnectionStringBuilder(database) { Database = name }.ConnectionString;
    }

    /// <summary>
    /// A new database on the same server with what <c>pg_dump</c> took out of another one and <c>pg_restore</c> put in; its connection string.
    /// </summary>
    /// <param name="database">May be in use.</param>
    /// <param name="emptied">Tables that come without their rows.</param>
    public static async Task<string> RestoreElsewhereAsync(string database, params string[] emptied)
    {
        var restored = await NewDatabaseAsync(new NpgsqlConnectionStringBuilder(database) { Database = Superuser }.ConnectionString);
        var file = Path.GetTempFileName();
        try
        {
            await ClientAsync(database, "pg_dump", ["--format=custom", "--file=" + file, .. emptied.Select(t => "--exclude-table-data=" + t)]);
            await ClientAsync(restored, "pg_restore", ["--exit-on-error", "--no-owner", file]);
        }
        finally
        {
            File.Delete(file);
        }

        return restored;
    }

    /// <summary>Has a database that a whole run uses thrown away at its end.</summary>
    public static void DropAtExit(string database) => Leftovers.Add(database);

    /// <summary>Throws a database away, whoever is still connected.</summary>
    public static async Task DropAsync(string database)
    {
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await RunAsync(new NpgsqlConnectionStringBuilder(database) { Database = Superuser }.ConnectionString, $"drop database if exists {name} with (force)");
    }

    /// <summary>Runs statements over a connection of its own.</summary>
    public static Task RunAsync(string database, string sql) => AskAsync(database, sql);

    /// <summary>The one number that a query answers.</summary>
    public static async Task<long> NumberAsync(string database, string sql) => Convert.ToInt64(await AskAsync(database, sql), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<object?> AskAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own constant text
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts a server that is nobody else's, to be stopped and started at will.</summary>
    public static PostgresServer StartOwn()
    {
        var folder = Output("mktemp", "-d", Path.Combine(Path.GetTempPath(), "aimanager-postgres-XXXXXX"));
        var server = new PostgresServer(folder, FreePort.Take());
        try
        {
            Run(Tool("initdb"), "-D", server.Data, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
            server.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts it again; returns when it takes connections.</summary>
    public void Start() => Run(
        Tool("pg_ctl"), "start", "-s", "-w", "-t", "60", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o",
        $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c max_connections=300");

    /// <summary>Stops it as an administrator in a hurry does: connections are cut.</summary>
    public void Stop() => Run(Tool("pg_ctl"), "stop", "-s", "-w", "-m", "fast", "-D", Data);

    /// <summary>Kills it as a power cut does.</summary>
    public void Crash() => Run(Tool("pg_ctl"), "stop", "-s", "-w", "-m", "immediate", "-D", Data);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            Crash();
        }

        Run("rm", "-rf", _folder);
    }

    /// <summary>As <see cref="Dispose"/>, by somebody who outlives this process: whoever runs tests does not wait for it long enough when it ends.</summary>
    private void Abandon() => Run(
        "setsid", "--fork", "sh", "-c", "\"$0\" stop -s -w -m immediate -D \"$1\"; rm -rf \"$2\"", Tool("pg_ctl"), Data, _folder);

    private string Data => Path.Combine(_folder, "data");

    private static string Shared()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            // A server of our own goes with everything in it.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.WhenAll(Leftovers.Select(DropAsync)).GetAwaiter().GetResult();
            return given;
        }

        var server = StartOwn();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Abandon();
        return server.ConnectionString;
    }

    private static async Task ClientAsync(string database, string tool, string[] arguments)
    {
        var at = new NpgsqlConnectionStringBuilder(database);
        var command = new ProcessStartInfo(
            Binaries() is { } folder ? Path.Combine(folder, tool) : tool, [$"--host={at.Host}", $"--port={at.Port}", $"--username={at.Username}", $"--dbname={at.Database}", .. arguments]);
        command.Environment["PGPASSWORD"] = at.Password;
        using var process = Process.Start(command)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{tool} ended with {process.ExitCode}.");
        }
    }

    /// <summary>By chance too: a run that was killed leaves its databases on a server that is not ours, and another has its number some day.</summary>
    private static string NewName() => $"test_{RunName}_{Interlocked.Increment(ref _databases)}";

    private static string? Binaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max()
            : null;

    private static string Tool(string name) => Path.Combine(Binaries() ?? throw new InvalidOperationException(Missing), name);

    private static void Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(Command(tool, arguments))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(tool)} {arguments.FirstOrDefault()} ended with {process.ExitCode}.");
        }
    }

    private static string Output(string tool, params string[] arguments)
    {
        var command = Command(tool, arguments);
        command.RedirectStandardOutput = true;
        using var process = Process.Start(command)!;
        var text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return text;
    }

    /// <summary>PostgreSQL refuses to run as root; then it runs as the user that its package made.</summary>
    private static ProcessStartInfo Command(string tool, string[] arguments) => Environment.UserName == "root"
        ? new ProcessStartInfo("runuser", ["-u", Superuser, "--", tool, .. arguments]) { WorkingDirectory = "/" }
        : new ProcessStartInfo(tool, arguments);
}
