using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace AiManager.Bench;

/// <summary>The least that writing rows durably costs on PostgreSQL: one connection, one table without an index, one prepared insert of a whole batch per commit.</summary>
internal static class PostgresRawLoop
{
    private const string Insert = "insert into raw_rows (stream, seq, type, at, payload) select * from unnest($1, $2, $3, $4, $5)";

    public static Measured Run(string database, int perCommit, TimeSpan span)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        connection.Open();
        using (var setup = new NpgsqlCommand(
            "create table if not exists raw_rows (position bigserial, stream text not null, seq integer not null, type text not null, at bigint not null, payload bytea not null)", connection))
        {
            setup.ExecuteNonQuery();
        }

        using var insert = new NpgsqlCommand(Insert, connection);
        var payload = Workload.Bytes.ToArray();
        var seq = new NpgsqlParameter<int[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer, TypedValue = new int[perCommit] };
        var at = new NpgsqlParameter<long[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, TypedValue = new long[perCommit] };
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. Enumerable.Repeat(new Workload(0, DateTimeOffset.UnixEpoch).Stream, perCommit)] });
        insert.Parameters.Add(seq);
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. Enumerable.Repeat("CallSettled", perCommit)] });
        insert.Parameters.Add(at);
        insert.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. Enumerable.Repeat(payload, perCommit)] });
        insert.Prepare();

        Loop(span / 4);
        var meter = new Meterstick();
        return meter.Read(Loop(span), perCommit);

        long Loop(TimeSpan length)
        {
            var count = 0L;
            var begin = Stopwatch.GetTimestamp();
            do
            {
                for (var i = 0; i < perCommit; i++)
                {
                    (seq.TypedValue![i], at.TypedValue![i]) = ((int)count, count);
                    count++;
                }

                insert.ExecuteNonQuery();
            }
            while (Stopwatch.GetElapsedTime(begin) < length);

            return count;
        }
    }
}
