using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>SQLite as the operating system has it: docs/decisions/0002.</summary>
public static class SystemSqlite
{
    private static readonly string[] Names =
        OperatingSystem.IsWindows() ? ["winsqlite3"]
        : OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lazy<bool> Ready = new(Load);

    /// <summary>Makes SQLite usable in this process. Call it before the first <see cref="SqliteConnection"/>; again is harmless.</summary>
    public static void Init() => _ = Ready.Value;

    /// <summary>
    /// Connections to any SQLite database, pooled. Foreign keys are on unless the connection string says otherwise, and a lock is waited for by the engine itself.
    /// </summary>
    public static DbDataSource CreateDataSource(string connectionString) => new SqliteDataSource(Settled(connectionString));

    /// <summary>The same for a store's own reads, which keep their connections open: whoever has it must dispose it before the file can go.</summary>
    internal static DbDataSource CreateKeptReads(string connectionString) => new KeptSqliteReads(Settled(connectionString));

    private static string Settled(string connectionString)
    {
        Init();
        var settings = new SqliteConnectionStringBuilder(connectionString);
        settings.ForeignKeys ??= true;
        return settings.ToString();
    }

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) =>
        {
            // Zero lets the runtime look for a native build that somebody shipped along.
            return name == "e_sqlite3" ? Names.Select(n => NativeLibrary.TryLoad(n, out var library) ? library : 0).FirstOrDefault(l => l != 0) : 0;
        });
        raw.SetProvider(new SQLite3Provider_e_sqlite3());

        // Counting memory takes a lock at every allocation, for a statistic that nobody reads.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return true;
    }
}
