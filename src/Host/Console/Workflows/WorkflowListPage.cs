using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A page of the list of workflows, with what was asked for.</summary>
/// <param name="Rows">Newest first.</param>
/// <param name="Asked">What they have to fit.</param>
/// <param name="Playbooks">Names of the company's.</param>
/// <param name="First">Where the list begins; null here.</param>
/// <param name="Next">Where it goes on; null at the end.</param>
internal sealed record WorkflowListPage(
    ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)> Rows, WorkflowsAsked Asked, ImmutableArray<string> Playbooks, string? First, string? Next);

/// <summary>What somebody looks for among workflows, as it stands in the page's address; each null, or empty, for all.</summary>
/// <param name="Q">Part of the goal.</param>
/// <param name="Status">As shown outside.</param>
/// <param name="Requester">Who asked, by id.</param>
/// <param name="Playbook">What it follows.</param>
/// <param name="From">The first day, the company's.</param>
/// <param name="To">The last day.</param>
/// <param name="Risk"><c>1</c> for only those that should worry somebody.</param>
/// <param name="Cursor">Where the page begins.</param>
internal sealed record WorkflowsAsked(
    string? Q = null, string? Status = null, string? Requester = null, string? Playbook = null, string? From = null, string? To = null, string? Risk = null, string? Cursor = null)
{
    /// <summary>As the store is asked.</summary>
    public WorkflowQuery Query(TimeZoneInfo zone, DateTimeOffset now, int limit) => new(
        RequestText.Word("status", Status, WorkflowEndpoints.Statuses), RequestText.Words("q", Q), PageText.Day("from", From, zone), PageText.DayAfter("to", To, zone), RequestText.Words("cursor", Cursor), limit)
    {
        Requester = RequestText.Words("requester", Requester),
        Playbook = RequestText.Words("playbook", Playbook),
        RiskBefore = RequestText.Word("risk", Risk, ["1"]) is null ? null : now + RiskWords.Near,
    };

    /// <summary>The page's address at another place of the list.</summary>
    public string Address(string? cursor) => PageText.Query(
        "/workflows", ("q", Q), ("status", Status), ("requester", Requester), ("playbook", Playbook), ("from", From), ("to", To), ("risk", Risk), ("cursor", cursor));
}
