using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>journal</c>: proving it, taking it out, and making the lists again from it. Needs no company.</summary>
internal static class JournalCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("journal", "The journal: verify it, export it, make the lists again.") { MakeVerify(terminal), MakeExport(terminal), MakeRebuild(terminal) };

    /// <summary>What verifying found, in one sentence.</summary>
    public static string Say(AuditResult result) => result.IsSound
        ? $"The journal is sound: {result.Events} events in {result.Streams} streams; every hash, chain and list agrees.{(result.Archived > 0 ? $" {result.Archived} of the events are archived: their places agree, their bodies lie in files." : string.Empty)}"
        : $"The journal is broken at position {result.Position} ({result.Stream}/{result.Seq}): {result.Fault}";

    private static Command MakeVerify(Terminal terminal) =>
        new Command("verify", "Recomputes every hash and chain, and compares the lists with the events.").Does(terminal, async (line, token) =>
        {
            await using var store = await OpenedCompany.OpenStoreAsync(SharedOptions.Place(line), token);
            var result = await store.Audit.VerifyAsync(null, token);
            await (result.IsSound ? terminal.Out : terminal.Error).WriteLineAsync(Say(result));
            return result.IsSound ? Exit.Completed : Exit.Unexpected;
        });

    private static Command MakeRebuild(Terminal terminal) =>
        new Command("rebuild", "Throws the lists away and makes them again from the events. On a shared store everybody's writing waits for it.").Does(terminal, (line, token) =>
            StoreWork.DoAsync(terminal, line, async store =>
            {
                await store.Audit.RebuildAsync(token);
                await terminal.Out.WriteLineAsync("The lists are what the events say.");
            }, token));

    private static Command MakeExport(Terminal terminal)
    {
        var workflow = new Option<string?>("--workflow") { Description = "Only this one.", HelpName = "ID" };
        return new Command("export", "Writes every event as a line of JSON.") { workflow }.Does(terminal, async (line, token) =>
        {
            WorkflowId? only = line.GetValue(workflow) switch
            {
                null => null,
                var text when PrefixedId.TryRead<WorkflowId>(text, out var id) => id,
                var text => throw new UsageException($"'{text}' is no workflow's id; one looks like wf_01k…"),
            };
            await using var store = await OpenedCompany.OpenStoreAsync(SharedOptions.Place(line), token);
            await terminal.Out.FlushAsync(token);
            await using var output = System.Console.OpenStandardOutput();
            await JournalExport.WriteAsync(store.Journal, only, output, token);
            return Exit.Completed;
        });
    }
}
