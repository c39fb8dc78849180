using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>
/// A prepared statement of the writer, used again and again. Below ADO.NET, because there a command boxes every value, looks every
/// parameter up by name and makes a reader for each run: half the cost of an append. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _next;

    /// <param name="database">An open connection's handle.</param>
    /// <param name="sql">One statement, constant text; parameters are <c>?</c>, bound in order.</param>
    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    /// <summary>Binds a parameter that the statement names, <c>@name</c>. Throws <see cref="ArgumentException"/> for a name or a value that it cannot take.</summary>
    public SqliteStatement Bind(string name, object? value)
    {
        var index = raw.sqlite3_bind_parameter_index(_statement, name);
        _next = index > 0 ? index - 1 : throw new ArgumentException($"The statement has no parameter {name}.", nameof(name));
        return value switch
        {
            null => BindNull(),
            string text => Bind(text),
            long number => Bind(number),
            int number => Bind(number),
            bool isSo => Bind(isSo ? 1 : 0),
            byte[] bytes => Bind(bytes.AsSpan()),
            _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound.", nameof(value)),
        };
    }

    public SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_next, value));
        return this;
    }

    public SqliteStatement Bind(long? value) => value is { } some ? Bind(some) : BindNull();

    public SqliteStatement Bind(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return value is null ? BindNull() : BindEmpty();
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = most <= 512 ? stackalloc byte[512] : (rented = ArrayPool<byte>.Shared.Rent(most));
        var rc = raw.sqlite3_bind_text(_statement, ++_next, buffer[..Encoding.UTF8.GetBytes(value, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        Check(rc);
        return this;
    }

    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        // A null pointer would be SQL's null; no bytes are still bytes.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, ++_next, 0) : raw.sqlite3_bind_blob(_statement, ++_next, value));
        return this;
    }

    /// <summary>Runs to the end; the answer is how many rows changed.</summary>
    public int Run()
    {
        var rc = raw.sqlite3_step(_statement);
        while (rc == raw.SQLITE_ROW)
        {
            rc = raw.sqlite3_step(_statement);
        }

        // A failed step's code comes back from the reset; looking at it once is enough, but it must be reset in any case.
        Reset();
        Check(rc);
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Goes to the next row. After false, or when the caller has seen enough, <see cref="Reset"/> makes it ready again.</summary>
    public bool Step()
    {
        var rc = raw.sqlite3_step(_statement);
        if (rc == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        Check(rc);
        return false;
    }

    public void Reset()
    {
        _next = 0;
        raw.sqlite3_reset(_statement);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    /// <summary>An empty span is a null pointer, which SQLite takes for null; the other overload ends the text with a zero.</summary>
    private SqliteStatement BindEmpty()
    {
        Check(raw.sqlite3_bind_text(_statement, ++_next, string.Empty));
        return this;
    }

    private SqliteStatement BindNull()
    {
        Check(raw.sqlite3_bind_null(_statement, ++_next));
        return this;
    }

    private void Check(int rc)
    {
        if (rc is not (raw.SQLITE_OK or raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            _next = 0;
            SqliteException.ThrowExceptionForRC(rc, _database);
        }
    }
}
