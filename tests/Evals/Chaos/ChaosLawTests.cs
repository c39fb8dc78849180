using System.Collections.Immutable;

namespace AiManager.Evals.Tests;

/// <summary>Each law of a chaos run breaks, and alone, where what keeps it is taken away: that nothing broke says something only then.</summary>
public sealed class ChaosLawTests
{
    private static readonly string Repository = Suites.Repository()!;

    public static TheoryData<string> Mutants => [.. ChaosMutant.All.Select(m => $"{m.Company}: {m.Words}")];

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task Without_what_keeps_a_law_exactly_that_law_breaks(string name)
    {
        var mutant = ChaosMutant.All.Single(m => $"{m.Company}: {m.Words}" == name);
        var report = await ChaosCommand.RunAsync(Repository, ChaosOptions.Read([]).Options, mutant, Quiet.Instance, CancellationToken.None);
        Assert.NotEmpty(report.Broken);
        Assert.All(report.Broken, b => Assert.True(mutant.IsAboutIt(b), b));
    }

    /// <summary>Nothing that a company's world must not show, no effect and no limit is without its mutant.</summary>
    [Fact]
    public void Every_law_of_a_world_is_tried()
    {
        foreach (var company in ChaosCompany.All)
        {
            var words = ChaosMutant.All.Where(m => m.Company == company.Name).Select(m => m.Words).ToList();
            Assert.All(company.Untrue, law => Assert.Contains(law.Means, words));
            Assert.All(company.Effects, law => Assert.Contains($"{law.Tool} succeeded", words));
            Assert.Contains($"{company.OverLimit.Means} that nobody approved", words);
        }
    }

    /// <summary>What nothing in a company can be taken away for is forged in what a run left.</summary>
    [Fact]
    public async Task A_workflow_that_is_gone_or_stands_nowhere_and_a_fault_of_the_program_are_told()
    {
        var company = ChaosCompany.All.Single(c => c.Name == "procurement") with { Untrue = [], Effects = [], OverLimit = ("nothing", "select 1 as key where 0 = 1") };
        var sound = ForgedJournal.Sound().AsEvidence();
        var workflow = sound.Workflows[0];
        var world = Path.Combine(Directory.CreateTempSubdirectory("aimanager-").FullName, "world.db");
        sound = sound with { WorldFile = world };
        await File.WriteAllBytesAsync(world, []); // a world in which there is nothing
        Assert.Empty(await BrokenAsync(company, [workflow.Id], sound, []));
        Assert.Equal("outcome: it threw", Assert.Single(await BrokenAsync(company, [workflow.Id], sound, ["it threw"])));

        var other = ForgedJournal.Id<WorkflowId>("another");
        Assert.Equal($"outcome: {other} is gone", Assert.Single(await BrokenAsync(company, [workflow.Id, other], sound, [])));

        var cut = WorkflowRecord.Of(workflow.Id.ToString(), [.. workflow.Stored.SkipLast(1)]);
        Assert.Equal($"outcome: {workflow.Id} is Running and nobody has to do anything", Assert.Single(await BrokenAsync(company, [workflow.Id], sound with { Workflows = [cut] }, [])));

        var unanswered = WorkflowRecord.Of(workflow.Id.ToString(), [.. workflow.Stored.Where(e => e.Type != nameof(ApprovalDecided))]);
        Assert.All(await BrokenAsync(company, [workflow.Id], sound with { Workflows = [unanswered] }, []), b => Assert.True(b.StartsWith("policy: ", StringComparison.Ordinal) || b.StartsWith("journal: ", StringComparison.Ordinal), b));
        Directory.Delete(Path.GetDirectoryName(world)!, recursive: true);
    }

    private static async Task<ImmutableArray<string>> BrokenAsync(ChaosCompany company, ImmutableArray<WorkflowId> submitted, CaseEvidence evidence, string[] faults) =>
        [.. (await ChaosGrades.OfAsync(company, submitted, evidence, faults, CancellationToken.None)).Where(g => !g.Held).Select(g => $"{g.Aspect}: {g.Detail}")];
}
