using System.Data;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// The audit on PostgreSQL, which keeps types itself. Several hosts write at once, so no hash ties the streams together in the order of positions: what was
/// swapped between streams, or taken away with its whole stream, shows in seals kept elsewhere and not here.
/// </summary>
internal sealed class PostgresAudit(IWriteQueue writer, DbDataSource database, IEnvelopes envelopes) : JournalAudit(writer, database, envelopes)
{
    protected override string EventsInOrder =>
        $"""
        select {EventRows.Columns}, case when at between -62135596800000000 and 253402300799999999 then 1 else 0 end, ''::bytea, 0
        from events
        union all
        select position, stream collate "C", seq, '', schema_version, at, '', '', ''::bytea, prev_hash, hash,
          case when at between -62135596800000000 and 253402300799999999 then 1 else 0 end, ''::bytea, 1
        from archived_events
        order by position
        """;

    protected override DbTransaction BeginSnapshot(DbConnection connection) => connection.BeginTransaction(IsolationLevel.RepeatableRead);
}
