using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Archiving on PostgreSQL, where nothing ties a kept place to the position before it.</summary>
internal sealed class PostgresArchive(IWriteQueue writer, DbDataSource database, IEnvelopes envelopes, IJournalAudit audit)
    : JournalArchive(writer, database, envelopes, audit)
{
    protected override string Keep =>
        """
        insert into archived_events (position, stream, seq, schema_version, at, prev_hash, hash)
        select position, stream, seq, schema_version, at, prev_hash, hash from events where stream = @stream
        """;

    protected override string PutBack =>
        """
        insert into events (position, stream, seq, type, schema_version, at, actor, cause, payload, prev_hash, hash)
        select position, stream, seq, @type, schema_version, at, @actor, @cause, @payload, prev_hash, hash from archived_events
        where position = @position and stream = @stream and seq = @seq and schema_version = @schema and at = @at and hash = @hash
        """;
}
