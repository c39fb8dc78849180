using System.CommandLine;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>The verbs of <c>authority</c> that reason about rules, or about what was decided: <c>lint</c>, <c>prove</c>, <c>diff</c>, <c>replay</c>.</summary>
internal static class AuthorityAnalysis
{
    private const int PageSize = 500;
    private const int MostNamed = 5;

    /// <summary>Faults of the rules.</summary>
    public static Command MakeLint(Terminal terminal)
    {
        var json = Json();
        return new Command("lint", "Faults of the rules, found by reasoning over all calls. Errors end with 1, warnings do not.") { json }.Does(terminal, async (line, token) =>
        {
            var company = PolicyFiles.AtHand(line);
            var analyst = PolicyFiles.Analyst(company);
            var findings = analyst.Lint(token);
            await NoteAsync(terminal, line.GetValue(json), analyst);
            if (line.GetValue(json))
            {
                await AuthorityPrinter.PrintAsync(terminal.Error, PolicyFiles.WarningsOf(company));
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(findings, HostJson.Default.ImmutableArrayLintFinding));
            }
            else
            {
                await AuthorityPrinter.PrintAsync(terminal, findings, PolicyFiles.WarningsOf(company));
            }

            return findings.Any(f => f.IsError) ? Exit.Unexpected : Exit.Completed;
        });
    }

    /// <summary>Whether a statement holds of every call.</summary>
    public static Command MakeProve(Terminal terminal)
    {
        var json = Json();
        var statement = new Argument<string>("statement") { Description = "Such as: \"no purchase above 5000 without approval\"; see docs/authority.md.", HelpName = "STATEMENT" };
        return new Command("prove", "Whether a statement holds of every call there can be: holds, does not hold (with a call), or unknown.") { statement, json }.Does(terminal, async (line, _) =>
        {
            var analyst = PolicyFiles.Analyst(PolicyFiles.AtHand(line));
            PolicyProof proof;
            try
            {
                proof = analyst.Prove(line.GetRequiredValue(statement));
            }
            catch (StatementException refused)
            {
                throw new UsageException(refused.Message);
            }

            await NoteAsync(terminal, line.GetValue(json), analyst);
            await (line.GetValue(json) ? terminal.Out.WriteLineAsync(JsonSerializer.Serialize(proof, HostJson.Default.PolicyProof)) : AuthorityPrinter.PrintAsync(terminal, proof));
            return proof.Holds == true ? Exit.Completed : Exit.Unexpected;
        });
    }

    /// <summary>What one policy says otherwise than another.</summary>
    public static Command MakeDiff(Terminal terminal)
    {
        var json = Json();
        var older = new Argument<string>("old") { Description = "A company's folder, or an authority.yaml for the company at hand.", HelpName = "OLD" };
        var newer = new Argument<string>("new") { Description = "The same, after the change.", HelpName = "NEW" };
        return new Command("diff", "What NEW allows, asks and denies that OLD did not. Ends with 1 when more gets through, or may.") { older, newer, json }.Does(terminal, async (line, token) =>
        {
            var before = PolicyFiles.Analyst(PolicyFiles.Load(line, line.GetRequiredValue(older)));
            var after = PolicyFiles.Analyst(PolicyFiles.Load(line, line.GetRequiredValue(newer)));
            var diff = before.DiffTo(after, token);
            await NoteAsync(terminal, line.GetValue(json), before, after);
            await (line.GetValue(json) ? terminal.Out.WriteLineAsync(JsonSerializer.Serialize(diff, HostJson.Default.PolicyDiff)) : AuthorityPrinter.PrintAsync(terminal, diff));
            return diff.IsWider ? Exit.Unexpected : Exit.Completed;
        });
    }

    /// <summary>What another policy would have decided over the journal.</summary>
    public static Command MakeReplay(Terminal terminal)
    {
        var json = Json();
        var policy = new Option<string?>("--policy") { Description = "An authority.yaml, or a company's folder. Default: the company as it lies in its folder.", HelpName = "FILE" };
        return new Command("replay", "What another policy would have decided over the journal's calls. Reads only, also beside a running server.") { policy, json }.Does(terminal, async (line, token) =>
        {
            var company = line.GetValue(policy) is { } path ? PolicyFiles.Load(line, path) : PolicyFiles.AtHand(line);
            await using var store = await OpenedCompany.OpenStoreAsync(SharedOptions.Place(line), token);
            using var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
            await stream.RefreshAsync(token);
            var replay = PolicyReplay.Under(company.Tools, new EarlierConfigurations(stream, store.Blobs, company).FindAsync, store.Blobs);
            var report = await ReplayAsync(store.Journal, replay, token);
            await (line.GetValue(json) ? terminal.Out.WriteLineAsync(JsonSerializer.Serialize(report, HostJson.Default.ReplayReport)) : AuthorityPrinter.PrintAsync(terminal, report));
            return Exit.Completed;
        });
    }

    /// <summary>
    /// Says of which tools no more is known than the files say: these verbs open no store and ask no source, and the running gate may know better. Beside JSON it goes where it is in nobody's way.
    /// </summary>
    private static async Task NoteAsync(Terminal terminal, bool isJson, params PolicyAnalyst[] analysts)
    {
        var names = analysts.SelectMany(a => a.AsTheFilesHaveThem).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > 0)
        {
            var more = names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : string.Empty;
            await (isJson ? terminal.Error : terminal.Out).WriteLineAsync(Printable.Line(
                $"note: of {string.Join(", ", names.Take(MostNamed))}{more} no more is known here than the files say: their sources are not asked, so that they are taken to take any arguments. The page Authority of a running service goes by what was listed."));
        }
    }

    private static async Task<ReplayReport> ReplayAsync(IWorkflowJournal journal, PolicyReplay replay, CancellationToken cancellationToken)
    {
        for (var (after, isLast) = (0L, false); !isLast;)
        {
            var page = await journal.ReadAllAsync(after, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                await replay.AddAsync(stored.Stream, EventCodec.Decode(stored), cancellationToken);
                after = stored.Position;
            }

            isLast = page.Length < PageSize;
        }

        return replay.Report();
    }

    private static Option<bool> Json() => new("--json") { Description = "Print one line of JSON instead." };
}
