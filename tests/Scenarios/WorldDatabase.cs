using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// A world as the tests see it: a database of their own in memory, built from the text of a <c>world.sql</c>, or the file that a run left
/// behind, opened read-only. It shares no code with the product, so that it can judge it.
/// </summary>
internal sealed class WorldDatabase : IDisposable
{
    /// <summary>What <c>:now</c> and <c>:today</c> are in a world that is built here. Worlds hold offsets only, so any day will do.</summary>
    public const string Now = "2026-03-17T05:30:00Z", Today = "2026-03-17";

    private readonly SqliteConnection _connection;

    static WorldDatabase() => UseSystemLibrary();

    private WorldDatabase(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
    }

    public static WorldDatabase Build(string worldSql)
    {
        var world = new WorldDatabase("Data Source=:memory:;Foreign Keys=True");
        world.Write(worldSql);
        return world;
    }

    /// <summary>A new file that several processes may use at once.</summary>
    public static void Create(string file, string sql)
    {
        using var database = new WorldDatabase($"Data Source={file};Mode=ReadWriteCreate;Pooling=False");
        database.Read("pragma journal_mode = wal");
        database.Write(sql);
    }

    public static WorldDatabase Open(string file) => new($"Data Source={file};Mode=ReadOnly;Pooling=False");

    /// <summary>For a test that tampers.</summary>
    public static WorldDatabase OpenToChange(string file) => new($"Data Source={file};Mode=ReadWrite;Pooling=False");

    /// <summary>Runs the statements in one transaction; all or none.</summary>
    /// <returns>The rows of the last statement that returned any columns.</returns>
    public IReadOnlyList<Row> Write(string sql, params (string Name, object Value)[] arguments)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var rows = Read(sql, arguments);
        transaction.Commit();
        return rows;
    }

    public IReadOnlyList<Row> Read(string sql, params (string Name, object Value)[] arguments)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of a test, or a sample's own file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in arguments.Concat([("now", Now), ("today", Today)]))
            command.Parameters.AddWithValue(":" + name, value);
        using var reader = command.ExecuteReader();
        List<Row> rows = [];
        do
        {
            if (reader.FieldCount > 0)
                rows.Clear();
            while (reader.Read())
            {
                var values = Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, column => reader.GetValue(column));
                rows.Add(new Row(values));
            }
        }
        while (reader.NextResult());
        return rows;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>SQLite as the operating system has it: no native package is shipped.</summary>
    private static void UseSystemLibrary()
    {
        string[] names = OperatingSystem.IsWindows() ? ["winsqlite3"]
            : OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib"] : ["libsqlite3.so.0", "libsqlite3.so"];
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            return; // the product, in the same process, was here first
        }

        SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());

        nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
        {
            if (name == "e_sqlite3")
                foreach (var candidate in names)
                    if (NativeLibrary.TryLoad(candidate, out var handle))
                        return handle;
            return 0;
        }
    }

    /// <summary>One row, its columns by name. Money and quantities are decimals, whatever SQLite stored them as.</summary>
    public sealed class Row(IReadOnlyDictionary<string, object> values)
    {
        public bool Has(string column) => values[column] is not DBNull;

        public string Text(string column) => Convert.ToString(values[column])!;

        public decimal Number(string column) => Convert.ToDecimal(values[column]);
    }
}
