using System.CommandLine;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary><c>archive</c>: finished workflows out of the store into files, and back. Needs no company.</summary>
internal static class ArchiveCommand
{
    private static readonly Option<string> OlderThan = new("--older-than")
    {
        Description = "Workflows whose last event is older: 90d, 12h. Default: 90d.",
        HelpName = "TIME",
        DefaultValueFactory = _ => "90d",
    };

    private static readonly Option<string> To = new("--to") { Description = "Where the files go. Default: ./archive", HelpName = "DIR", DefaultValueFactory = _ => "archive" };

    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) =>
        new Command("archive", "Moves finished workflows into files; the journal verifies as before.") { OlderThan, To, MakeImport(terminal) }.Does(terminal, (line, token) =>
            StoreWork.DoAsync(terminal, line, async store =>
            {
                var now = TimeProvider.System.GetUtcNow();
                var moved = await store.Archive.ArchiveAsync(line.GetValue(To)!, Before(now, line.GetValue(OlderThan)!), now, token);
                await terminal.Out.WriteLineAsync(Say(moved));
                foreach (var file in moved.Files)
                {
                    await terminal.Out.WriteLineAsync(file);
                }
            }, token));

    private static Command MakeImport(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "An archive file; its manifest lies beside it." };
        return new Command("import", "Takes a file's workflows back in, once every hash in it agrees.") { file }.Does(terminal, (line, token) =>
            StoreWork.DoAsync(terminal, line, async store =>
            {
                var back = await store.Archive.ImportAsync(line.GetRequiredValue(file), token);
                await terminal.Out.WriteLineAsync($"{Moved(back)} back.");
            }, token));
    }

    /// <summary>What was moved out, in one sentence.</summary>
    public static string Say(ArchiveResult moved) => $"{Moved(moved)} archived.";

    private static string Moved(ArchiveResult moved) =>
        $"{moved.Workflows} workflow{(moved.Workflows == 1 ? string.Empty : "s")} with {moved.Events} event{(moved.Events == 1 ? string.Empty : "s")} {(moved.Workflows == 1 ? "is" : "are")}";

    private static DateTimeOffset Before(DateTimeOffset now, string text) =>
        (Duration.TryRead(text, out var age) || text is "0s" or "0m" or "0h" or "0d") && age < now - DateTimeOffset.MinValue
            ? now - age
            : throw new UsageException($"'{text}' is no length of time; one looks like 90d or 12h.");
}
