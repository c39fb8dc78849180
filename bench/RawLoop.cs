using System.Diagnostics;
using AiManager.Memory;
using Microsoft.Data.Sqlite;

namespace AiManager.Bench;

/// <summary>The least that writing rows durably costs here: one thread, one table without an index, one prepared insert.</summary>
internal static class RawLoop
{
    public static Measured Run(string folder, int perCommit, TimeSpan span)
    {
        SystemSqlite.Init();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "raw.db")};Pooling=False");
        connection.Open();
        using (var setup = connection.CreateCommand())
        {
            setup.CommandText =
                """
                pragma journal_mode = wal;
                pragma synchronous = full;
                pragma wal_autocheckpoint = 4096;
                create table rows (position integer primary key, stream text not null, seq integer not null, type text not null, at integer not null, payload blob not null);
                """;
            setup.ExecuteNonQuery();
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = "insert into rows (stream, seq, type, at, payload) values (@stream, @seq, 'CallSettled', @at, @payload)";
        insert.Parameters.AddWithValue("@stream", new Workload(0, DateTimeOffset.UnixEpoch).Stream);
        var seq = insert.Parameters.Add("@seq", SqliteType.Integer);
        var at = insert.Parameters.Add("@at", SqliteType.Integer);
        insert.Parameters.AddWithValue("@payload", Workload.Bytes.ToArray());
        insert.Prepare();

        Loop(TimeSpan.Zero, JournalLoop.WarmUpEvents);
        Loop(span / 4, perCommit);
        var meter = new Meterstick();
        return meter.Read(Loop(span, perCommit), perCommit);

        long Loop(TimeSpan length, int rows)
        {
            var count = 0L;
            var begin = Stopwatch.GetTimestamp();
            do
            {
                using var transaction = connection.BeginTransaction();
                insert.Transaction = transaction;
                for (var i = 0; i < rows; i++)
                {
                    seq.Value = count;
                    at.Value = count;
                    insert.ExecuteNonQuery();
                    count++;
                }

                transaction.Commit();
            }
            while (Stopwatch.GetElapsedTime(begin) < length);

            return count;
        }
    }
}
