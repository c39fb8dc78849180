using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary><c>run</c>: suites against the real program.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="output">Tables.</param>
/// <param name="errors">Progress and problems.</param>
internal sealed class RunCommand(RunOptions options, TextWriter output, TextWriter errors)
{
    /// <summary>0: every case passed, or every mutant was caught; 1: not; 2: usage.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var (options, problem) = RunOptions.Read(args);
        if (problem is not null)
        {
            return Usage.Print(errors, problem);
        }

        if (Suites.Repository() is not { } repository)
        {
            return Usage.Print(errors, "The suites and companies are not above this program; run it in the repository.");
        }

        var known = Suites.In(repository);
        if (options.Suites.FirstOrDefault(s => !known.Contains(s)) is { } missing)
        {
            return Usage.Print(errors, $"There is no suite '{missing}'. There are: {string.Join(", ", known)}.");
        }

        try
        {
            ImmutableArray<EvalSuite> suites = [.. (options.Suites.Count == 0 ? known : options.Suites).Select(s => Suites.Read(repository, s))];
            var command = new RunCommand(options, output, errors);
            return options.Prompts is not null ? await command.PromptsAsync(repository, suites, cancellationToken)
                : options.RunsMutants ? await command.MutantsAsync(repository, suites, cancellationToken) : await command.CasesAsync(repository, suites, cancellationToken);
        }
        catch (Exception broken) when (broken is ConfigException or IOException or JsonException)
        {
            await errors.WriteLineAsync(broken.Message);
            return Usage.Wrong;
        }
    }

    private async Task<int> CasesAsync(string repository, ImmutableArray<EvalSuite> suites, CancellationToken cancellationToken)
    {
        List<(EvalSuite, EvalCase)> cases = [.. suites.SelectMany(s => s.Cases.Where(IsWanted).Select(c => (s, c)))];
        if (cases.Count == 0)
        {
            return Usage.Print(errors, "No case is called like that.");
        }

        var recording = options.Replay is { } replay ? Recording.Read(replay) : new Recording(options.Model?.Name ?? RunResults.Scripted, options.Model is null);
        if (options.Record is { } record)
        {
            recording.Write(record);
        }

        var model = options.Replay is null ? options.Model : recording.Choice;
        var label = options.Replay is null ? recording.Model : recording.Label;
        var settings = new CaseSettings(options.Record, options.Replay, Prompts: null);
        var kept = new KeptCases(options.Record is null && options.Replay is null ? options.Out : null, repository, label); // what is found again is neither recorded nor played
        using var program = new HostProgram(model, options.IsFresh);
        var runner = new SuiteRunner(new CaseRunner(repository, program, TimeProvider.System, settings), kept, new ProgressLine(errors, cases.Count), options.Parallel);
        var results = new RunResults(label, recording.IsScripted, await runner.RunAsync(cases, cancellationToken));
        ResultsTable.Print(results, output);
        await ReportAsync(results, cancellationToken);
        return Judge(results);
    }

    /// <summary>Every case with the prompts in force and with others. 0: the others are no worse; 1: they lose more cases than they win.</summary>
    private async Task<int> PromptsAsync(string repository, ImmutableArray<EvalSuite> suites, CancellationToken cancellationToken)
    {
        List<(EvalSuite, EvalCase)> cases = [.. suites.SelectMany(s => s.Cases.Where(IsWanted).Select(c => (s, c)))];
        var model = options.Model?.Name ?? RunResults.Scripted;
        List<RunResults> runs = [];
        foreach (var prompts in (string?[])[null, options.Prompts])
        {
            var version = PromptVersions.Of(repository, prompts);
            using var program = new HostProgram(options.Model, options.IsFresh);
            var runner = new SuiteRunner(
                new CaseRunner(repository, program, TimeProvider.System, new CaseSettings(null, null, prompts)),
                new KeptCases(options.Out, repository, $"{model}/{version.Digest}"),
                new ProgressLine(errors, cases.Count),
                options.Parallel);
            runs.Add(new RunResults(model, options.Model is null, await runner.RunAsync(cases, cancellationToken)) { Prompts = version.Words });
        }

        PromptComparison.Print(runs[0], runs[1], output);
        await ReportAsync(runs[1], cancellationToken);
        return PromptComparison.IsWorse(runs[0], runs[1]) ? 1 : 0;
    }

    private async Task<int> MutantsAsync(string repository, ImmutableArray<EvalSuite> suites, CancellationToken cancellationToken)
    {
        using var program = new HostProgram(options.Model, options.IsFresh);
        var runner = new CaseRunner(repository, program, TimeProvider.System);
        List<(EvalSuite Suite, Mutant Mutant, EvalCase Case)> runs =
            [.. suites.SelectMany(s => s.Mutants.SelectMany(m => s.Cases.Where(c => c.Guards.Contains(m.Guard) && IsWanted(c)).Select(c => (s, m, c))))];
        var caught = new ConcurrentBag<(string Suite, string Guard, string Case)>();
        var idle = new ConcurrentBag<string>();
        var progress = new ProgressLine(errors, runs.Count);
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken }, async (run, token) =>
        {
            var result = await runner.RunAsync(run.Suite, run.Case, run.Mutant, token);
            if (!result.HasRun)
            {
                idle.Add($"{run.Suite.Name}/{run.Case.Name} without '{run.Mutant.Guard}' did not run, which proves nothing: {result.Failures[0]}");
            }
            else if (!result.Passed)
            {
                caught.Add((run.Suite.Name, run.Mutant.Guard, run.Case.Name));
            }

            progress.Report(result);
        });

        var survivors = 0;
        await output.WriteLineAsync(ResultsTable.Measured(options.Model?.Name ?? RunResults.Scripted, options.Model is null) + "\n");
        await output.WriteLineAsync("| suite | switched off | cases that guard it | cases that missed it |\n|---|---|---|---|");
        foreach (var (suite, mutant) in suites.SelectMany(s => s.Mutants.Select(m => (s, m))))
        {
            List<string> missed = [.. caught.Where(c => c.Suite == suite.Name && c.Guard == mutant.Guard).Select(c => c.Case).Order(StringComparer.Ordinal)];
            survivors += missed.Count == 0 ? 1 : 0;
            var guarding = runs.Count(r => r.Suite == suite && r.Mutant == mutant);
            await output.WriteLineAsync($"| {suite.Name} | {mutant.Guard} | {guarding} | {(missed.Count == 0 ? "**none**" : string.Join(", ", missed))} |");
        }

        foreach (var none in idle.Order(StringComparer.Ordinal))
        {
            await output.WriteLineAsync(none);
        }

        return survivors == 0 ? 0 : 1;
    }

    private bool IsWanted(EvalCase one) => options.Filter is not { } part || one.Name.Contains(part, StringComparison.Ordinal);

    private async Task ReportAsync(RunResults results, CancellationToken cancellationToken)
    {
        if (options.Out is { } folder)
        {
            Directory.CreateDirectory(folder);
            await results.WriteAsync(Path.Combine(folder, RunResults.FileName), cancellationToken);
            JUnitFile.Write(results, Path.Combine(folder, "junit.xml"));
            await HtmlReport.WriteAsync(results, Path.Combine(folder, "report.html"), cancellationToken);
            await output.WriteLineAsync($"\nWritten to {folder}.");
        }

        if (options.Compare is { } before)
        {
            await output.WriteLineAsync();
            Comparison.Print(RunResults.Read(before), results, output);
        }
    }

    private int Judge(RunResults results)
    {
        output.WriteLine();
        output.WriteLine($"{results.Passed} passed, {results.Cases.Length - results.Passed} failed");
        if (options.Baseline is not { } baseline)
        {
            return results.Passed == results.Cases.Length ? 0 : 1;
        }

        if (options.WritesBaseline)
        {
            Baseline.Write(baseline, results);
            return 0;
        }

        var worse = Baseline.Read(baseline).Worse(results).ToList();
        worse.ForEach(output.WriteLine);
        return worse.Count == 0 ? 0 : 1;
    }
}
