using System.Globalization;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every store's list of attempts does.</summary>
public abstract class JobRunsContract : StoreContract
{
    /// <summary>The store's list.</summary>
    protected abstract IJobRuns Runs { get; }

    [Fact]
    public async Task An_attempt_is_there_from_its_beginning_and_says_how_it_ended()
    {
        var workflow = New<WorkflowId>();
        var run = Run("r1") with { ScheduledFor = Time.Now.AddMinutes(-1), Attempt = 2 };
        await Runs.BeginAsync(run, CancellationToken.None);
        Assert.Equal(run, Assert.Single(await Runs.OpenAsync(CancellationToken.None)));

        Assert.True(await Runs.EndAsync("r1", Time.Now.AddSeconds(3), JobOutcome.Submitted, "A goal.", workflow, CancellationToken.None));
        Assert.Empty(await Runs.OpenAsync(CancellationToken.None));
        Assert.Equal(run with { EndedAt = Time.Now.AddSeconds(3), Outcome = JobOutcome.Submitted, Detail = "A goal.", Workflow = workflow }, Assert.Single(await ListAsync()));
    }

    [Fact]
    public async Task The_first_end_is_the_end_and_the_first_beginning_the_beginning()
    {
        await Runs.BeginAsync(Run("r1"), CancellationToken.None);
        await Runs.BeginAsync(Run("r1") with { Node = "other" }, CancellationToken.None);
        Assert.True(await Runs.EndAsync("r1", Time.Now, JobOutcome.Lost, "Its host died.", null, CancellationToken.None));
        Assert.False(await Runs.EndAsync("r1", Time.Now, JobOutcome.Done, "Late.", null, CancellationToken.None));
        Assert.False(await Runs.EndAsync("r2", Time.Now, JobOutcome.Done, "Never begun.", null, CancellationToken.None));
        await Runs.BeginAsync(Run("r1"), CancellationToken.None);
        var kept = Assert.Single(await ListAsync());
        Assert.Equal(("n1", JobOutcome.Lost, "Its host died."), (kept.Node, kept.Outcome, kept.Detail));
    }

