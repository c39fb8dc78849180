using System.Collections.Concurrent;
using System.Diagnostics;

namespace AiManager.Host;

/// <summary>
/// Kills this process at a named point, for tests that show what a crash leaves behind: <c>AIMANAGER_CRASH_AT=NAME[:N]</c> at the N-th passing in one
/// stream, heeded only with <c>AIMANAGER_TEST_HOOKS=1</c>.
/// </summary>
internal sealed class CrashPoints : ICrashPoints
{
    private readonly CrashPoint _at;
    private readonly int _nth;
    private readonly Action _kill;
    private readonly ConcurrentDictionary<string, int> _passed = new(StringComparer.Ordinal);

    private CrashPoints(CrashPoint at, int nth, Action kill) => (_at, _nth, _kill) = (at, nth, kill);

    /// <summary>What the environment asks for. Throws <see cref="UsageException"/> for a name that is none.</summary>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    /// <param name="kill">What to do when the point is reached; null to end this process as the operating system does, with nothing run on the way out.</param>
    public static ICrashPoints From(Func<string, string?> environment, Action? kill = null)
    {
        if (environment("AIMANAGER_TEST_HOOKS") != "1" || environment("AIMANAGER_CRASH_AT") is not { Length: > 0 } wanted)
        {
            return NoCrashPoints.Instance;
        }

        var parts = wanted.Split(':');
        var nth = 1;
        if (parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out nth) || nth < 1))
            || !Enum.GetNames<CrashPoint>().Contains(parts[0], StringComparer.Ordinal))
        {
            throw new UsageException($"AIMANAGER_CRASH_AT={wanted} is no crash point. Write NAME or NAME:N; 'crash-points' lists the names.");
        }

        return new CrashPoints(Enum.Parse<CrashPoint>(parts[0]), nth, kill ?? KillSelf);
    }

    /// <inheritdoc/>
    public void Pass(CrashPoint point, string stream)
    {
        // Counted in each workflow; the company's own stream is not what a test is about.
        if (point == _at && stream.StartsWith(WorkflowId.Prefix, StringComparison.Ordinal) && _passed.AddOrUpdate(stream, 1, (_, before) => before + 1) == _nth)
        {
            _kill();
        }
    }

    // SIGKILL where there are signals, TerminateProcess elsewhere. It takes a moment to arrive; nothing may happen on this thread in between.
    private static void KillSelf()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        new ManualResetEventSlim(initialState: false).Wait();
    }
}
