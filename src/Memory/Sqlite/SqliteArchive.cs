using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Archiving on SQLite, where a kept place has the hash that ties it to the position before.</summary>
internal sealed class SqliteArchive(IWriteQueue writer, DbDataSource database, IEnvelopes envelopes, IJournalAudit audit)
    : JournalArchive(writer, database, envelopes, audit)
{
    // The second condition: the newest event of all is where the next append goes on from, and never goes.
    protected override string Keep =>
        """
        insert into archived_events (position, stream, seq, schema_version, at, prev_hash, hash, order_hash)
        select position, stream, seq, schema_version, at, prev_hash, hash, order_hash from events
        where stream = @stream and (select stream from events order by position desc limit 1) <> @stream
        """;

    protected override string PutBack =>
        """
        insert into events (position, stream, seq, type, schema_version, at, actor, cause, payload, prev_hash, hash, order_hash)
        select position, stream, seq, @type, schema_version, at, @actor, @cause, @payload, prev_hash, hash, order_hash from archived_events
        where position = @position and stream = @stream and seq = @seq and schema_version = @schema and at = @at and hash = @hash
        """;
}
