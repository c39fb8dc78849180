using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>Runs one case from a fresh company to its grades.</summary>
/// <param name="repository">Where companies are.</param>
/// <param name="program">What runs them.</param>
/// <param name="time">What it takes.</param>
/// <param name="settings">What its model says, and what it is told; null for nothing out of the ordinary.</param>
internal sealed class CaseRunner(string repository, HostProgram program, TimeProvider time, CaseSettings? settings = null)
{
    /// <summary>Runs and grades it. Whatever goes wrong on the way is this case's, and no other's.</summary>
    /// <param name="suite">Its suite.</param>
    /// <param name="one">The case.</param>
    /// <param name="mutant">A feature that is switched off on top; null for none.</param>
    /// <param name="cancellationToken">Stops its program.</param>
    public async Task<CaseResult> RunAsync(EvalSuite suite, EvalCase one, Mutant? mutant, CancellationToken cancellationToken)
    {
        try
        {
            return await GradeAsync(suite, one, mutant, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return CaseResult.Broken(one, fault is ConfigException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}");
        }
    }

    private async Task<CaseResult> GradeAsync(EvalSuite suite, EvalCase one, Mutant? mutant, CancellationToken cancellationToken)
    {
        using var folder = new CaseFolder(Path.Combine(repository, suite.Company));
        foreach (var trouble in one.Trouble.Concat(mutant?.Trouble ?? []))
        {
            folder.Apply(trouble);
        }

        var variables = (settings ?? CaseSettings.None).For(one);
        var begun = time.GetTimestamp();
        var runs = ImmutableArray.CreateBuilder<ProgramRun>();
        foreach (var step in one.Runs)
        {
            if (step is RunStep.Meanwhile { Sql: var sql })
            {
                await folder.ChangeWorldAsync(sql, cancellationToken);
                continue;
            }

            if (step is RunStep.Person act)
            {
                if (await CasePeople.ActAsync(folder, runs[^1].Workflow, mutant?.Off?.Heard(act) ?? act, cancellationToken) is { } fault)
                {
                    return CaseResult.Broken(one, $"{act}: {fault}");
                }

                continue;
            }

            runs.Add(mutant?.Off?.Rewire is { } rewire
                ? await RewiredRun.RunAsync(step, one, folder, rewire, cancellationToken)
                : await program.RunAsync(Arguments(step, one, folder), variables, cancellationToken));
        }

        var evidence = (await CaseEvidence.ReadAsync(folder, runs.ToImmutable(), time.GetUtcNow(), time.GetElapsedTime(begun), cancellationToken)) with { IsScripted = program.IsScripted };
        var grades = ImmutableArray.CreateBuilder<Grade>();
        grades.AddRange(ExpectedGrades.Of(one.Expected, evidence));
        grades.AddRange(await WorldGrades.OfAsync(one.Expected, evidence, cancellationToken));
        grades.AddRange(LawGrades.Of(evidence));
        grades.AddRange(RecoveryGrades.Of(one, evidence));
        if (await (settings ?? CaseSettings.None).CompareAsync(one, evidence, cancellationToken) is { } replayed)
        {
            grades.Add(replayed);
        }

        return CaseResult.Of(one, grades.ToImmutable(), evidence);
    }

    private static IReadOnlyList<string> Arguments(RunStep step, EvalCase one, CaseFolder folder) =>
    [
        .. step is RunStep.Submit { Goal: var goal } ? (string[])["submit", goal] : ["resume"],
        "--json",
        .. one.Approve.SelectMany(role => (string[])["--auto-approve", role]),
        "--company", folder.Company,
        "--data", folder.Data,
    ];
}
