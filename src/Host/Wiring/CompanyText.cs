using System.Collections.Immutable;
using System.Text;

namespace AiManager.Host;

/// <summary>
/// The text of one file as everything else here sees it: UTF-8, at most 1 MB (16 where it describes a service), lines ended by LF however it was checked out, and nothing in it
/// that an editor does not show.
/// </summary>
internal static class CompanyText
{
    /// <summary>Longest file, in bytes.</summary>
    public const int LongestFile = 1024 * 1024;

    /// <summary>Longest description of a service, in bytes: programs write those.</summary>
    public const int LongestDescription = 16 * 1024 * 1024;

    /// <summary>Ends of the names of files that describe a service.</summary>
    public static readonly ImmutableArray<string> Descriptions = [".openapi.json", ".openapi.yaml"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a file describes a service.</summary>
    public static bool IsDescription(string file) => Descriptions.Any(end => file.EndsWith(end, StringComparison.Ordinal));

    /// <summary>How long a file may be, in bytes.</summary>
    public static int LongestOf(string file) => IsDescription(file) ? LongestDescription : LongestFile;

    /// <summary>A file's bytes, and one more than it may have where it has more.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="file">Its path in the company, which says how long it may be.</param>
    public static byte[] Bytes(string path, string file)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // A pipe has no length: authority diff OLD <(git show …)
        var buffer = new byte[(stream.CanSeek ? Math.Min(stream.Length, LongestOf(file)) : LongestOf(file)) + 1];
        return buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
    }

    /// <summary>The text of <paramref name="bytes"/>; null after a fault.</summary>
    /// <param name="file">Its path in the company, for places.</param>
    /// <param name="bytes">As on disk.</param>
    /// <param name="faults">What is wrong is added here.</param>
    public static string? Read(string file, ReadOnlySpan<byte> bytes, ImmutableArray<ConfigFault>.Builder faults)
    {
        if (bytes.Length > LongestOf(file))
        {
            faults.Add(new ConfigFault(new ConfigPlace(file, 1, 1), $"The file is longer than {LongestOf(file) / 1024} KB."));
            return null;
        }

        var body = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        string text;
        try
        {
            text = Strict.GetString(body).Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException invalid)
        {
            var sound = Encoding.UTF8.GetString(body[..Math.Clamp(invalid.Index, 0, body.Length)]);
            faults.Add(new ConfigFault(PlaceBehind(file, sound), "The file is not UTF-8 from here on."));
            return null;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (Unseen(text[i]) is { } what)
            {
                faults.Add(new ConfigFault(PlaceBehind(file, text[..i]), $"{what} (U+{(int)text[i]:X4}) is not allowed: what a file says must be what is seen."));
                return null;
            }
        }

        return text;
    }

    private static string? Unseen(char character) => character switch
    {
        '\n' or '\t' => null,
        '\r' => "A carriage return without a line feed",
        '\u2028' or '\u2029' => "An unusual line break",
        < ' ' or (>= '\u007F' and <= '\u009F') => "A control character",
        (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => "A character that turns the direction of text",
        '\uFEFF' => "A byte order mark within the text",
        _ => null,
    };

    private static ConfigPlace PlaceBehind(string file, string before)
    {
        var lineStart = before.LastIndexOf('\n') + 1;
        return new ConfigPlace(file, before.Count(c => c == '\n') + 1, before.Length - lineStart + 1);
    }
}
