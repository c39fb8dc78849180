namespace AiManager.Evals;

/// <summary><c>chaos</c>: many small workflows around a model that misbehaves.</summary>
internal static class ChaosCommand
{
    /// <summary>0: everything that must hold held; 1: not; 2: usage.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var (options, problem) = ChaosOptions.Read(args);
        if (problem is not null)
        {
            return Usage.Print(errors, problem);
        }

        if (Suites.Repository() is not { } repository)
        {
            return Usage.Print(errors, "The samples are not above this program; run it in the repository.");
        }

        if (options.RunsMutants)
        {
            return await MutantsAsync(repository, options, output, new Lines(errors), cancellationToken);
        }

        var report = await RunAsync(repository, options, new Lines(errors), cancellationToken);
        report.Print(output);
        if (options.Out is { } folder)
        {
            await report.WriteAsync(folder, cancellationToken);
            await output.WriteLineAsync($"\nWritten to {folder}.");
        }

        return report.Broken.IsEmpty ? 0 : 1;
    }

    /// <summary>Half of the workflows at each company, one company after the other.</summary>
    public static async Task<ChaosReport> RunAsync(string repository, ChaosOptions options, IProgress<(string Company, int Over, int Of)> progress, CancellationToken cancellationToken)
    {
        var plan = new ChaosPlan(options.Seed, options.Rate);
        var run = new ChaosRun(repository, plan, options.Model, options.Out, progress) { IsSerial = options.IsSerial };
        List<ChaosOutcome> outcomes = [];
        var left = options.Workflows;
        foreach (var (company, index) in ChaosCompany.All.Select((c, i) => (c, i)))
        {
            var goals = left / (ChaosCompany.All.Length - index);
            left -= goals;
            if (goals > 0)
            {
                outcomes.Add(await run.RunAsync(company, goals, cancellationToken));
            }
        }

        return ChaosReport.Of(plan, options.Model, options.IsSerial, outcomes);
    }

    /// <summary>
    /// A few goals of a company from which something is taken away, one step after the other, so that the same breaks each time; around a model with which nothing goes wrong, because without a rule it finds
    /// other laws to break too.
    /// </summary>
    public static async Task<ChaosReport> RunAsync(
        string repository, ChaosOptions options, ChaosMutant mutant, IProgress<(string Company, int Over, int Of)> progress, CancellationToken cancellationToken)
    {
        var plan = new ChaosPlan(options.Seed, Rate: 0);
        var run = new ChaosRun(repository, plan, model: null, keep: null, progress) { IsSerial = true, Mutant = mutant };
        return ChaosReport.Of(plan, model: null, isSerial: true, [await run.RunAsync(ChaosCompany.All.Single(c => c.Name == mutant.Company), ChaosMutant.Goals, cancellationToken)]);
    }

    /// <summary>Takes away what keeps each law, and prints which broke. 0: each time that one, and no other.</summary>
    private static async Task<int> MutantsAsync(
        string repository, ChaosOptions options, TextWriter output, IProgress<(string Company, int Over, int Of)> progress, CancellationToken cancellationToken)
    {
        var wrong = 0;
        await output.WriteLineAsync("| suite | what is taken away | which law broke |\n|---|---|---|");
        foreach (var mutant in ChaosMutant.All)
        {
            var broken = (await RunAsync(repository, options, mutant, progress, cancellationToken)).Broken;
            var others = broken.Where(b => !mutant.IsAboutIt(b)).ToList();
            var law = others.Count < broken.Length ? $"{mutant.Law}: {mutant.Words}" : "**none that it keeps**";
            wrong += others.Count == 0 && !broken.IsEmpty ? 0 : 1;
            await output.WriteLineAsync($"| chaos/{mutant.Company} | {mutant.Removes} | {string.Join("; ", others.Prepend(law))} |");
        }

        return wrong == 0 ? 0 : 1;
    }

    private sealed class Lines(TextWriter errors) : IProgress<(string Company, int Over, int Of)>
    {
        private (string Company, int Over, int Of) _last;

        public void Report((string Company, int Over, int Of) value)
        {
            if (value != _last)
            {
                errors.WriteLine($"{value.Company}: {value.Over} of {value.Of} are over");
                _last = value;
            }
        }
    }
}
