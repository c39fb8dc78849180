using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using AiManager.Host;
using AiManager.ManagerAgent;

namespace AiManager.Evals.Tests;

/// <summary>A recorded run, played again without the model.</summary>
public sealed class ReplayTests : IDisposable
{
    private const int Most = 9;

    /// <summary>Three orders that nobody has to approve, and a question about an item.</summary>
    private static readonly int[] Goals = [3, 4, 5, 6];

    private static readonly ChaosCompany Company = ChaosCompany.All.Single(c => c.Name == "procurement");

    private readonly string _recording = Directory.CreateTempSubdirectory("aimanager-").FullName;

    [Fact]
    public async Task A_recorded_run_replays_to_the_same_journal_per_task()
    {
        var recorded = await PursueAsync(company => ChatModelClient.Of(company.Scripts, new CassetteOptions(_recording, IsReplay: false, text => text)));
        Assert.All(recorded, w => Assert.Equal(WorkflowStatus.Completed, w.State.Status));
        var played = await PursueAsync(_ => ChatModelClient.Of(ScriptedModel.Silent, new CassetteOptions(_recording, IsReplay: true, text => text)));

        Assert.Equal(Goals.Length, played.Length);
        foreach (var (before, after) in recorded.Zip(played))
        {
            var (was, now) = (JournalShape.Of(before), JournalShape.Of(after));
            Assert.Equal(was.Keys, now.Keys);
            Assert.True(was.Count > 1, "it has tasks");
            Assert.All(was, task => Assert.Equal(task.Value, now[task.Key]));
        }
    }

    [Fact]
    public async Task What_was_not_recorded_is_said_to_whoever_is_asked_and_invents_nothing()
    {
        var played = await PursueAsync(_ => ChatModelClient.Of(ScriptedModel.Silent, new CassetteOptions(_recording, IsReplay: true, text => text)));
        Assert.All(played, w => Assert.Equal(WorkflowStatus.Waiting, w.State.ShownStatus));
        Assert.Contains("There is no recorded reply to this question (role 'manager', step 'understand'", played[0].State.Escalations.Values.Single().Raised.Question, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_recording, recursive: true);

    private static async Task<ImmutableArray<WorkflowRecord>> PursueAsync(Func<LoadedCompany, IModelClient> model)
    {
        using var folder = Company.Copy(Suites.Repository()!, Most);
        var time = new JumpingTime();
        await using (var host = await InProcessHost.OpenAsync(folder, model, time, isSerial: true, CancellationToken.None))
        {
            foreach (var number in Goals)
            {
                var request = new SubmitRequest(Company.Goals(number), "jana", host.Company.Bundle.Hash) { IdempotencyKey = $"replay/{number}", Budget = host.Company.Settings.Budget };
                Assert.IsNotType<SubmitResult.Invalid>(await host.Get<WorkflowDesk>().SubmitAsync(request, CancellationToken.None));
            }

            await host.Get<WorkflowLoop>().RunUntilIdleAsync(only: null, CancellationToken.None);
        }

        return (await CaseEvidence.ReadAsync(folder, [], time.GetUtcNow(), TimeSpan.Zero, CancellationToken.None)).Workflows;
    }
}
