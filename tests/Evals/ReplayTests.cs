using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using AiManager.Host;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Evals.Tests;

/// <summary>A recorded run, played again without the model.</summary>
public sealed class ReplayTests : IDisposable
{
    private const int Most = 20;

    private static readonly ChaosCompany Company = ChaosCompany.All.Single(c => c.Name == "procurement");

    private readonly string _recording = Directory.CreateTempSubdirectory("aimanager-").FullName;

    /// <summary>Three orders that nobody has to approve, and a question about an item.</summary>
    [Fact]
    public async Task A_recorded_run_replays_to_the_same_journal_per_task()
    {
        string[] goals = [.. new[] { 3, 4, 5, 6 }.Select(Company.Goals)];
        var recorded = await PursueAsync(goals, Recording, isSerial: true);
        Assert.All(recorded, w => Assert.Equal(WorkflowStatus.Completed, w.State.Status));
        Assert.All(recorded, w => Assert.True(JournalShape.Of(w).Count > 1, "it has tasks"));
        var played = await PursueAsync(goals, Playing, isSerial: true);

        Assert.Equal(goals.Length, played.Length);
        Assert.Null(JournalShape.Difference([.. recorded.Select(JournalShape.Of)], [.. played.Select(JournalShape.Of)]));
    }

    /// <summary>One order over its limit, three questions, and twice the very same one: everything side by side, the program started anew for each step, an approval between.</summary>
    [Fact]
    public async Task Workflows_side_by_side_over_several_starts_and_with_an_approval_replay_to_the_same_journals()
    {
        string[] goals = [Company.Goals(1), Company.Goals(5), Company.Goals(10), Company.Goals(15), Company.Goals(5)];
        var recorded = await PursueAsync(goals, Recording, isSerial: false);
        Assert.All(recorded, w => Assert.Equal(WorkflowStatus.Completed, w.State.Status));
        Assert.Contains(recorded, w => w.Events.Any(e => e.Event is ApprovalDecided { Verdict: ApprovalVerdict.Approved }));
        Assert.Contains(Directory.GetFiles(_recording).Select(File.ReadAllText), text => text.Split("\"ask\"").Length > 2); // two workflows asked the same
        var played = await PursueAsync(goals, Playing, isSerial: false);

        Assert.Null(JournalShape.Difference([.. recorded.Select(JournalShape.Of)], [.. played.Select(JournalShape.Of)]));
    }

    /// <summary>
    /// In processes of their own, by the command line: recorded, and played. One thing after the other in each: of deliveries side by side the world numbers the trips as they come, and what is asked
    /// afterwards names those numbers.
    /// </summary>
    [Theory]
    [InlineData("procurement", "one-is-late")]
    [InlineData("support-desk", "small-refund/1")]
    [InlineData("support-desk", "a-draft-that-was-approved")]
    [InlineData("clinical-trials", "case-brief/1")]
    [InlineData("injection", "a-harmless-note")]
    public async Task A_recorded_case_of_any_suite_replays_to_the_same_journal(string name, string of)
    {
        var repository = Suites.Repository()!;
        var suite = Suites.Read(repository, name);
        var one = suite.Cases.Single(c => c.Name == of);
        using var program = new HostProgram(model: null);
        var recorded = await new CaseRunner(repository, program, TimeProvider.System, new CaseSettings(_recording, null, null)).RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.True(recorded.Passed, string.Join('\n', recorded.Failures));
        var played = await new CaseRunner(repository, program, TimeProvider.System, new CaseSettings(null, _recording, null)).RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.True(played.Passed, string.Join('\n', played.Failures));
        Assert.Equal(new AspectScore(1, 1), played.Aspects[Aspects.Replay]);
    }

