using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace AiManager.Memory;

/// <summary>Brings a store to the schema that this program knows. Each step is a transaction of its own; the same on every provider.</summary>
internal static class SchemaUpgrade
{
    /// <summary>Applies what is missing and answers the schema's number. Throws <see cref="StoreVersionException"/> when the store is too new.</summary>
    public static int Apply(DbConnection connection, IReadOnlyList<Migration> steps)
    {
        Run(connection, null, "create table if not exists schema (version integer not null primary key, oldest_program text not null)");
        var version = Check(connection, steps);
        foreach (var step in steps.Skip(version))
        {
            using var transaction = connection.BeginTransaction();
            Run(connection, transaction, step.Sql);
            using var record = connection.CreateCommand();
            record.Transaction = transaction;
            record.CommandText = "insert into schema (version, oldest_program) values (@version, @oldest)";
            record.Add("@version", step.Number).Add("@oldest", step.Oldest.ToString());
            record.ExecuteNonQuery();
            transaction.Commit();
        }

        return Math.Max(version, steps.Count);
    }

    /// <summary>The schema's number. Throws <see cref="StoreVersionException"/> when this program must not use it, or does not find one.</summary>
    public static int Check(DbConnection connection, IReadOnlyList<Migration> steps)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select version, oldest_program from schema order by version desc limit 1";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return 0;
        }

        var version = reader.GetInt32(0);
        var oldest = Version.Parse(reader.GetString(1));
        return version <= steps.Count || oldest <= ThisProgram
            ? version
            : throw new StoreVersionException(version, steps.Count, oldest.ToString());
    }

    private static Version ThisProgram => typeof(SchemaUpgrade).Assembly.GetName().Version!;

    [SuppressMessage("Security", "CA2100", Justification = "Constant text, or a migration file of this assembly.")]
    private static void Run(DbConnection connection, DbTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
