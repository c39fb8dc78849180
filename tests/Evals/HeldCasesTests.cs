using System.Collections.Immutable;
using Xunit.Abstractions;

namespace AiManager.Evals.Tests;

/// <summary>
/// With every build: of each suite as few cases as name all of its guards between them, on the real program, held against the committed baseline. All of it takes minutes and is held
/// before a release.
/// </summary>
public sealed class HeldCasesTests(ITestOutputHelper output)
{
    private static readonly string Repository = Suites.Repository()!;

    [Fact]
    public async Task A_case_for_every_guard_of_every_suite_holds_what_the_baseline_holds()
    {
        var begun = TimeProvider.System.GetTimestamp();

        var results = await RunAsync(mutant: null);

        output.WriteLine($"{results.Length} cases in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s");
        var baseline = Baseline.Read(Path.Combine(Repository, "evals", Baseline.FileName));
        Assert.Empty(baseline.Worse(new RunResults(RunResults.Scripted, IsScripted: true, results), new HashSet<string>()).Concat(results.Where(r => !r.Passed).Select(r => $"{r.Suite}/{r.Case}: {string.Join("; ", r.Failures)}")));
    }

    /// <summary>Where nothing happens nothing bad happens: a case that passes then expects too little.</summary>
    [Fact]
    public async Task No_case_for_a_guard_passes_with_a_model_that_only_asks_for_a_person()
    {
        var results = await RunAsync(IdleModel.Mutant);

        Assert.Equal([], results.Where(r => r.Passed).Select(r => $"{r.Suite}/{r.Case}"));
        Assert.Contains(results, r => r.HasRun);
    }

    private static async Task<ImmutableArray<CaseResult>> RunAsync(Mutant? mutant)
    {
        var cases = Suites.In(Repository).Select(s => Suites.Read(Repository, s)).SelectMany(s => Cover(s).Select(c => (s, c))).ToList();
        using var program = new HostProgram(model: null);
        var runner = new SuiteRunner(new CaseRunner(Repository, program, TimeProvider.System), new KeptCases(null, Repository, RunResults.Scripted), Quiet.Instance, Environment.ProcessorCount, seed: 1);
        return await runner.RunAsync(cases, mutant, CancellationToken.None);
    }

    /// <summary>Whichever case guards most that none before it guards, the earlier of two; until nothing is left.</summary>
    private static IEnumerable<EvalCase> Cover(EvalSuite suite)
    {
        for (var left = suite.Cases.SelectMany(c => c.Guards).ToImmutableHashSet(StringComparer.Ordinal); !left.IsEmpty;)
        {
            var next = suite.Cases.MaxBy(c => c.Guards.Count(left.Contains))!;
            left = left.Except(next.Guards);
            yield return next;
        }
    }

    private sealed class Quiet : IProgress<CaseResult>
    {
        public static Quiet Instance { get; } = new();

        public void Report(CaseResult value)
        {
        }
    }
}
