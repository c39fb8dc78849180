using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>A row of <c>events</c> as an audit reads it: it may have been tampered with, so nothing is taken for granted.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Seq">Its seq, as far as that is a number.</param>
/// <param name="Stored">The event; null when the row is not formed as one.</param>
/// <param name="OrderHash">What ties it to the position before; empty where a store has none.</param>
/// <param name="IsArchived">True when only its place and its hash are here.</param>
internal readonly record struct AuditedEvent(long Position, string Stream, int Seq, StoredEvent? Stored, byte[] OrderHash, bool IsArchived)
{
    private const int IsFormed = 11;
    private const int Order = 12;
    private const int Archived = 13;

    public static AuditedEvent Read(DbDataReader row)
    {
        var (position, stream) = (row.GetInt64(0), row.GetString(1));
        return row.GetInt32(IsFormed) == 1
            ? new AuditedEvent(position, stream, row.GetInt32(2), EventRows.Read(row), row.GetFieldValue<byte[]>(Order), row.FieldCount > Archived && row.GetInt32(Archived) == 1)
            : new AuditedEvent(position, stream, row.GetInt32(2), null, [], false);
    }
}
