namespace AiManager.Host;

/// <summary>Where logs go.</summary>
internal static class HostLogging
{
    /// <summary>For verbs: warnings and worse, to the error output, so that what was asked for stays clean.</summary>
    public static void ToErrors(ILoggingBuilder logging) =>
        logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(o => o.SingleLine = true).Services
            .Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
}
