using System.Net.Sockets;
using Npgsql;

namespace AiManager.Memory;

/// <summary>Whose fault an error is, by its code and never by its words.</summary>
internal static class PostgresErrors
{
    /// <summary>Another host was at it at the same time; tried again, it is decided anew.</summary>
    public static bool IsRace(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => true,
        PostgresErrorCodes.UniqueViolation => error.TableName is "streams" or "events",
        _ => false,
    };

    /// <summary>
    /// True when a value or a statement of one write is to blame: data, constraints, syntax, limits. All else is the store's: away, full, shutting down, read-only.
    /// Too many locks are neither, and fewer writes at a time may pass.
    /// </summary>
    public static bool IsOfOneWrite(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.OutOfMemory || error.SqlState[..2] is "0A" or "21" or "22" or "23" or "42" or "54" or "P0";

    /// <summary>True when the connection is gone.</summary>
    public static bool IsOfTheConnection(Exception error) =>
        error is PostgresException known
            ? known.SqlState[..2] is "08" or "57"
            : error is NpgsqlException or IOException or SocketException or TimeoutException;
}
