using Microsoft.Extensions.Logging;

namespace AiManager.Memory;

/// <summary>Every message this project writes. Ids 1000–1099; an id is never reused.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(1000, LogLevel.Error, "The store took none of {Count} writes; their callers were told")]
    public static partial void CommitFailed(this ILogger logger, int count, Exception cause);

    [LoggerMessage(1001, LogLevel.Error, "The store refused one {Write}")]
    public static partial void WriteRefused(this ILogger logger, string write, Exception cause);

    [LoggerMessage(1002, LogLevel.Information, "Store {File} is at schema {Version}")]
    public static partial void Opened(this ILogger logger, string file, int version);

    [LoggerMessage(1003, LogLevel.Warning, "Other hosts were not told of work; they find it when they poll")]
    public static partial void NotTold(this ILogger logger, Exception cause);

    [LoggerMessage(1004, LogLevel.Warning, "Nothing is heard from other hosts; trying again in {Retry}")]
    public static partial void NotHearing(this ILogger logger, TimeSpan retry, Exception cause);
}
