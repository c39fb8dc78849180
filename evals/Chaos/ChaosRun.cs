using System.Collections.Immutable;
using System.Globalization;
using AiManager.ExecutionAgents;
using AiManager.Host;
using AiManager.ManagerAgent;
using AiManager.Memory;

namespace AiManager.Evals;

/// <summary>Many small workflows of one company in one process, around a model that misbehaves.</summary>
/// <param name="repository">Where the samples are.</param>
/// <param name="plan">Which fault falls where.</param>
/// <param name="model">What is spoilt; null for the scripted model.</param>
/// <param name="keep">Where the journal and the world of a company go where something did not hold; null for nowhere.</param>
/// <param name="progress">Told how many are over, of how many.</param>
internal sealed class ChaosRun(string repository, ChaosPlan plan, ModelChoice? model, string? keep, IProgress<(string Company, int Over, int Of)> progress)
{
    /// <summary>Jumps of the clock in a row after which nothing happens; then whatever is left will not end by itself.</summary>
    private const int MostIdleJumps = 5;

    private const int MostFaults = 20;

    /// <summary>One step after the other: then two runs of a seed ask the very same questions, and not only meet the same faults where they ask the same.</summary>
    public bool IsSerial { get; init; }

    /// <summary>What is taken away from the company; null for nothing.</summary>
    public ChaosMutant? Mutant { get; init; }

    /// <summary>Runs a company's goals to their ends and looks at what they left.</summary>
    public async Task<ChaosOutcome> RunAsync(ChaosCompany company, int goals, CancellationToken cancellationToken)
    {
        using var folder = company.Copy(repository, goals);
        foreach (var trouble in Mutant?.Trouble ?? [])
        {
            folder.Apply(trouble);
        }

        var time = new JumpingTime();
        ChaosModelClient? spoilt = null;
        List<string> faults = [];
        ImmutableArray<WorkflowId> workflows;
        var begun = time.GetTimestamp();
        await using (var host = await InProcessHost.OpenAsync(folder, loaded => spoilt = Spoil(loaded), time, IsSerial, cancellationToken))
        {
            workflows = await SubmitAsync(host, company, goals, cancellationToken);
            await DriveAsync(host, company, workflows, time, faults, cancellationToken);
        }

        if (Mutant?.Forgery is { } forgery)
        {
            await ForgeAsync(folder, forgery, cancellationToken);
        }

        var evidence = await CaseEvidence.ReadAsync(folder, [], time.GetUtcNow(), time.GetElapsedTime(begun), cancellationToken);
        var grades = await ChaosGrades.OfAsync(company, workflows, evidence, faults, cancellationToken);
        if (keep is not null && grades.Any(g => !g.Held))
        {
            Keep(folder.Data, Path.Combine(keep, company.Name));
        }

        return new ChaosOutcome(company.Name, workflows, evidence, [.. grades], spoilt!.Falls, spoilt.Asked, spoilt.Waited, time.Ahead);
    }

    private static async Task ForgeAsync(CaseFolder folder, string forgery, CancellationToken cancellationToken)
    {
        await using var journal = new SqliteProvider().Open($"Data Source={Path.Combine(folder.Data, SqliteStore.FileName)}", isReadOnly: false);
        await using var command = journal.CreateCommand(forgery);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Keep(string data, string place)
    {
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(place, Path.GetRelativePath(data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private ChaosModelClient Spoil(LoadedCompany company)
    {
        ImmutableArray<string> tools = [.. company.Tools.Catalog.Infos.Select(t => t.Name).Order(StringComparer.Ordinal)];
        return model is null
            ? ChaosModelClient.Around(company.Scripts, plan, tools)
            : ChaosModelClient.Around(new ModelOptions(new Uri(model.Url), model.Name) { Key = Environment.GetEnvironmentVariable(ModelChoice.KeyVariable) }, plan, tools);
    }

    /// <summary>By keys, so that the same run names the same workflows, and with them all that is derived from their names.</summary>
    private static async Task<ImmutableArray<WorkflowId>> SubmitAsync(InProcessHost host, ChaosCompany company, int goals, CancellationToken cancellationToken)
    {
        var desk = host.Get<WorkflowDesk>();
        var submitted = ImmutableArray.CreateBuilder<WorkflowId>(goals);
        for (var number = 1; number <= goals; number++)
        {
            var request = new SubmitRequest(company.Goals(number), Requester(host), host.Company.Bundle.Hash)
            {
                Budget = company.Budget(number, host.Company.Settings.Budget),
                IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"chaos/{number}"),
            };
            submitted.Add(await desk.SubmitAsync(request, cancellationToken) switch
            {
                SubmitResult.Created created => created.Workflow,
                var other => throw new InvalidOperationException($"'{request.Goal}' came to {other}."),
            });
        }

        return submitted.DrainToImmutable();
    }

    private async Task DriveAsync(
        InProcessHost host, ChaosCompany company, ImmutableArray<WorkflowId> workflows, JumpingTime time, List<string> faults, CancellationToken cancellationToken)
    {
        var people = new ChaosPeople(host, Requester(host), plan.Seed);
        var open = workflows.ToHashSet();
        var seen = 0L;
        for (var idle = 0; open.Count > 0 && idle < MostIdleJumps && faults.Count < MostFaults;)
        {
            await DriveOnceAsync(host, faults, cancellationToken);
            var (isAnswered, now) = await AnswerAsync(host, people, open, cancellationToken);
            progress.Report((company.Name, workflows.Length - open.Count, workflows.Length));
            (idle, seen) = (now == seen ? idle : 0, now);
            if (isAnswered)
            {
                continue;
            }

            if (await host.Get<IWorkflowJournal>().NextDueAsync(cancellationToken) is not { } due)
            {
                break;
            }

            idle++;
            time.JumpTo(due + TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>What a workflow throws is a fault of the program; the others go on.</summary>
    private static async Task DriveOnceAsync(InProcessHost host, List<string> faults, CancellationToken cancellationToken)
    {
        try
        {
            await host.Get<WorkflowLoop>().RunUntilIdleAsync(only: null, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            faults.Add(fault.ToString());
        }
    }

    /// <summary>Whether anybody answered anything, and a number that changes with everything that has happened.</summary>
    private static async Task<(bool IsAnswered, long Seen)> AnswerAsync(InProcessHost host, ChaosPeople people, HashSet<WorkflowId> open, CancellationToken cancellationToken)
    {
        var (isAnswered, seen) = (false, 0L);
        foreach (var id in open.ToList())
        {
            if (await host.Get<IWorkflowOutside>().ReadAsync(id, cancellationToken) is not { IsFinal: false } state)
            {
                open.Remove(id);
                continue;
            }

            seen += state.Seq;
            isAnswered |= await people.AnswerAsync(state, cancellationToken);
        }

        return (isAnswered, seen);
    }

    private static string Requester(InProcessHost host) => host.Company.ToResource().PersonOrOperator(null).Id;
}
