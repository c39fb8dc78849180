using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>Each guard of some suites switched off once, with the cases that name it: which of them miss it, and in what they fall.</summary>
/// <param name="runner">Runs a case.</param>
/// <param name="parallel">How many at once.</param>
/// <param name="output">The table.</param>
internal sealed class MutantTable(CaseRunner runner, int parallel, TextWriter output)
{
    private const string Legend = """
        What is taken away is a part of the product, put together otherwise by the evals ("the manager: …", decision 58), or something in a case's own copy of its company: then its file is named, and a file of
        scripts means that a model says something else. The product has no such switches. A case that is named missed the guard: it fails without it, in the aspects behind its name. A case in which nothing ran,
        that could not be run to its end, or in which the switch changed nothing, counts for none.
        """;

    /// <summary>Runs them and prints the table, as docs/evals/mutants.md holds it. Gives how many guards nobody missed.</summary>
    /// <param name="suites">The suites.</param>
    /// <param name="isWanted">Which of their cases.</param>
    /// <param name="heading">What stands over it.</param>
    /// <param name="progressOf">Who is told of each run, once it is known how many there are.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<int> PrintAsync(
        ImmutableArray<EvalSuite> suites, Func<EvalCase, bool> isWanted, string heading, Func<int, IProgress<CaseResult>> progressOf, CancellationToken cancellationToken)
    {
        List<MutantRun> runs = [.. suites.SelectMany(s => s.Mutants.SelectMany(m => s.Cases.Where(c => c.Guards.Contains(m.Guard) && isWanted(c)).Select(c => new MutantRun(s, m, c))))];
        var results = new ConcurrentDictionary<MutantRun, CaseResult>();
        var progress = progressOf(runs.Count);
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, async (run, token) =>
        {
            var result = await runner.RunAsync(run.Suite, run.Case, run.Mutant, token);
            results[run] = result;
            progress.Report(result);
        });

        await output.WriteLineAsync($"# Each guard switched off once\n\n{heading} Made with `dotnet run --project evals -- --mutants`.\n\n{Legend}\n");
        await output.WriteLineAsync("| suite | switched off | what is taken away | cases that guard it | cases that missed it, and in what they fell |\n|---|---|---|---|---|");
        var survivors = 0;
        foreach (var of in runs.GroupBy(r => (r.Suite, r.Mutant)))
        {
            var missed = of.Where(r => IsCaught(results[r])).OrderBy(r => r.Case.Name, StringComparer.Ordinal).ToList();
            survivors += missed.Count == 0 ? 1 : 0;
            var words = missed.Count == 0 ? "**none**" : string.Join("; ", missed.Select(r => $"{r.Case.Name} ({string.Join(", ", results[r].Fallen)})"));
            await output.WriteLineAsync($"| {of.Key.Suite.Name} | {of.Key.Mutant.Guard} | {of.Key.Mutant.Removes} | {of.Count()} | {words} |");
        }

        foreach (var idle in runs.Where(r => !results[r].HasRun).Select(r => $"{r.Case.FullName} without '{r.Mutant.Guard}' did not run to its end, which proves nothing: {results[r].Failures[0]}").Order(StringComparer.Ordinal))
        {
            await output.WriteLineAsync(idle);
        }

        return survivors;
    }

    /// <summary>A case that could not be run says nothing: it has not missed anything.</summary>
    public static bool IsCaught(CaseResult result) => result is { HasRun: true, Passed: false };

    private sealed record MutantRun(EvalSuite Suite, Mutant Mutant, EvalCase Case);
}
