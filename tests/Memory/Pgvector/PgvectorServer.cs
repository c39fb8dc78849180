using System.Diagnostics;
using System.Globalization;
using AiManager.Contracts;
using Npgsql;

namespace AiManager.Memory.Tests;

/// <summary>
/// PostgreSQL with pgvector, as its authors compile it to WebAssembly; one for all tests of this process. It has one session, so that tests take turns and tell their tables apart by tenants.
/// </summary>
internal sealed class PgvectorServer
{
    /// <summary>Tests that use it run one after the other.</summary>
    public const string Turns = "pgvector";

    private static readonly Lazy<int> Started = new(Start);
    private static int _tenants;

    /// <summary>Its port.</summary>
    public static int Port => Started.Value;

    /// <summary>A tenant that nobody else is.</summary>
    public static string NewTenant() => "tenant" + Interlocked.Increment(ref _tenants).ToString(CultureInfo.InvariantCulture);

    /// <summary>A connection to it; resetting one would reset the session of all.</summary>
    public static string ConnectionAt(int port) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "postgres",
        Database = "postgres",
        SslMode = SslMode.Disable,
        NoResetOnClose = true,
        Timeout = 60,
    }.ConnectionString;

    /// <summary>A place there.</summary>
    public static VectorHome.Pgvector Home(string tenant, int? port = null, double seconds = 60) => new(ConnectionAt(port ?? Port), tenant) { Timeout = TimeSpan.FromSeconds(seconds) };

    /// <summary>Runs a statement, and answers the first column of what it gives.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var connection = new NpgsqlConnection(ConnectionAt(Port) + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // the tests' own text
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        var lines = new List<string>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            lines.Add(Convert.ToString(rows.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return lines;
    }

    private static int Start()
    {
        var node = NpmServers.Start("pgvector");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(node);
        var line = node.StandardOutput.ReadLine() ?? throw new InvalidOperationException(node.StandardError.ReadToEnd());
        return int.Parse(line, CultureInfo.InvariantCulture);
    }

    private static void End(Process node)
    {
        node.StandardInput.Close();
        node.WaitForExit(TimeSpan.FromSeconds(5));
        node.Dispose();
    }
}
