using System.Text.Json;

namespace AiManager.Evals;

/// <summary>
/// Replays third-party traces against the authority layer without a model: what a fully compromised agent would call, and what honest tasks call. The policy and
/// the labels are the product's own code; the packs that configure it are written from tool descriptions and policy texts.
/// </summary>
internal static class AuthorityBench
{
    private const string Retail = "retail";

    /// <summary>Runs what the command line says. 0: done; 1: a case could not be replayed; 2: usage.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        string? data = null;
        string? folder = null;
        List<string> wanted = [];
        var flips = false;
        var problem = new CommandLine()
            .Text("--data", value => data = value)
            .Text("--out", value => folder = value)
            .Text("--suite", wanted.Add)
            .Flag("--flips", () => flips = true)
            .Read(args);
        if (problem is not null)
        {
            return Usage.Print(errors, problem);
        }

        if (data is null || !Directory.Exists(data))
        {
            return Usage.Print(errors, data is null ? "--data is missing." : $"There is no folder '{data}'.");
        }

        var known = SuitesIn(data);
        if (wanted.FirstOrDefault(w => !known.Contains(w)) is { } missing)
        {
            return Usage.Print(errors, $"There is no suite '{missing}' in {data}. There are: {string.Join(", ", known)}.");
        }

        try
        {
            IReadOnlyList<string> suites = wanted.Count == 0 ? known : wanted;
            var report = await RunAsync(data, suites, isWanted: null, cancellationToken);
            if (flips)
            {
                await FlipAsync(data, suites, report, cancellationToken);
            }

            report.Print(output);
            if (folder is not null)
            {
                Directory.CreateDirectory(folder);
                await File.WriteAllTextAsync(Path.Combine(folder, "results.json"), JsonSerializer.Serialize(report.Rows, BenchReport.Json), cancellationToken);
                await File.WriteAllTextAsync(Path.Combine(folder, "details.json"), JsonSerializer.Serialize(report.Details, BenchReport.Json), cancellationToken);
                if (flips)
                {
                    await File.WriteAllTextAsync(Path.Combine(folder, "flips.json"), JsonSerializer.Serialize(report.Flips, BenchReport.Json), cancellationToken);
                }

                foreach (var (suite, pack) in report.Packs)
                {
                    pack.Write(Path.Combine(folder, "packs", suite));
                }

                await output.WriteLineAsync($"Written to {folder}.");
            }

            return 0;
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or JsonException or ConfigException)
        {
            await errors.WriteLineAsync(broken.Message);
            return 1;
        }
    }

    /// <summary>Runs suites of a data folder.</summary>
    /// <param name="isWanted">Which form and approver to play; null for all.</param>
    public static async Task<BenchReport> RunAsync(string data, IEnumerable<string> suites, Func<string, string, bool>? isWanted, CancellationToken cancellationToken)
    {
        var report = new BenchReport();
        foreach (var suite in suites)
        {
            if (suite == Retail)
            {
                await RetailBench.RunAsync(Path.Combine(data, "tau2"), report, cancellationToken);
            }
            else
            {
                await DojoBench.RunAsync(Path.Combine(data, "agentdojo"), suite, report, isWanted, cancellationToken);
            }
        }

        return report;
    }

    /// <summary>Adds what becomes of the figures when each label is put the other way. Where there are attacks: the retail suite has none that come by data.</summary>
    public static async Task FlipAsync(string data, IEnumerable<string> suites, BenchReport report, CancellationToken cancellationToken)
    {
        foreach (var suite in suites.Where(s => s != Retail))
        {
            await DojoBench.FlipAsync(Path.Combine(data, "agentdojo"), suite, report, cancellationToken);
        }
    }

    /// <summary>What can be run of a data folder.</summary>
    public static IReadOnlyList<string> SuitesIn(string data)
    {
        List<string> suites = [];
        var dojo = Path.Combine(data, "agentdojo");
        if (Directory.Exists(dojo))
        {
            const string Benign = ".benign.jsonl";
            suites.AddRange(Directory.EnumerateFiles(dojo, "*" + Benign).Select(f => Path.GetFileName(f)[..^Benign.Length]).Where(s => File.Exists(Path.Combine(dojo, s + ".json"))).Order(StringComparer.Ordinal));
        }

        if (File.Exists(Path.Combine(data, "tau2", "retail.json")))
        {
            suites.Add(Retail);
        }

        return suites;
    }
}
