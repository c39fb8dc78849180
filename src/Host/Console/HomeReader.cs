using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Everything that stands on the first page.</summary>
/// <param name="Inbox">What waits, the oldest of it.</param>
/// <param name="Workflows">The newest, each with what it is doing and what about it should worry somebody.</param>
/// <param name="Suggestions">A goal for each of the company's playbooks.</param>
/// <param name="Hosts">What is wrong between the hosts of this deployment.</param>
/// <param name="Draft">The goal that was not taken; null for none.</param>
internal sealed record HomePage(
    InboxList Inbox, ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)> Workflows, ImmutableArray<string> Suggestions, ImmutableArray<string> Hosts, string? Draft);

/// <summary>Gathers what stands on the first page.</summary>
internal sealed class HomeReader(IReadModels lists, IWorkflowOutside workflows, InboxReader inbox, LoadedCompany company, INodes nodes, TimeProvider time)
{
    private const int Shown = 12;

    /// <summary>As it is now, for the person who looks.</summary>
    public async Task<HomePage> ReadAsync(PageContent content, string? draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var newest = await lists.WorkflowsAsync(new WorkflowQuery(Limit: Shown), cancellationToken);
        return new HomePage(
            await inbox.ReadAsync(content, null, Shown, cancellationToken),
            await RowsAsync(newest.Items, cancellationToken),
            [.. company.Playbooks.All.Where(p => !p.Goals.IsEmpty).Select(p => p.Goals[0])],
            NodeNotices.Of(await nodes.ListAsync(cancellationToken), now),
            draft);
    }

    /// <summary>Rows of a list with what each is doing; only those that are not over are read.</summary>
    public async Task<ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)>> RowsAsync(IEnumerable<WorkflowRow> found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = ImmutableArray.CreateBuilder<(WorkflowItem, string, ImmutableArray<string>)>();
        foreach (var item in found.Select(WorkflowMapper.Map))
        {
            var state = item.Status is "completed" or "failed" or "cancelled" ? null : await workflows.ReadAsync(item.Id, cancellationToken);
            rows.Add(state is null
                ? (item, Written.Status(item.Status), [])
                : (item with { Status = StatusNames.Write(state.ShownStatus) }, NowLine.Of(state), RiskWords.Of(state, now)));
        }

        return rows.ToImmutable();
    }
}
