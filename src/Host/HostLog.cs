namespace AiManager.Host;

/// <summary>Every message this project writes. Ids 4000–4199; an id is never reused.</summary>
internal static partial class HostLog
{
    [LoggerMessage(4000, LogLevel.Error, "The store could not serve {Path}")]
    public static partial void StoreAway(this ILogger logger, Exception fault, string path);

    [LoggerMessage(4001, LogLevel.Error, "{Path} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string path);

    [LoggerMessage(4040, LogLevel.Error, "The upkeep {Upkeep} failed; it is done again at its next time")]
    public static partial void UpkeepFailed(this ILogger logger, Exception fault, string upkeep);
}
