using System.Globalization;

namespace AiManager.Host;

/// <summary>Reads what stands in a request's address and headers. What cannot be read is refused with the name of the place.</summary>
internal static class RequestText
{
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A whole number within bounds; null when nothing is said.</summary>
    public static int? Whole(string name, string? text, int least, int most) => string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Refused($"'{name}' must be a whole number from {least} to {most}.");

    /// <summary>A time; null when nothing is said.</summary>
    public static DateTimeOffset? Time(string name, string? text) => string.IsNullOrEmpty(text) ? null
        : TryReadTime(text, out var time) ? time
        : throw Refused($"'{name}' must be a time as in RFC 3339, such as 2026-01-31T08:00:00Z.");

    /// <summary>True or false; false when nothing is said.</summary>
    public static bool Flag(string name, string? text) => text switch
    {
        null or "" or "false" => false,
        "true" => true,
        _ => throw Refused($"'{name}' must be true or false."),
    };

    /// <summary>One of some words; null when nothing is said.</summary>
    public static string? Word(string name, string? text, IReadOnlyCollection<string> words) => string.IsNullOrEmpty(text) ? null
        : words.Contains(text) ? text
        : throw Refused($"'{name}' must be one of: {string.Join(", ", words)}.");

    /// <summary>Words to search for, or of a form; null when nothing is said.</summary>
    public static string? Words(string name, string? text) => string.IsNullOrEmpty(text) ? null : Readable.Is(text) ? text : throw Refused($"'{name}' {Readable.Fault}");

    /// <summary>An id that stands in the path. Throws 404: there is nothing at an address that nothing can have.</summary>
    public static TId Id<TId>(string text)
        where TId : struct, IPrefixedId<TId> =>
        PrefixedId.TryRead<TId>(text, out var id) ? id
            : throw new BadHttpRequestException($"'{Short(text)}' is not an id of the form {TId.Prefix}….", StatusCodes.Status404NotFound);

    /// <summary>RFC 3339; without an offset it is UTC.</summary>
    public static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>At most forty characters of what somebody sent, so that an error does not echo a megabyte.</summary>
    public static string Short(string text) => text.Length <= 40 ? text : text[..39] + "…";

    private static BadHttpRequestException Refused(string detail) => new(detail);
}
