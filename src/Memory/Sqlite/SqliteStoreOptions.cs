using AiManager.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Memory;

/// <summary>What an embedded store is given.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>For tests that kill the process. Default nobody is killed.</summary>
    public ICrashPoints CrashPoints { get; set; } = NoCrashPoints.Instance;

    /// <summary>Default nowhere.</summary>
    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;
}
