using System.Data.Common;
using AiManager.Memory;
using AiManager.Tools;
using Microsoft.Data.Sqlite;

namespace AiManager.Host;

/// <summary>SQLite behind the <c>sql</c> tools: the journal's engine, on files of its own.</summary>
internal sealed class SqliteProvider : ISqlProvider
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Constraint = 19;

    /// <summary>The connection string of a file that may have to be made; without a pool, so that it is closed when it is disposed.</summary>
    public static string NewFile(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString();

    /// <inheritdoc/>
    public DbDataSource Open(string connectionString, bool isReadOnly)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString);
        if (isReadOnly)
        {
            RollBack(settings);
            settings.Mode = SqliteOpenMode.ReadOnly;
        }
        else if (!settings.ShouldSerialize("Mode"))
        {
            settings.Mode = SqliteOpenMode.ReadWrite; // a misspelt path must not become an empty world
        }

        return SystemSqlite.CreateDataSource(settings.ToString());
    }

    /// <summary>
    /// Lets readers go on beside a writer. With the other journal modes a commit waits until nobody reads, which among many goals is hardly ever.
    /// The mode stays with the file.
    /// </summary>
    public async Task PrepareAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode = wal";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The engine runs on the caller's thread and looks at no token; it stops at its next step.</summary>
    public void Interrupt(DbConnection connection)
    {
        if (connection is SqliteConnection { Handle: { } handle })
        {
            SQLitePCL.raw.sqlite3_interrupt(handle);
        }
    }

    /// <inheritdoc/>
    public SqlFaultKind Judge(DbException fault) => (fault as SqliteException)?.SqliteErrorCode switch
    {
        Busy or Locked => SqlFaultKind.Busy,
        Constraint => SqlFaultKind.Constraint,
        _ => SqlFaultKind.Other,
    };

    /// <summary>
    /// Undoes what a process left half done when it was killed inside a transaction. A connection that may only read finds the leftover and cannot: every
    /// read would fail until somebody writes.
    /// </summary>
    private static void RollBack(SqliteConnectionStringBuilder settings)
    {
        SystemSqlite.Init();
        var writable = new SqliteConnectionStringBuilder(settings.ToString()) { Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        try
        {
            using var connection = new SqliteConnection(writable.ToString());
            connection.Open();
            using var look = connection.CreateCommand();
            look.CommandText = "select count(*) from sqlite_master";
            look.ExecuteScalar();
        }
        catch (SqliteException)
        {
            // Missing, locked or not ours to write: the reader that is opened next says so in its own words.
        }
    }
}
