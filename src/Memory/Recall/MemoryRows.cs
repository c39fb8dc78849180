using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>How entries stand in rows.</summary>
internal static class MemoryRows
{
    private const char Unreadable = '\ufffd';

    /// <summary>Names with commas around each, so that one can be looked for.</summary>
    public static string Joined(IEnumerable<string> names) => names.ToList() is { Count: > 0 } some ? $",{string.Join(',', some)}," : string.Empty;

    /// <summary>
    /// An entry as every store and every wire can hold it: half a character, or a NUL, which the journal may have within its JSON, becomes the sign for what cannot be read. One entry
    /// that could not be written would hold up all behind it.
    /// </summary>
    public static MemoryEntry Readable(MemoryEntry entry) => entry with { Title = Readable(entry.Title), Text = Readable(entry.Text) };

    /// <summary>What an entry is searched by.</summary>
    public static string TextOf(MemoryEntry entry) => $"{entry.Title}\n{entry.Text}";

    /// <summary>A row of <see cref="MemorySql.Columns"/>.</summary>
    public static (long Seq, MemoryEntry Entry) Read(DbDataReader row) => (
        row.GetInt64(9),
        new MemoryEntry(
            row.GetString(0),
            MemoryKindNames.Read(row.GetString(1)) ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"'{row.GetString(1)}' is no kind of memory.")),
            PrefixedId.Read<WorkflowId>(row.GetString(2)),
            Apart(row.GetString(3)),
            row.GetInt64(4) != 0,
            row.GetString(5),
            row.GetString(6),
            Apart(row.GetString(7)),
            UnixMicros.Read(row.GetInt64(8))));

    /// <summary>A row of <see cref="MemorySql.Changes"/>.</summary>
    public static MemoryChange ReadChange(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4) != 0, row.GetString(5), row.GetFieldValue<byte[]>(6));

    /// <summary>As it is stored.</summary>
    public static byte[] WriteVector(float[] vector) => MemoryMarshal.AsBytes<float>(vector).ToArray();

    /// <summary>From what is stored.</summary>
    public static float[] ReadVector(byte[] stored) => MemoryMarshal.Cast<byte, float>(stored).ToArray();

    private static string Readable(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', Unreadable);

    private static ImmutableArray<string> Apart(string joined) => [.. joined.Split(',', StringSplitOptions.RemoveEmptyEntries)];
}

/// <summary>A row that is new, was replaced, or is gone.</summary>
internal sealed record MemoryChange(long Seq, string Id, string Kind, string Stream, bool IsGone, string Space, byte[] Vector);
