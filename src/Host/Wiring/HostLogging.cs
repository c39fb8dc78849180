namespace AiManager.Host;

/// <summary>Where logs go.</summary>
internal static class HostLogging
{
    /// <summary>For verbs: warnings and worse, to the error output, so that what was asked for stays clean.</summary>
    public static void ToErrors(ILoggingBuilder logging) => Lines(logging.SetMinimumLevel(LogLevel.Warning), time: null);

    /// <summary>For a server: what it does and what goes wrong, a line each with its time, to the error output. What the framework says in passing is left out.</summary>
    public static void OfServer(ILoggingBuilder logging) =>
        Lines(logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning), "yyyy-MM-ddTHH:mm:ssZ ");

    private static void Lines(ILoggingBuilder logging, string? time) => logging
        .AddSimpleConsole(o => (o.SingleLine, o.UseUtcTimestamp, o.TimestampFormat) = (true, true, time)).Services
        .Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
}
