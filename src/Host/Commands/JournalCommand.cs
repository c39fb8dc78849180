using System.CommandLine;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary><c>journal</c>: proving it, sealing it, taking it out, and making the lists again from it. Needs no company.</summary>
internal static class JournalCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("journal", "The journal: verify it, seal it, export it, make the lists again.")
    {
        MakeVerify(terminal), MakeSeal(terminal), MakeExport(terminal), MakeRebuild(terminal),
    };

    /// <summary>What verifying found, in one sentence.</summary>
    public static string Say(AuditResult result) => result.IsSound
        ? $"The journal is sound: {result.Events} events in {result.Streams} streams; every hash, chain and list agrees.{(result.Archived > 0 ? $" {result.Archived} of the events are archived: their places agree, their bodies lie in files." : string.Empty)}"
        : $"The journal is broken{Where(result)}: {result.Fault}";

    /// <summary>Where it is wrong, as far as that is a place: a list, or an event that is gone, has none.</summary>
    public static string Where(AuditResult result) =>
        (result.Position is { } position ? $" at position {position}" : string.Empty) + (result.Stream is { } stream ? $" ({stream}{(result.Seq is { } seq ? $"/{seq}" : string.Empty)})" : string.Empty);

    private static Command MakeVerify(Terminal terminal)
    {
        var seals = new Option<string?>("--seals") { Description = "Seals kept outside: what they name must still be there.", HelpName = "DIR" };
        var key = new Option<string?>("--key") { Description = $"The public key (PEM) that seals must be signed with. Default: {SealKey.Variable}, if set.", HelpName = "FILE" };
        var file = new Option<string?>("--file") { Description = "Verifies an export instead of the store: nothing else is needed.", HelpName = "EXPORT" };
        return new Command("verify", "Recomputes every hash and chain, and compares the lists with the events.") { seals, key, file }.Does(terminal, async (line, token) =>
        {
            var (outside, fault) = line.GetValue(seals) is { } folder ? ReadSeals(folder, line.GetValue(key)) : ([], null);
            if (fault is not null)
            {
                await terminal.Error.WriteLineAsync($"The seals are broken: {fault}");
                return Exit.Unexpected;
            }

            AuditResult result;
            if (line.GetValue(file) is { } export)
            {
                result = await ExportAudit.VerifyAsync(export, outside, token);
            }
            else
            {
                await using var store = await OpenedCompany.OpenStoreAsync(SharedOptions.Place(line), token);
                result = await store.Audit.VerifyAsync(outside, null, token);
            }

            await (result.IsSound ? terminal.Out : terminal.Error).WriteLineAsync(line.GetValue(file) is null ? Say(result) : ExportAudit.Say(result));
            if (result.IsSound)
            {
                await terminal.Out.WriteLineAsync(SealsSay(outside, " (--seals DIR)"));
            }

            return result.IsSound ? Exit.Completed : Exit.Unexpected;
        });
    }

    private static (IReadOnlyList<JournalSealed> Seals, string? Fault) ReadSeals(string folder, string? key)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"There is no folder '{folder}'.");
        }

        var named = key ?? Environment.GetEnvironmentVariable(SealKey.Variable);
        var (seals, fault) = SealFolder.Read(folder, string.IsNullOrEmpty(named) ? null : SealKey.Checker(named));
        return fault is null && seals.IsEmpty ? throw new UsageException($"There are no seals in '{folder}'.") : (seals, fault);
    }

    /// <summary>What this proves and what it cannot.</summary>
    /// <param name="seals">What was compared.</param>
    /// <param name="how">How to compare some, where it can be said to whoever looks.</param>
    public static string SealsSay(IReadOnlyList<JournalSealed> seals, string how) => seals.Count == 0
        ? $"No seal kept outside was compared: a history that was written anew as a whole, or cut at its end with care, would look like this too{how}."
        : $"It is what {(seals.Count == 1 ? $"seal {seals[0].Number} says" : $"seals {seals[0].Number} to {seals[^1].Number} say")}, up to position {seals[^1].Through}. A cut younger than the last seal kept outside cannot be seen.";

    private static Command MakeSeal(Terminal terminal)
    {
        var to = new Option<string?>("--to") { Description = "Writes the seals that are not there yet as files, one each. Outside the data folder.", HelpName = "DIR" };
        return new Command("seal", "Seals what the journal holds by now, chained to the last seal.") { to }.Does(terminal, (line, token) =>
            StoreWork.DoAsync(terminal, line, async store => await terminal.Out.WriteLineAsync(
                await SealJournal.SealAsync(store.Journal, line.GetValue(to), SharedOptions.Place(line), TimeProvider.System.GetUtcNow(), token)), token));
    }

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
        var (from, to) = (SpanOptions.From(), SpanOptions.To());
        return new Command("export", "Writes every event as a line of JSON, with everything that it takes to recompute its hash.") { workflow, from, to }.Does(terminal, async (line, token) =>
        {
            WorkflowId? only = line.GetValue(workflow) switch
            {
                null => null,
                var text when PrefixedId.TryRead<WorkflowId>(text, out var id) => id,
                var text => throw new UsageException($"'{text}' is no workflow's id; one looks like wf_01k…"),
            };
            var span = SpanOptions.Read(line.GetValue(from), line.GetValue(to));
            await using var store = await OpenedCompany.OpenStoreAsync(SharedOptions.Place(line), token);
            if (only is { } asked && (await store.Journal.ReadAsync(asked.ToString(), 0, 1, token)).IsEmpty)
            {
                await terminal.Error.WriteLineAsync($"There is no workflow {asked} here. 'archive import' brings back what was moved into a file.");
                return Exit.Unexpected;
            }

            await terminal.Out.FlushAsync(token);
            await using var output = System.Console.OpenStandardOutput();
            await JournalExport.WriteAsync(store.Journal, only, span, output, token);
            await ArchivedHeader.SayAsync(terminal, store.Audit, span, token);
            return Exit.Completed;
        });
    }
}

/// <summary>A stretch of time on a command line.</summary>
internal static class SpanOptions
{
    /// <summary><c>--from</c>.</summary>
    public static Option<string?> From() => new("--from") { Description = "Only from then on: 2026-01-31T08:00:00Z or 2026-01-31.", HelpName = "TIME" };

    /// <summary><c>--to</c>.</summary>
    public static Option<string?> To() => new("--to") { Description = "Only before then.", HelpName = "TIME" };

    /// <summary>Reads both. Throws <see cref="UsageException"/>.</summary>
    public static TimeWindow Read(string? from, string? to) => new(Time(from), Time(to));

    private static DateTimeOffset? Time(string? text) => text is null ? null
        : RequestText.TryReadTime(text.Length == 10 ? text + "T00:00:00Z" : text, out var time) ? time
        : throw new UsageException($"'{text}' is no time as in RFC 3339, such as 2026-01-31T08:00:00Z.");
}
