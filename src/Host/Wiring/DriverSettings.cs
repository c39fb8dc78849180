using System.Globalization;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>How this host drives, as its environment says.</summary>
internal static class DriverSettings
{
    /// <summary>How long a lease holds: 1s to 10m. Shorter moves the work of a dead host sooner, and takes it from one that is only slow.</summary>
    public const string Lease = "AIMANAGER_LEASE";

    /// <summary>How long to go without looking at the store when nothing announces itself: 1s to 10m.</summary>
    public const string Patience = "AIMANAGER_PATIENCE";

    /// <summary>Workflows driven at the same time: 1 to 1000.</summary>
    public const string MaxWorkflows = "AIMANAGER_MAX_WORKFLOWS";

    private const int MostWorkflows = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Reads them. Throws <see cref="UsageException"/>.</summary>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    public static DriverOptions Read(Func<string, string?> environment)
    {
        var options = new DriverOptions();
        options.Lease = Duration(environment, Lease) ?? options.Lease;
        options.Patience = Duration(environment, Patience) ?? options.Patience;
        if (environment(MaxWorkflows) is { Length: > 0 } text)
        {
            options.MaxParallelWorkflows = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostWorkflows
                ? count
                : throw new UsageException($"{MaxWorkflows}={text} must be a whole number from 1 to {MostWorkflows}.");
        }

        return options;
    }

    private static TimeSpan? Duration(Func<string, string?> environment, string name)
    {
        if (environment(name) is not { Length: > 0 } text)
        {
            return null;
        }

        var seconds = text[^1] switch { 's' => 1, 'm' => 60, _ => 0 };
        return int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && seconds > 0
            && count >= 1 && count * (long)seconds <= (long)Longest.TotalSeconds
            ? TimeSpan.FromSeconds(count * seconds)
            : throw new UsageException($"{name}={text} must be a duration from 1s to {Longest.TotalMinutes:0}m, such as 6s.");
    }
}
