using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Tools.Tests;

/// <summary>What has been stopped, and what follows when nobody can know.</summary>
public sealed class StopListTests
{
    private static readonly WorkflowState Workflow = WorkflowFold.Start(PrefixedId.New<WorkflowId>(DateTimeOffset.UnixEpoch, new Random(1)));

    [Fact]
    public void Nothing_is_stopped_until_somebody_says_so() =>
        Assert.Null(new StopList(new CompanyDouble()).WhyNot("erp.order", "purchaser", Workflow));

    [Fact]
    public void While_the_company_cannot_be_read_nothing_runs() =>
        Assert.Contains("a newer program", new StopList(new CompanyDouble { Unreadable = "a newer program wrote it." }).WhyNot("erp.order", "purchaser", Workflow), StringComparison.Ordinal);

    [Theory]
    [InlineData("tool,agent,workflow", false, "erp.order is", "purchaser is")]
    [InlineData("agent,workflow", false, "purchaser is", "purchaser is")]
    [InlineData("workflow", false, "wf", "wf")]
    [InlineData("tool", false, "erp.order is", null)]
    [InlineData("", true, "Nobody knows", "Nobody knows")]
    [InlineData("tool,agent,workflow", true, "Nobody knows", "Nobody knows")]
    public void Of_all_that_stops_it_the_nearest_is_named(string stopped, bool isUnreadable, string? call, string? question)
    {
        var company = new CompanyDouble { Unreadable = isUnreadable ? "a newer program wrote it." : null };
        foreach (var kind in stopped.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            company.Suspend(kind switch { "tool" => "tool/erp.order", "agent" => "agent/purchaser", _ => "workflow/" + Workflow.Id });
        }

        var stops = new StopList(company);
        Says(call, stops.WhyNot("erp.order", "purchaser", Workflow));
        Says(question, stops.WhyNotAsk("purchaser", Workflow));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_cannot_be_read_on_stops_everything_by_itself_and_any_other_fault_is_one(bool isUnknown)
    {
        LogResult refused = new LogResult.Refused(new Guard.CompanyAt(1), "moved on");
        await new StopList(new FaultyCompany(isUnknown ? new UnknownEventException("company", 2, "X", 9) : new JsonException("?"))).CatchUpAsync(refused, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new StopList(new FaultyCompany(new InvalidOperationException("the disk"))).CatchUpAsync(refused, CancellationToken.None));
        await new StopList(new FaultyCompany(new InvalidOperationException("the disk"))).CatchUpAsync(new LogResult.Appended(), CancellationToken.None);
    }

    [Fact]
    public async Task A_lost_race_counts_for_nothing_only_where_the_company_went_on_and_stopped_nothing()
    {
        var company = new CompanyDouble();
        company.Suspend("tool/erp.order");
        var stopped = company.State.Seq;
        company.SignInElsewhere();
        await company.CatchUpAsync(CancellationToken.None);
        var stops = new StopList(company);

        Assert.True(stops.IsStillSo(new Guard.CompanyAt(stopped)));
        Assert.False(stops.IsStillSo(new Guard.CompanyAt(stopped - 1)), "something was stopped since");
        Assert.False(stops.IsStillSo(new Guard.CompanyAt(company.State.Seq)), "it was another race");
    }

    private static void Says(string? start, string? said)
    {
        if (start is null)
        {
            Assert.Null(said);
        }
        else
        {
            Assert.StartsWith(start, said, StringComparison.Ordinal);
        }
    }

    private sealed class FaultyCompany(Exception fault) : ICompany
    {
        public CompanyState State => CompanyState.Empty;

        public Task CatchUpAsync(CancellationToken cancellationToken) => throw fault;

        public Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) => throw fault;
    }
}
