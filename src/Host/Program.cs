using System.CommandLine;
using AiManager.Host;

var terminal = Terminal.OfProcess();
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
return await Verb.RunAsync(ServeCommand.MakeDefault(root, terminal), args, terminal);