    [Fact]
    public async Task Attempts_come_newest_first_a_page_at_a_time()
    {
        for (var i = 0; i < 7; i++)
        {
            await Runs.BeginAsync(Run(string.Create(CultureInfo.InvariantCulture, $"r{i}")) with { StartedAt = Time.Now.AddMinutes(i / 2) }, CancellationToken.None);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Runs.ListAsync(new JobRunQuery(Cursor: cursor, Limit: 3), CancellationToken.None);
            seen.AddRange(page.Items.Select(r => r.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(["r6", "r5", "r4", "r3", "r2", "r1", "r0"], seen);
        await Assert.ThrowsAsync<FormatException>(() => Runs.ListAsync(new JobRunQuery(Cursor: "rubbish"), CancellationToken.None));
    }

    [Fact]
    public async Task Attempts_are_counted_by_when_they_began_and_how_they_came_out()
    {
        foreach (var (id, minutes, outcome) in new[] { ("old", -1, JobOutcome.Done), ("a", 0, JobOutcome.Done), ("b", 59, JobOutcome.Failed), ("c", 60, JobOutcome.Done), ("d", 61, JobOutcome.Done), ("e", 150, null) })
        {
            await Runs.BeginAsync(Run(id) with { StartedAt = Time.Now.AddMinutes(minutes), EndedAt = outcome is null ? null : Time.Now.AddMinutes(minutes), Outcome = outcome }, CancellationToken.None);
        }

        var counts = await Runs.CountAsync(Time.Now, TimeSpan.FromHours(1), CancellationToken.None);
        Assert.Equal([new JobCount(0, "done", 1), new JobCount(0, "failed", 1), new JobCount(1, "done", 2), new JobCount(2, "running", 1)], counts.AsEnumerable());
        Assert.Empty(await Runs.CountAsync(Time.Now.AddDays(1), TimeSpan.FromHours(1), CancellationToken.None));
    }

    [Fact]
    public async Task The_newest_attempt_of_each_job_is_told_however_long_ago_it_was()
    {
        Assert.Empty(await Runs.LastAsync(CancellationToken.None));
        foreach (var (id, job, hours) in new[] { ("r1", "seal", 0), ("r2", "memory", -9), ("r3", "seal", 2), ("r4", "seal", 1), ("r6", "monitor/x", 1), ("r5", "monitor/x", 1) })
        {
            await Runs.BeginAsync(Run(id) with { Job = job, StartedAt = Time.Now.AddHours(hours) }, CancellationToken.None);
        }

        Assert.Equal([("memory", "r2"), ("monitor/x", "r6"), ("seal", "r3")], (await Runs.LastAsync(CancellationToken.None)).Select(r => (r.Job, r.Id)));
    }

    [Fact]
    public async Task Attempts_are_found_by_their_job_their_host_and_their_time()
    {
        await Runs.BeginAsync(Run("r1") with { Job = "monitor/look", Node = "a:1" }, CancellationToken.None);
        await Runs.BeginAsync(Run("r2") with { Job = "monitor/look-again", Node = "b:2", StartedAt = Time.Now.AddHours(1) }, CancellationToken.None);

        Assert.Equal(["r1"], await IdsAsync(new JobRunQuery(Job: "monitor/look")));
        Assert.Equal(["r2"], await IdsAsync(new JobRunQuery(Node: "b:2")));
        Assert.Empty(await IdsAsync(new JobRunQuery(Node: "b")));
        Assert.Equal(["r2"], await IdsAsync(new JobRunQuery(From: Time.Now.AddHours(1))));
        Assert.Equal(["r1"], await IdsAsync(new JobRunQuery(To: Time.Now.AddHours(1))));
        Assert.Equal(["r1"], await IdsAsync(new JobRunQuery(Status: JobOutcome.Running, To: Time.Now.AddHours(1))));
    }

    [Fact]
    public async Task Attempts_are_found_by_their_words_and_by_how_they_ended()
    {
        var workflow = New<WorkflowId>();
        await Runs.BeginAsync(Run("r1") with { Job = "monitor/Nightly-Restock" }, CancellationToken.None);
        await Runs.BeginAsync(Run("r2") with { Job = "upkeep/forget_100%" }, CancellationToken.None);
        await Runs.EndAsync("r2", Time.Now, JobOutcome.Done, "Zapomněl jsem DVANÁCT.", workflow, CancellationToken.None);

        Assert.Equal(["r1"], await IdsAsync(new JobRunQuery("restock")));
        Assert.Equal(["r2"], await IdsAsync(new JobRunQuery("T_100%")));
        Assert.Equal(["r2"], await IdsAsync(new JobRunQuery("dvanáct")));
        Assert.Equal(["r2"], await IdsAsync(new JobRunQuery(workflow.ToString())));
        Assert.Empty(await IdsAsync(new JobRunQuery("t-100")));
        Assert.Equal(["r1"], await IdsAsync(new JobRunQuery(Status: JobOutcome.Running)));
        Assert.Equal(["r2"], await IdsAsync(new JobRunQuery(Status: JobOutcome.Done)));
        Assert.Empty(await IdsAsync(new JobRunQuery("restock", JobOutcome.Done)));
    }

    [Theory]
    [InlineData(null, JobOutcome.Failed)]
    [InlineData("night", null)]
    [InlineData("night", JobOutcome.Failed)]
    [InlineData("night", JobOutcome.Running)]
    public async Task Whatever_is_asked_for_comes_whole_and_in_order_over_all_pages(string? text, string? status)
    {
        var wanted = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            var run = Run(string.Create(CultureInfo.InvariantCulture, $"r{i:d2}")) with { StartedAt = Time.Now.AddMinutes(i / 2), Job = i % 3 == 0 ? "upkeep" : "monitor/nightly" };
            await Runs.BeginAsync(run, CancellationToken.None);
            var outcome = i % 4 == 0 ? null : i % 2 == 0 ? JobOutcome.Done : JobOutcome.Failed;
            if (outcome is not null)
            {
                await Runs.EndAsync(run.Id, Time.Now.AddHours(1), outcome, string.Empty, null, CancellationToken.None);
            }

            if ((text is null || run.Job.Contains(text, StringComparison.Ordinal)) && (status is null || (outcome ?? JobOutcome.Running) == status))
            {
                wanted.Insert(0, run.Id);
            }
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Runs.ListAsync(new JobRunQuery(text, status, cursor, 2), CancellationToken.None);
            seen.AddRange(page.Items.Select(r => r.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.NotEmpty(wanted);
        Assert.Equal(wanted, seen);
    }

    [Fact]
    public async Task What_is_old_is_forgotten_and_what_is_open_is_not()
    {
        foreach (var id in (string[])["old", "new", "open"])
        {
            await Runs.BeginAsync(Run(id), CancellationToken.None);
        }

        await Runs.EndAsync("old", Time.Now, JobOutcome.Done, "", null, CancellationToken.None);
        await Runs.EndAsync("new", Time.Now.AddDays(2), JobOutcome.Done, "", null, CancellationToken.None);
        Assert.Equal(1, await Runs.PruneAsync(Time.Now.AddDays(1), CancellationToken.None));
        Assert.Equal(["open", "new"], await IdsAsync(new JobRunQuery()));
    }

    private async Task<IEnumerable<JobRun>> ListAsync() => (await Runs.ListAsync(new JobRunQuery(), CancellationToken.None)).Items;

    private async Task<string[]> IdsAsync(JobRunQuery query) => [.. (await Runs.ListAsync(query, CancellationToken.None)).Items.Select(r => r.Id)];

    private JobRun Run(string id) => new(id, "monitor/nightly", "schedule", "n1", null, Time.Now, null, null, string.Empty, null, 1);
}
