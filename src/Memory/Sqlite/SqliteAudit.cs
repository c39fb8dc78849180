using System.Data.Common;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory;

/// <summary>The audit on SQLite, where any column can hold any type and text can hide bytes behind a zero.</summary>
internal sealed class SqliteAudit(IWriteQueue writer, DbDataSource database, IEnvelopes envelopes) : JournalAudit(writer, database, envelopes)
{
    protected override string EventsInOrder =>
        $"""
        select {EventRows.Columns},
          typeof(stream) = 'text' and typeof(seq) = 'integer' and typeof(type) = 'text' and typeof(schema_version) = 'integer' and typeof(at) = 'integer'
            and typeof(actor) = 'text' and typeof(cause) = 'text' and typeof(payload) = 'blob' and typeof(prev_hash) = 'blob' and typeof(hash) = 'blob'
            and typeof(order_hash) = 'blob'
            and seq between 1 and 2147483647 and schema_version between -2147483648 and 2147483647 and at between -62135596800000000 and 253402300799999999
            and instr(cast(stream as blob), x'00') = 0 and instr(cast(type as blob), x'00') = 0 and instr(cast(actor as blob), x'00') = 0
            and instr(cast(cause as blob), x'00') = 0,
          order_hash, 0
        from events
        union all
        select position, stream, seq, '', schema_version, at, '', '', x'', prev_hash, hash,
          typeof(stream) = 'text' and typeof(seq) = 'integer' and typeof(schema_version) = 'integer' and typeof(at) = 'integer'
            and typeof(prev_hash) = 'blob' and typeof(hash) = 'blob' and typeof(order_hash) = 'blob'
            and seq between 1 and 2147483647 and schema_version between -2147483648 and 2147483647 and at between -62135596800000000 and 253402300799999999
            and instr(cast(stream as blob), x'00') = 0,
          order_hash, 1
        from archived_events
        order by position
        """;

    protected override DbTransaction BeginSnapshot(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);
}
