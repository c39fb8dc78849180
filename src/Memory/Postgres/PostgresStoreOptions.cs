using AiManager.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Memory;

/// <summary>What a shared store is given.</summary>
public sealed class PostgresStoreOptions
{
    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>For tests that kill the process. Default nobody is killed.</summary>
    public ICrashPoints CrashPoints { get; set; } = NoCrashPoints.Instance;

    /// <summary>Default nowhere.</summary>
    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Connections for reading, 1–200, beside one for writing and one for listening. Default 20.</summary>
    public int ReadConnections { get; set; } = 20;

    /// <summary>How long this host may hold rows that others wait for without a word to the server, 1 ms and more; then what it was about to write is taken back. Default 15 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(15);
}
