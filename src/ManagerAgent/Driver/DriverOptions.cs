namespace AiManager.ManagerAgent;

/// <summary>How workflows are driven in this host.</summary>
public sealed class DriverOptions
{
    /// <summary>This host's name in leases. Default: the machine's name and the process id.</summary>
    public string Node { get; set; } = DefaultNode;

    /// <summary>What this process is called when nobody names it.</summary>
    public static string DefaultNode { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>
    /// How long a lease holds without being renewed; it is renewed at a third of it. With <see cref="Patience"/> it bounds how long the work of a dead host
    /// stands still; a host that is held up for longer loses its workflows, which costs nothing but having to begin their steps again. At least 1 s. Default 6 s.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How long to go without looking at the store when nothing announces itself. Default 2 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long work under way waits for a store that is away before it is let go. Default none: it is let go at once.</summary>
    public TimeSpan StorePatience { get; set; } = TimeSpan.Zero;

    /// <summary>Steps of one workflow at the same time, at least 1. Default 4.</summary>
    public int MaxParallelSteps { get; set; } = 4;

    /// <summary>Workflows driven at the same time, at least 1. Default 16.</summary>
    public int MaxParallelWorkflows { get; set; } = 16;
}
