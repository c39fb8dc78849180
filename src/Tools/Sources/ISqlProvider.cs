using System.Data.Common;

namespace AiManager.Tools;

/// <summary>The database behind <c>sql</c> sources. Tools speaks ADO.NET only; which engine it is, the host says.</summary>
public interface ISqlProvider
{
    /// <summary>The provider for one database. By default this one.</summary>
    ISqlProvider For(string connectionString) => this;

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

    /// <summary>Ends what a connection is doing. By default the engine listens to the token of the call by itself.</summary>
    void Interrupt(DbConnection connection)
    {
    }

    /// <summary>Adds a parameter.</summary>
    /// <param name="command">Which it is of.</param>
    /// <param name="name">Without a colon.</param>
    /// <param name="value">Text, a number, a boolean or <see cref="DBNull"/>.</param>
    void Add(DbCommand command, string name, object value)
    {
        ArgumentNullException.ThrowIfNull(command);
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
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
