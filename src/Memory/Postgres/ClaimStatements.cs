using AiManager.Domain;
using Npgsql;
using static AiManager.Memory.PostgresCommands;

namespace AiManager.Memory;

/// <summary>
/// Who drives what; the same rules as <see cref="SqliteLeases"/>. Rows that another host holds locked are skipped, never waited for: whoever
/// holds one says so when it is done, and drivers that found nothing come back.
/// </summary>
internal static class ClaimStatements
{
    /// <summary>
    /// The limit keeps one batch short; the next wakes the next. It is counted behind the lease: rows that wait for whoever drives their streams never keep
    /// those that are free from being woken.
    /// </summary>
    private const string Wake =
        """
        with ripe as materialized (
          select s.stream from due join streams s on s.stream = due.stream
          where due.woken = 0 and due.at <= $1 and (s.lease_until is null or s.lease_until < $1)
          order by due.at limit 500 for update of s skip locked),
        seen as (update due set woken = 1 from ripe where due.stream = ripe.stream and due.woken = 0 and due.at <= $1)
        update streams set runnable = 1, woken_at = case streams.runnable when 1 then streams.woken_at else $1 end from ripe where streams.stream = ripe.stream
        """;

    private const string Next =
        """
        with found as materialized (
          select stream from streams where runnable = 1 and (lease_until is null or lease_until < $1) and max_schema <= $2
          order by priority desc, woken_at limit 1 for update skip locked),
        early as (update due set woken = 0 from found where due.stream = found.stream and due.woken = 1 and due.at > $1)
        update streams set epoch = streams.epoch + 1, owner = $3, lease_until = $4 from found where streams.stream = found.stream
        returning streams.stream, streams.epoch
        """;

    private const string This =
        """
        with found as materialized (
          select stream from streams where stream = $5 and runnable = 1 and (lease_until is null or lease_until < $1) and max_schema <= $2
          for update skip locked),
        early as (update due set woken = 0 from found where due.stream = found.stream and due.woken = 1 and due.at > $1)
        update streams set epoch = streams.epoch + 1, owner = $3, lease_until = $4 from found where streams.stream = found.stream
        returning streams.stream, streams.epoch
        """;

    private const string TooEarly = "update due set woken = 0 where stream = any($1) and woken = 1 and at > $2";

    /// <summary>A time that came for a host whose clock is ahead comes again for the others.</summary>
    public static void AddReleased(NpgsqlBatch batch, IReadOnlyCollection<string> streams, long now)
    {
        if (streams.Count > 0)
        {
            batch.Then(TooEarly, Column(streams, stream => stream), Of(now));
        }
    }

    public static void Add(NpgsqlBatch batch, List<Action<NpgsqlDataReader>> answers, List<ClaimWrite> claims)
    {
        if (claims.Count == 0)
        {
            return;
        }

        batch.Then(Wake, Of(UnixMicros.Write(claims.Max(claim => claim.Now))));
        foreach (var claim in claims)
        {
            var (now, until) = (Of(UnixMicros.Write(claim.Now)), Of(UnixMicros.Write(claim.Until)));
            if (claim.Only is { } only)
            {
                batch.Then(This, now, Of(EventTypes.NewestGeneration), Of(claim.Node), until, Of(only));
            }
            else
            {
                batch.Then(Next, now, Of(EventTypes.NewestGeneration), Of(claim.Node), until);
            }

            answers.Add(reader => claim.Outcome = reader.Read() ? new Claim(reader.GetString(0), claim.Node, reader.GetInt64(1)) : null);
        }
    }
}
