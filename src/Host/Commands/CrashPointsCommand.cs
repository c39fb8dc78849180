using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>crash-points</c>: the names that <c>AIMANAGER_CRASH_AT</c> and <c>AIMANAGER_FREEZE_AT</c> take.</summary>
internal static class CrashPointsCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new Command("crash-points", "Names of places at which a test can kill the process.").Does(terminal, async (_, _) =>
    {
        foreach (var name in Enum.GetNames<CrashPoint>())
        {
            await terminal.Out.WriteLineAsync(name);
        }

        return Exit.Completed;
    });
}
