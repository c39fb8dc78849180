using System.Data.Common;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>The engine behind a connection string: PostgreSQL where it names a host, else SQLite.</summary>
internal sealed class SqlEngines : ISqlProvider
{
    private static readonly string[] HostWords = ["HOST", "SERVER"];

    private readonly SqliteProvider _files = new();
    private readonly PostgresProvider _servers = new();

    /// <inheritdoc/>
    public ISqlProvider For(string connectionString)
    {
        try
        {
            var settings = new DbConnectionStringBuilder { ConnectionString = connectionString };
            return settings.Keys.Cast<string>().Any(k => HostWords.Contains(k.ToUpperInvariant())) ? _servers : _files;
        }
        catch (ArgumentException)
        {
            return _files;   // which says what is wrong with it when it is opened
        }
    }

    /// <inheritdoc/>
    public DbDataSource Open(string connectionString, bool isReadOnly) => For(connectionString).Open(connectionString, isReadOnly);
}
