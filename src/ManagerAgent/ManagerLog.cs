using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>Every message this project writes. Ids 2100–2199; an id is never reused.</summary>
internal static partial class ManagerLog
{
    [LoggerMessage(2100, LogLevel.Warning, "The store cannot be reached; trying again")]
    public static partial void StoreAway(this ILogger logger, Exception fault);

    [LoggerMessage(2101, LogLevel.Information, "Another host drives {Workflow} now")]
    public static partial void LeaseLost(this ILogger logger, string workflow);

    [LoggerMessage(2102, LogLevel.Debug, "Let go of {Workflow} in the middle")]
    public static partial void LetGo(this ILogger logger, string workflow);

    [LoggerMessage(2104, LogLevel.Warning, "{Workflow} holds what only a newer program can read; it is left to hosts that run one")]
    public static partial void LeftToNewer(this ILogger logger, Exception fault, string workflow);

    [LoggerMessage(2103, LogLevel.Error, "Driving {Workflow} failed; it is tried again when its lease has run out")]
    public static partial void DrivingFailed(this ILogger logger, Exception fault, string workflow);

    [LoggerMessage(2120, LogLevel.Error, "Run {Run} of the monitor {Monitor} failed")]
    public static partial void MonitorFailed(this ILogger logger, Exception fault, string monitor, int run);

    [LoggerMessage(2121, LogLevel.Error, "Looking after the monitor {Monitor} failed; it is looked after again soon")]
    public static partial void SweepFailed(this ILogger logger, Exception fault, string monitor);

    [LoggerMessage(2122, LogLevel.Warning, "What led to a run of the monitor {Monitor} cannot be read ({Workflow}); that is left to hosts that can")]
    public static partial void CauseUnreadable(this ILogger logger, Exception fault, string monitor, string workflow);

    [LoggerMessage(2123, LogLevel.Error, "What led to a firing of the monitor {Monitor} is damaged in the journal ({Workflow}); it is not made up for")]
    public static partial void CauseBroken(this ILogger logger, Exception fault, string monitor, string workflow);
}
