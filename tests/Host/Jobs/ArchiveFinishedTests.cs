using AiManager.Contracts;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>The upkeep that archives, on a real store, with a clock that a test moves.</summary>
public sealed class ArchiveFinishedTests
{
    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n";

    [Fact]
    public async Task What_ended_longer_ago_than_the_company_says_goes_into_its_folder_once()
    {
        using var company = SmallCompany.Make(("people.yaml", People), ("company.yaml", SmallCompany.Settings + "retention: { archiveAfter: 90d, to: archive }\n"));
        using var data = new TempFolder();
        var time = new ManualTime();
        await using var opened = Open(company, data, time);
        await using var atWork = new CompanyAtWork(opened, NullLoggerFactory.Instance);
        var job = new ArchiveFinished(atWork, opened.Store.Archive, PlaceOf(company, data), time);
        await EndedAsync(atWork, opened, time);
        time.Advance(TimeSpan.FromDays(89));
        await EndedAsync(atWork, opened, time); // the newest of all always stays

        Assert.StartsWith("0 workflows", await job.RunAsync(CancellationToken.None), StringComparison.Ordinal);
        var old = (await opened.Store.ReadModels.WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items[^1].Workflow;
        Assert.NotNull(await atWork.Get<IWorkflowOutside>().ReadAsync(old, CancellationToken.None));
        time.Advance(TimeSpan.FromDays(2));
        Assert.StartsWith("1 workflow with ", await job.RunAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Null(await atWork.Get<IWorkflowOutside>().ReadAsync(old, CancellationToken.None)); // nor is it shown from what was looked at before
        Assert.StartsWith("0 workflows", await job.RunAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(data["archive"], "*.gz"));
        Assert.True((await opened.Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Without_retention_everything_stays()
    {
        using var company = SmallCompany.Make(("people.yaml", People));
        using var data = new TempFolder();
        var time = new ManualTime();
        await using var opened = Open(company, data, time);
        await using var atWork = new CompanyAtWork(opened, NullLoggerFactory.Instance);
        await EndedAsync(atWork, opened, time);
        await EndedAsync(atWork, opened, time);
        time.Advance(TimeSpan.FromDays(4000));

        var said = await new ArchiveFinished(atWork, opened.Store.Archive, PlaceOf(company, data), time).RunAsync(CancellationToken.None);

        Assert.Contains("nothing is archived", said, StringComparison.Ordinal);
        Assert.Equal(2, (await opened.Store.ReadModels.WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items.Length);
    }

    private static Place PlaceOf(TempFolder company, TempFolder data) => new(company.Path, data.Path, new StoreSetting.Folder());

    private static OpenedCompany Open(TempFolder company, TempFolder data, ManualTime time)
    {
        var loaded = LoadedCompany.Load(company.Path, data.Path, _ => null);
        var store = SqliteStore.Open(data.Path, new SqliteStoreOptions { Time = time });
        return new OpenedCompany(
            store, new CompanyStream(store.Journal, store.Envelopes, time), loaded, new Standing(loaded.Bundle, null, []), new DriverOptions(), NoCrashPoints.Instance, time);
    }

    private static async Task EndedAsync(CompanyAtWork atWork, OpenedCompany opened, ManualTime time)
    {
        var created = Assert.IsType<SubmitResult.Created>(
            await atWork.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Write a poem.", "jana", opened.Company.Bundle.Hash), CancellationToken.None));
        var ended = Assert.IsType<OutsideResult.Appended>(await atWork.Get<IWorkflowOutside>().AppendAsync(
            created.Workflow, _ => new OutsideDecision.Append([new GoalFailed(GoalFailure.GivenUp, "Nobody wants it.")]), Actor.System, CancellationToken.None));
        var claim = await opened.Store.Journal.ClaimAsync("n1", time.Now, TimeSpan.FromMinutes(1), created.Workflow.ToString(), CancellationToken.None);
        Assert.NotNull(claim);
        await opened.Store.Journal.ReleaseAsync(claim, ended.State.Seq, CancellationToken.None);
    }
}