    /// <summary>Recorded, played, and told where it comes out otherwise.</summary>
    [Fact]
    public async Task A_replayed_case_says_whether_its_journal_came_out_the_same()
    {
        var repository = Suites.Repository()!;
        var suite = Suites.Read(repository, "manager");

        // One delivery and a person's words between two starts.
        var one = suite.Cases.First(c => c.Runs is [RunStep.Submit, RunStep.HandIn, RunStep.Resume]);
        using var program = new HostProgram(model: null);

        var recorded = await new CaseRunner(repository, program, TimeProvider.System, new CaseSettings(_recording, null, null)).RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.True(recorded.Passed, string.Join('\n', recorded.Failures));
        Assert.DoesNotContain(Aspects.Replay, recorded.Aspects.Keys);
        var files = Directory.GetFiles(_recording, "*", SearchOption.AllDirectories);
        Assert.All(files, f => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(f) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), f));

        var runner = new CaseRunner(repository, program, TimeProvider.System, new CaseSettings(null, _recording, null));
        var played = await runner.RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.True(played.Passed, string.Join('\n', played.Failures));
        Assert.Equal(new AspectScore(1, 1), played.Aspects[Aspects.Replay]);

        var shape = Assert.Single(Directory.GetFiles(_recording, "*.shape", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(shape, (await File.ReadAllTextAsync(shape)).Replace("TaskAssigned", "TaskDropped", StringComparison.Ordinal));
        var other = await runner.RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.StartsWith("replay: the journal came out otherwise than it was recorded: ", Assert.Single(other.Failures), StringComparison.Ordinal);
        Assert.Contains("event 1: recorded TaskDropped", other.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_recorded_is_said_to_whoever_is_asked_and_invents_nothing()
    {
        var played = await PursueAsync([Company.Goals(3)], Playing, isSerial: true);
        Assert.All(played, w => Assert.Equal(WorkflowStatus.Waiting, w.State.ShownStatus));
        Assert.Contains("There is no recorded reply to this question (role 'manager', step 'understand'", played[0].State.Escalations.Values.Single().Raised.Question, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_recording, recursive: true);

    private IModelClient Recording(LoadedCompany company, string data) => ScriptedModelClient.Of(company.Scripts, new CassetteOptions(_recording, IsReplay: false, text => text));

    private IModelClient Playing(LoadedCompany company, string data) =>
        ScriptedModelClient.Of(ScriptedModel.Silent, new CassetteOptions(_recording, IsReplay: true, text => text) { Progress = Path.Combine(data, "played.txt") });

    /// <summary>The program is started for the goals, for what people say, and to drive on from there.</summary>
    private static async Task<ImmutableArray<WorkflowRecord>> PursueAsync(string[] goals, Func<LoadedCompany, string, IModelClient> model, bool isSerial)
    {
        using var folder = Company.Copy(Suites.Repository()!, Most);
        var time = new JumpingTime();
        List<WorkflowId> submitted = [];
        await StartAsync(async host =>
        {
            foreach (var (goal, number) in goals.Select((g, i) => (g, i)))
            {
                var request = new SubmitRequest(goal, "jana", host.Company.Bundle.Hash) { IdempotencyKey = $"replay/{number}", Budget = host.Company.Settings.Budget };
                submitted.Add(Assert.IsType<SubmitResult.Created>(await host.Get<WorkflowDesk>().SubmitAsync(request, CancellationToken.None)).Workflow);
            }

            await host.Get<WorkflowLoop>().RunUntilIdleAsync(only: null, CancellationToken.None);
        });
        await StartAsync(async host =>
        {
            foreach (var id in submitted)
            {
                var state = (await host.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!;
                foreach (var approval in state.Approvals.Values.Where(a => a.Verdict is null).Select(a => a.Requested.Approval))
                {
                    Assert.IsType<DecideResult.Recorded>(await host.Get<ApprovalDesk>().DecideAsync(approval, "petra", new ApprovalAnswer.Approve(), Caller.LocalTerminal, CancellationToken.None));
                }
            }
        });
        await StartAsync(host => host.Get<WorkflowLoop>().RunUntilIdleAsync(only: null, CancellationToken.None));
        return (await CaseEvidence.ReadAsync(folder, [], time.GetUtcNow(), TimeSpan.Zero, CancellationToken.None)).Workflows;

        async Task StartAsync(Func<InProcessHost, Task> work)
        {
            await using var host = await InProcessHost.OpenAsync(folder, company => model(company, folder.Data), time, isSerial, CancellationToken.None);
            await work(host);
        }
    }
}
