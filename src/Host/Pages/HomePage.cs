using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Everything that stands on the first page.</summary>
/// <param name="Approvals">Those that wait, and whether the person who looks can decide them.</param>
/// <param name="HasMore">Whether more wait than stand here.</param>
/// <param name="Others">What else waits for people, and in which workflow.</param>
/// <param name="Workflows">The newest, each with what it is doing.</param>
/// <param name="FormField">The name of the field that a form must carry.</param>
/// <param name="FormToken">What must stand in it.</param>
/// <param name="Address">Where the service is reached.</param>
/// <param name="Notice">Why the last form did nothing; null when there is nothing to say.</param>
/// <param name="Draft">The goal that was not taken; null for none.</param>
/// <param name="Hosts">What is wrong between the hosts of this deployment.</param>
internal sealed record HomePage(
    ImmutableArray<(ApprovalView Approval, bool IsMine)> Approvals,
    bool HasMore,
    ImmutableArray<(WorkflowId Workflow, WaitingResource Waiting)> Others,
    ImmutableArray<(WorkflowItem Item, string Now)> Workflows,
    string FormField,
    string FormToken,
    string Address,
    string? Notice,
    string? Draft,
    ImmutableArray<string> Hosts);

/// <summary>What the page of this request shows. Components are public, so what is internal to this program reaches them by injection.</summary>
internal sealed class PageContent
{
    /// <summary>The company; null while nobody is signed in.</summary>
    public CompanyResource? Company { get; set; }

    /// <summary>Who looks: a name; null while nobody is signed in.</summary>
    public string? Person { get; set; }

    /// <summary>For the first page; null on others.</summary>
    public HomePage? Home { get; set; }

    /// <summary>For the monitors' page; null on others.</summary>
    public MonitorsPage? Monitors { get; set; }

    /// <summary>For a workflow's page; null on others.</summary>
    public WorkflowResource? Workflow { get; set; }
}
