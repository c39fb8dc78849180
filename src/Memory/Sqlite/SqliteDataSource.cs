using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory;

/// <summary>
/// Connections that wait for a lock inside the engine, which looks again after a millisecond or two. Left to the library, each look at a busy file costs its
/// thread 150 ms of sleep.
/// </summary>
internal class SqliteDataSource(string connectionString) : DbDataSource
{
    private const string Patience = "pragma busy_timeout = 5000";

    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);

    protected override DbConnection OpenDbConnection()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Patience;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
