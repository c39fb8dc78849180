using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory;

/// <summary>
/// Copies of SQLite files as they are at one moment, beside whoever writes them. Keys of people's words go into a file of their own, and the goals that lists
/// show in the clear are left out: who is erased must not come back with an old backup (docs/decisions/0010).
/// </summary>
public static class SqliteBackup
{
    private const string Copied = "vacuum into @file";
    private const string Attached = "attach database @file as keys";

    private const string TakeOut =
        $"""
        create table keys.envelope_keys as select kid, person, secret, created_at from envelope_keys;
        pragma secure_delete = on;
        delete from envelope_keys;
        update workflows set goal = '{PrivateText.Erased}', goal_folded = '{PrivateText.Erased}';
        update streams set owner = null, lease_until = null where owner is not null;
        """;

    private const string PutBack = "insert into envelope_keys (kid, person, secret, created_at) select kid, person, secret, created_at from keys.envelope_keys where true on conflict do nothing";

    /// <summary>Copies the database <paramref name="from"/> to <paramref name="to"/>, which must not be there. Throws <see cref="StoreUnavailableException"/>.</summary>
    public static void Copy(string from, string to) => On(from, SqliteOpenMode.ReadOnly, connection => Run(connection, Copied, to));

    /// <summary>Moves the keys out of a copy of the journal's file into a file of their own; leases in the copy are nobody's.</summary>
    public static void TakeKeysOut(string journal, string keys)
    {
        MakeForOwner(keys);
        On(journal, SqliteOpenMode.ReadWrite, connection =>
        {
            Run(connection, "pragma journal_mode = delete");
            Run(connection, Attached, keys);
            Run(connection, TakeOut);
            Run(connection, "detach database keys");
        });
    }

    /// <summary>Puts the keys back into a journal's file. The lists show the words again once they have been rebuilt.</summary>
    public static void PutKeysBack(string journal, string keys) => On(journal, SqliteOpenMode.ReadWrite, connection =>
    {
        Run(connection, Attached, keys);
        Run(connection, PutBack);
        Run(connection, "detach database keys");
    });

    /// <summary>An empty file is an empty database; this one only its owner may read.</summary>
    private static void MakeForOwner(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var made = new FileStream(file, options);
    }

    private static void On(string file, SqliteOpenMode mode, Action<SqliteConnection> work)
    {
        SystemSqlite.Init();
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
            connection.Open();
            work(connection);
        }
        catch (SqliteException cause)
        {
            throw new StoreUnavailableException($"{file} cannot be copied: {cause.Message}", cause);
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Constant text; the file's name is a parameter.")]
    private static void Run(SqliteConnection connection, string sql, string? file = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (file is not null)
        {
            command.Parameters.AddWithValue("@file", file);
        }

        command.ExecuteNonQuery();
    }
}
