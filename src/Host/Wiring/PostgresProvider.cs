using System.Data.Common;
using AiManager.Tools;
using Npgsql;
using NpgsqlTypes;

namespace AiManager.Host;

/// <summary>PostgreSQL behind the <c>sql</c> tools.</summary>
internal sealed class PostgresProvider : ISqlProvider
{
    private const string ReadOnly = "-c default_transaction_read_only=on";

    /// <inheritdoc/>
    public DbDataSource Open(string connectionString, bool isReadOnly)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { IncludeErrorDetail = false, PersistSecurityInfo = false };
        if (isReadOnly)
        {
            // The server itself refuses every write on such a connection: a fact, a precondition and a read cannot change anything by mistake.
            settings.Options = string.IsNullOrEmpty(settings.Options) ? ReadOnly : $"{settings.Options} {ReadOnly}";
        }

        if (!settings.ContainsKey("Application Name"))
        {
            settings.ApplicationName = "aimanager";
        }

        return NpgsqlDataSource.Create(settings.ConnectionString);
    }

    /// <inheritdoc/>
    public SqlFaultKind Judge(DbException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.SqlState switch
        {
            { } state when state.StartsWith("23", StringComparison.Ordinal) => SqlFaultKind.Constraint,
            PostgresErrorCodes.QueryCanceled => SqlFaultKind.Other,
            _ => fault.IsTransient ? SqlFaultKind.Busy : SqlFaultKind.Other,
        };
    }

    /// <inheritdoc/>
    public object Bind(decimal number) => decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : number;

    /// <summary>Texts go without a type, so that the server takes them as what stands beside them: a date where one is compared with, JSON where that is a column.</summary>
    public void Add(DbCommand command, string name, object value)
    {
        ArgumentNullException.ThrowIfNull(command);
        var parameter = new NpgsqlParameter(name, value);
        if (value is string or DBNull)
        {
            parameter.NpgsqlDbType = NpgsqlDbType.Unknown;
        }

        command.Parameters.Add(parameter);
    }
}
