using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Where a page of rows in order of time ended, for whoever asks for the next: the time and the id of its last row, <c>MICROSECONDS.ID</c>.</summary>
internal static class PageCursor
{
    /// <summary>One row more than the page has says that there is another.</summary>
    public static Page<TRow> PageOf<TRow>(ImmutableArray<TRow> rows, int limit, Func<TRow, string> cursor) =>
        rows.Length <= limit ? new Page<TRow>(rows, null) : new Page<TRow>(rows[..limit], cursor(rows[limit - 1]));

    /// <summary>Of a row.</summary>
    public static string Write(DateTimeOffset at, object id) => string.Create(CultureInfo.InvariantCulture, $"{UnixMicros.Write(at)}.{id}");

    /// <summary>Of a row that may have no time, which stands behind all that have one.</summary>
    public static string Write(DateTimeOffset? at, object id) => at is { } time ? Write(time, id) : string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue}.{id}");

    /// <summary>Null for none. Throws <see cref="FormatException"/> for text that is not a cursor, and for one whose id <paramref name="isId"/> does not take.</summary>
    public static (long At, string Id)? Read(string? cursor, Func<string, bool> isId) => cursor?.Split('.') switch
    {
        null => null,
        [var first, { Length: > 0 } id] when long.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at) && isId(id) => (at, id),
        _ => throw new FormatException($"'{cursor}' is not a cursor of this list."),
    };

    /// <summary>The same of a list that goes back in time and whose ids are of no form: without a cursor, in front of all.</summary>
    public static (long At, string Id) ReadBackwards(string? cursor) => Read(cursor, _ => true) ?? (long.MaxValue, string.Empty);
}
