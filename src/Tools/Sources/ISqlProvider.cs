using System.Data.Common;

namespace AiManager.Tools;

/// <summary>The database behind <c>sql</c> sources. Tools speaks ADO.NET only; which engine it is, the host says.</summary>
public interface ISqlProvider
{
    /// <summary>Connections to one database; made once for each connection string and kept.</summary>
    /// <param name="connectionString">From <c>tools.yaml</c>, placeholders filled in. A secret: it must not turn up in a message.</param>
    /// <param name="isReadOnly">True for connections on which the engine itself refuses every write.</param>
    DbDataSource Open(string connectionString, bool isReadOnly);

    /// <summary>Readies a database that was just made, before its script runs. By default there is nothing to do.</summary>
    Task PrepareAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What an error of the engine means.</summary>
    SqlFaultKind Judge(DbException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.IsTransient ? SqlFaultKind.Busy : fault.SqlState?.StartsWith("23", StringComparison.Ordinal) == true ? SqlFaultKind.Constraint : SqlFaultKind.Other;
    }

    /// <summary>A number as the engine's parameters take it.</summary>
    object Bind(decimal number) => decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : (double)number;
}

/// <summary>What an error of a database means for a call.</summary>
public enum SqlFaultKind
{
    /// <summary>The statement is wrong, a table is missing, …</summary>
    Other,

    /// <summary>The data refuses it.</summary>
    Constraint,

    /// <summary>Somebody else is at it; trying again may help.</summary>
    Busy,
}
