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
}
