using System.CommandLine;

namespace AiManager.Host;

/// <summary>Everything that the program can be told to do.</summary>
internal static class Verbs
{
    /// <summary>Does what a command line says. Gives the exit code.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var root = new RootCommand("AI Manager: takes a goal in plain words, plans it, delegates it, follows it to a verified end, within authority that people can read and test.")
        {
            ServeCommand.Make(terminal),
            SubmitCommand.Make(terminal),
            SubmitCommand.MakeResume(terminal),
            ApprovalsCommand.Make(terminal),
            VerifyCommand.Make(terminal),
            AuthorityCommand.Make(terminal),
            JournalCommand.Make(terminal),
            ArchiveCommand.Make(terminal),
            MemoryCommand.Make(terminal),
            BackupCommand.Make(terminal),
            BackupCommand.MakeRestore(terminal),
            KeysCommand.Make(terminal),
            SuspendCommand.Make(terminal),
            ActivateCommand.Make(terminal),
            ToolsCommand.Make(terminal),
            ScriptedModelCommand.Make(terminal),
            InitCommand.Make(terminal),
            CrashPointsCommand.Make(terminal),
            SharedOptions.CompanyOption,
            SharedOptions.Data,
            SharedOptions.Store,
        };
        return Verb.RunAsync(ServeCommand.MakeDefault(root, terminal), arguments, terminal);
    }
}
