using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>Opens the writer's connection, below ADO.NET: only the writer's thread uses it, so it needs no lock of its own.</summary>
internal static class SqliteFile
{
    private const string Settings =
        """
        pragma busy_timeout = 5000;
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma foreign_keys = on;
        pragma secure_delete = on;
        pragma temp_store = memory;
        pragma cache_size = -32768;
        pragma wal_autocheckpoint = 4096;
        pragma journal_size_limit = 67108864;
        """;

    /// <summary>A connection that waits for the disk at every commit. Throws <see cref="SqliteException"/>.</summary>
    public static sqlite3 OpenWriter(string file)
    {
        SystemSqlite.Init();
        var rc = raw.sqlite3_open_v2(file, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        try
        {
            SqliteException.ThrowExceptionForRC(rc, database);
            SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(database, Settings), database);
            return database;
        }
        catch
        {
            database?.Dispose();
            throw;
        }
    }
}
