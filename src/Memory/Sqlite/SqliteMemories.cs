using System.Data.Common;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory;

/// <summary>The memory of an embedded deployment: a file beside the journal's, which can be deleted and is made again.</summary>
internal sealed class SqliteMemories : IAsyncDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "memory.db";

    private readonly DbDataSource _database;
    private readonly SqlMemories _memories;

    private SqliteMemories(DbDataSource database, Func<VectorOptions> options, TimeProvider time, bool isReadOnly) =>
        (_database, _memories) = (database, new SqlMemories(database, new SqliteMemorySql(isReadOnly), options, time, isReadOnly));

    /// <summary>The memory.</summary>
    public IMemories Memories => _memories;

    /// <summary>Opens it, and makes it anew where what lies there is no database; null where it is only read and nothing is there yet.</summary>
    public static SqliteMemories? Open(string folder, Func<VectorOptions> options, TimeProvider time, bool isReadOnly)
    {
        var file = Path.Combine(folder, FileName);
        if (isReadOnly && !File.Exists(file))
        {
            return null;
        }

        var mode = isReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate;
        var connection = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode }.ToString();
        if (!isReadOnly && !IsSound(connection))
        {
            foreach (var part in (string[])["", "-wal", "-shm"])
            {
                File.Delete(file + part);
            }
        }

        return new SqliteMemories(SystemSqlite.CreateDataSource(connection), options, time, isReadOnly);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (var pooled = new SqliteConnection(_database.ConnectionString))
        {
            SqliteConnection.ClearPool(pooled);
        }

        await _memories.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static bool IsSound(string connectionString)
    {
        using var connection = new SqliteConnection(connectionString + ";Pooling=False");
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();

            // What was remembered last may be lost with the machine: it is made again from the journal.
            command.CommandText = "pragma journal_mode = wal; pragma synchronous = normal; select count(*) from sqlite_master";
            command.ExecuteScalar();
            return true;
        }
        catch (SqliteException broken) when (broken.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
        {
            return false;
        }
    }
}
