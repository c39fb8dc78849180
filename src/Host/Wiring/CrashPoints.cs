using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace AiManager.Host;

/// <summary>
/// Kills or freezes this process at a named point, for tests that show what a crash, or a host that hangs, leaves behind: <c>AIMANAGER_CRASH_AT=NAME[:N]</c> and
/// <c>AIMANAGER_FREEZE_AT=NAME[:N]</c>, at the N-th passing in one stream, heeded only with <c>AIMANAGER_TEST_HOOKS=1</c>.
/// </summary>
internal sealed class CrashPoints : ICrashPoints
{
    private readonly Trap[] _traps;

    private CrashPoints(Trap[] traps) => _traps = traps;

    /// <summary>What the environment asks for. Throws <see cref="UsageException"/> for a name that is none.</summary>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    /// <param name="kill">What to do when the point is reached; null to end this process as the operating system does, with nothing run on the way out.</param>
    /// <param name="freeze">What to do instead at the other; null to stop this process until somebody continues it.</param>
    public static ICrashPoints From(Func<string, string?> environment, Action? kill = null, Action? freeze = null)
    {
        if (!TestHooks.AreOn(environment))
        {
            return NoCrashPoints.Instance;
        }

        Trap?[] wanted = [Read(environment, "AIMANAGER_CRASH_AT", kill ?? KillSelf), Read(environment, "AIMANAGER_FREEZE_AT", freeze ?? FreezeSelf)];
        return wanted.OfType<Trap>().ToArray() is { Length: > 0 } traps ? new CrashPoints(traps) : NoCrashPoints.Instance;
    }

    /// <inheritdoc/>
    public void Pass(CrashPoint point, string stream)
    {
        foreach (var trap in _traps)
        {
            trap.Pass(point, stream);
        }
    }

    private static Trap? Read(Func<string, string?> environment, string variable, Action spring)
    {
        if (environment(variable) is not { Length: > 0 } wanted)
        {
            return null;
        }

        var parts = wanted.Split(':');
        var nth = 1;
        return parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out nth) || nth < 1))
            || !Enum.GetNames<CrashPoint>().Contains(parts[0], StringComparer.Ordinal)
            ? throw new UsageException($"{variable}={wanted} is no crash point. Write NAME or NAME:N; 'crash-points' lists the names.")
            : new Trap(Enum.Parse<CrashPoint>(parts[0]), nth, spring);
    }

    // SIGKILL where there are signals, TerminateProcess elsewhere. It takes a moment to arrive; nothing may happen on this thread in between.
    private static void KillSelf()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        new ManualResetEventSlim(initialState: false).Wait();
    }

    // By the tool, which knows the signal's number on this system. The whole process stands still before the tool is seen to have ended.
    private static void FreezeSelf()
    {
        using var stop = Process.Start("kill", ["-STOP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        stop.WaitForExit();
    }

    /// <summary>One point, and what happens there.</summary>
    private sealed class Trap(CrashPoint at, int nth, Action spring)
    {
        private readonly ConcurrentDictionary<string, int> _passed = new(StringComparer.Ordinal);

        public void Pass(CrashPoint point, string stream)
        {
            // Counted in each workflow; the company's own stream is not what a test is about.
            if (point == at && stream.StartsWith(WorkflowId.Prefix, StringComparison.Ordinal) && _passed.AddOrUpdate(stream, 1, (_, before) => before + 1) == nth)
            {
                spring();
            }
        }
    }
}
