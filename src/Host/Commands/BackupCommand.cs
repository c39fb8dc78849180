using System.CommandLine;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary><c>backup</c> and <c>restore</c>: a data folder in a file, and back. Need no company; a backup disturbs nobody who writes.</summary>
internal static class BackupCommand
{
    /// <summary><c>backup FILE</c>.</summary>
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "The backup, a zip; the keys of people's words go beside it, into FILE.keys." };
        return new Command("backup", "Copies the data folder into a file, also while a server runs on it.") { file }.Does(terminal, async (line, token) =>
        {
            var made = BackupFile.Make(SharedOptions.EmbeddedFolder(line), line.GetRequiredValue(file), TimeProvider.System.GetUtcNow());
            await terminal.Out.WriteLineAsync($"{line.GetRequiredValue(file)}: {string.Join(", ", made.Files.Select(f => f.Name))}, {made.Files.Sum(f => f.Bytes)} bytes.");
            await terminal.Out.WriteLineAsync($"Keep {BackupFile.KeysOf(line.GetRequiredValue(file))} apart from it: it opens people's words, and whoever is erased must be erased there too.");
            return Exit.Completed;
        });
    }

    /// <summary><c>restore FILE</c>.</summary>
    public static Command MakeRestore(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A backup; FILE.keys is taken too when it is there." };
        return new Command("restore", "Puts a backup into a new data folder and verifies its journal.") { file }.Does(terminal, async (line, token) =>
        {
            var data = SharedOptions.EmbeddedFolder(line);
            using var folder = await DataFolder.TakeOrRefuseAsync(data, token);
            if (File.Exists(DataFolder.JournalOf(data)))
            {
                throw new UsageException($"The data folder '{data}' holds a journal already. Restore into a new one.");
            }

            var (manifest, hasKeys) = BackupFile.PutBack(line.GetRequiredValue(file), folder.FullPath);
            await using var store = SqliteStore.Open(folder.FullPath, new SqliteStoreOptions());
            await store.Audit.RebuildAsync(token);
            var found = await store.Audit.VerifyAsync(null, token);
            await terminal.Out.WriteLineAsync($"Put back as of {manifest.MadeAt:yyyy-MM-dd HH:mm:ss} UTC{(hasKeys ? "." : ", without keys: people's words stay erased.")}");
            await (found.IsSound ? terminal.Out : terminal.Error).WriteLineAsync(JournalCommand.Say(found));
            return found.IsSound ? Exit.Completed : Exit.Unexpected;
        });
    }
}
