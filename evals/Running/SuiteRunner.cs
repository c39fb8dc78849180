using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Evals;

/// <summary>Runs the cases of suites side by side. Each has folders of its own, but workers do one after the other: their order may not matter, which other seeds show.</summary>
/// <param name="runner">Runs one.</param>
/// <param name="kept">Where finished ones are kept and found again.</param>
/// <param name="progress">Told of each that is finished.</param>
/// <param name="parallel">How many at once.</param>
/// <param name="seed">In which order they are begun.</param>
internal sealed class SuiteRunner(CaseRunner runner, KeptCases kept, IProgress<CaseResult> progress, int parallel, long seed)
{
    private int _found;

    /// <summary>How many were not run, because an earlier run had finished them.</summary>
    public int Found => _found;

    /// <summary>The indexes of <paramref name="names"/> in a seed's order, which follows from seed and name alone: with fewer cases the rest stays as it was.</summary>
    public static IReadOnlyList<int> Order(IReadOnlyList<string> names, long seed) =>
        [.. Enumerable.Range(0, names.Count).OrderBy(i => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{names[i]}")))), StringComparer.Ordinal)];

    /// <summary>Runs the cases; what was kept of an earlier run is not run again. In the order in which they were given.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="mutant">What is switched off in all of them; null for nothing.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<CaseResult>> RunAsync(IReadOnlyList<(EvalSuite Suite, EvalCase Case)> cases, Mutant? mutant, CancellationToken cancellationToken)
    {
        var results = new CaseResult[cases.Count];
        await Parallel.ForEachAsync(
            Order([.. cases.Select(c => c.Case.FullName)], seed),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var (suite, one) = cases[index];
                if (kept.Find(suite, one) is { } result)
                {
                    Interlocked.Increment(ref _found);
                }
                else
                {
                    result = await runner.RunAsync(suite, one, mutant, token);
                    await kept.KeepAsync(suite, one, result, token);
                }

                results[index] = result;
                progress.Report(result);
            });
        return [.. results];
    }
}
