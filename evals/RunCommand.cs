using System.Collections.Immutable;
using System.Globalization;
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
            ImmutableArray<EvalSuite> suites = [.. (options.Suites.Count == 0 ? known : options.Suites.Distinct(StringComparer.Ordinal)).Select(s => Suites.Read(repository, s))];
            var command = new RunCommand(options, output, errors);
            await using var limited = options is { Limits.IsSet: true, Model: { } wanted } ? await LimitedEndpoint.StartAsync(wanted, options.Limits, TimeProvider.System, cancellationToken) : null;
            using var program = new HostProgram(limited?.Model ?? command.Asked, options.IsFresh);
            return options.Prompts is not null ? await command.PromptsAsync(repository, suites, program, cancellationToken)
                : options.RunsMutants ? await command.MutantsAsync(repository, suites, program, cancellationToken)
                : options.RunsControl ? await command.ControlAsync(repository, suites, program, cancellationToken)
                : await command.CasesAsync(repository, suites, program, cancellationToken);
        }
        catch (Exception broken) when (broken is ConfigException or IOException or JsonException)
        {
            await errors.WriteLineAsync(broken.Message);
            return Usage.Wrong;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await errors.WriteLineAsync(options.Out is null ? "Stopped." : $"Stopped. The same command goes on with what is kept in {options.Out}.");
            return Host.Exit.Interrupted;
        }
    }

    /// <summary>The model that the program is told of; null for the scripted one.</summary>
    private ModelChoice? Asked => options.Replay is { } replay ? Recording.Read(replay).Choice : options.Model;

    private async Task<int> CasesAsync(string repository, ImmutableArray<EvalSuite> suites, HostProgram program, CancellationToken cancellationToken)
    {
        var recording = options.Replay is { } replay ? Recording.Read(replay) : new Recording(options.Model?.Name ?? RunResults.Scripted, options.Model is null);
        var (cases, leftOut) = Wanted(suites, recording.IsScripted);
        if (cases.Count == 0)
        {
            return Usage.Print(errors, leftOut == 0 ? "No case is called like that." : "Every case that is called like that changes scripts, which only the scripted model reads.");
        }

        if (options.Record is { } record)
        {
            recording.Write(record);
        }

        var label = options.Replay is null ? recording.Model : recording.Label;
        var settings = new CaseSettings(options.Record, options.Replay, Prompts: null);
        var kept = new KeptCases(options.Record is null && options.Replay is null ? options.Out : null, repository, Identity); // what is found again is neither recorded nor played
        var runner = Runner(new CaseRunner(repository, program, TimeProvider.System, settings), kept, cases.Count);
        var results = Under(new RunResults(label, recording.IsScripted, await runner.RunAsync(cases, mutant: null, cancellationToken)) { LeftOut = leftOut });
        await SayFoundAsync(runner);
        ResultsTable.Print(results, output);
        await ReportAsync(results, cancellationToken);
        return Judge(results, suites);
    }

    /// <summary>Every case with the prompts in force and with others. 0: the others are no worse; 1: they lose more cases than they win.</summary>
    private async Task<int> PromptsAsync(string repository, ImmutableArray<EvalSuite> suites, HostProgram program, CancellationToken cancellationToken)
    {
        var (cases, leftOut) = Wanted(suites, options.Model is null);
        List<RunResults> runs = [];
        foreach (var prompts in (string?[])[null, options.Prompts])
        {
            var version = PromptVersions.Of(repository, prompts);
            var kept = new KeptCases(options.Out, repository, $"{Identity}/{version.Digest}");
            var runner = Runner(new CaseRunner(repository, program, TimeProvider.System, new CaseSettings(null, null, prompts)), kept, cases.Count);
            runs.Add(Under(new RunResults(options.Model?.Name ?? RunResults.Scripted, options.Model is null, await runner.RunAsync(cases, mutant: null, cancellationToken)) { Prompts = version.Words, LeftOut = leftOut }));
            await SayFoundAsync(runner);
        }

        PromptComparison.Print(runs[0], runs[1], output);
        await ReportAsync(runs[1], cancellationToken);
        return PromptComparison.IsWorse(runs[0], runs[1]) ? 1 : 0;
    }

    private async Task<int> MutantsAsync(string repository, ImmutableArray<EvalSuite> suites, HostProgram program, CancellationToken cancellationToken)
    {
        var table = new MutantTable(new CaseRunner(repository, program, TimeProvider.System), options.Parallel, output);
        return await table.PrintAsync(suites, IsWanted, Heading, count => new ProgressLine(errors, count), cancellationToken) == 0 ? 0 : 1;
    }

    /// <summary>Every case with a model that does nothing but ask for a person. 0: all of them fail, as they must.</summary>
    private async Task<int> ControlAsync(string repository, ImmutableArray<EvalSuite> suites, HostProgram program, CancellationToken cancellationToken)
    {
        var (cases, _) = Wanted(suites, isScripted: true);
        var runner = Runner(new CaseRunner(repository, program, TimeProvider.System), new KeptCases(null, repository, Identity), cases.Count);
        var passed = (await runner.RunAsync(cases, IdleModel.Mutant, cancellationToken)).Where(r => r.Passed).ToList();
        await output.WriteLineAsync($"{Heading}\n\nWith a model that does nothing but ask for a person {passed.Count} of {cases.Count} cases pass.");
        foreach (var one in passed)
        {
            await output.WriteLineAsync($"Expects too little: {one.Suite}/{one.Case}");
        }

        return passed.Count == 0 ? 0 : 1;
    }

    private static string Heading => ResultsTable.Measured(RunResults.Scripted, isScripted: true);

    /// <summary>What a result was measured with. Another seed, or a process for each verb, is there to see whether it comes to the same: neither may find the other's.</summary>
    private string Identity => string.Create(CultureInfo.InvariantCulture, $"{options.Model?.Identity ?? RunResults.Scripted}/{options.Seed}/{(options.IsFresh ? "fresh" : "shared")}/{options.Limits.Words}");

    private SuiteRunner Runner(CaseRunner runner, KeptCases kept, int count) => new(runner, kept, new ProgressLine(errors, count), options.Parallel, options.Seed);

    private RunResults Under(RunResults results) => results with { Seed = options.Seed, Limits = options.Limits.IsSet ? options.Limits.Words : null };

    /// <summary>The cases that were asked for, and how many of them are left out: what a case changes in scripts a real model never reads, so that nothing would be wrong in it.</summary>
    private (List<(EvalSuite Suite, EvalCase Case)> Cases, int LeftOut) Wanted(ImmutableArray<EvalSuite> suites, bool isScripted)
    {
        var all = suites.SelectMany(s => s.Cases.Where(IsWanted).Select(c => (Suite: s, Case: c))).ToList();
        var cases = isScripted ? all : all.FindAll(c => !c.Case.ChangesScripts);
        return (cases, all.Count - cases.Count);
    }

    private bool IsWanted(EvalCase one) => options.Filter is not { } part || one.Name.Contains(part, StringComparison.Ordinal);

    private async Task SayFoundAsync(SuiteRunner runner)
    {
        if (runner.Found > 0)
        {
            await output.WriteLineAsync($"{runner.Found} of the cases were finished by an earlier run, and not run again.\n");
        }
    }

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

    private int Judge(RunResults results, ImmutableArray<EvalSuite> suites)
    {
        output.WriteLine();
        output.WriteLine($"{results.Passed} passed, {results.Cases.Length - results.Passed} failed");
        if (options.Baseline is not { } baseline)
        {
            return results.Passed == results.Cases.Length ? 0 : 1;
        }

        var worse = options.WritesBaseline && !File.Exists(baseline) ? [] : Worse(Baseline.Read(baseline), results, suites);
        worse.ForEach(output.WriteLine);
        if (options.WritesBaseline)
        {
            Baseline.Write(baseline, results);
            output.WriteLine(worse.Count == 0 ? "Nothing is given up by the new baseline." : "The new baseline holds other things than the old one, as said above: say why where you commit it.");
            return 0;
        }

        return worse.Count == 0 ? 0 : 1;
    }

    private List<string> Worse(Baseline held, RunResults results, ImmutableArray<EvalSuite> suites)
    {
        var whole = options.Filter is not null ? [] : options.Suites.Count > 0 ? suites.Select(s => s.Name) : held.Scores.Keys.Concat(suites.Select(s => s.Name));
        return [.. held.Worse(results, whole.ToHashSet(StringComparer.Ordinal))];
    }
}
