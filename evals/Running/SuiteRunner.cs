using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>Runs the cases of suites side by side. Each has folders of its own, so their order says nothing.</summary>
/// <param name="runner">Runs one.</param>
/// <param name="kept">Where finished ones are kept and found again.</param>
/// <param name="progress">Told of each that is finished.</param>
/// <param name="parallel">How many at once.</param>
internal sealed class SuiteRunner(CaseRunner runner, KeptCases kept, IProgress<CaseResult> progress, int parallel)
{
    /// <summary>Runs the cases; what was kept of an earlier run is not run again.</summary>
    public async Task<ImmutableArray<CaseResult>> RunAsync(IReadOnlyList<(EvalSuite Suite, EvalCase Case)> cases, CancellationToken cancellationToken)
    {
        var results = new CaseResult[cases.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, cases.Count),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var (suite, one) = cases[index];
                if (kept.Find(suite, one) is not { } result)
                {
                    result = await runner.RunAsync(suite, one, mutant: null, token);
                    await kept.KeepAsync(suite, one, result, token);
                }

                results[index] = result;
                progress.Report(result);
            });
        return [.. results];
    }
}
