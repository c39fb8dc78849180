using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Everything that stands on the first page.</summary>
/// <param name="Inbox">What waits, the oldest of it.</param>
/// <param name="AtRisk">Those that should worry somebody, each with what it is doing and why, newest first; of all, and not only of the newest.</param>
/// <param name="Running">The newest of the others that are not over.</param>
/// <param name="Finished">The newest that are over, last ended first.</param>
/// <param name="Suggestions">A goal for each of the company's playbooks.</param>
/// <param name="Hosts">What is wrong between the hosts of this deployment, and that there are warnings about its files.</param>
internal sealed record HomePage(
    InboxList Inbox,
    ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)> AtRisk,
    ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)> Running,
    ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)> Finished,
    ImmutableArray<string> Suggestions,
    ImmutableArray<string> Hosts) : IHoldsForms
{
    /// <summary>Cards of each kind; the inbox has the rest.</summary>
    public const int MostCards = 3;

    /// <summary>Names of the company's playbooks.</summary>
    public ImmutableArray<string> Playbooks { get; init; } = [];

    /// <summary>What stands in the box for a new goal; null for nothing.</summary>
    public string? Draft { get; init; }

    /// <summary>True before the first goal.</summary>
    public bool HasNoWork => AtRisk.IsEmpty && Running.IsEmpty && Finished.IsEmpty;

    /// <inheritdoc/>
    public bool Holds(string form) =>
        form == GoalForm.Name
        || (Inbox with { Approvals = [.. Inbox.Approvals.Take(MostCards)], Questions = [.. Inbox.Asked.Take(MostCards), .. Inbox.Notes.Take(MostCards)], Tasks = [.. Inbox.Tasks.Take(MostCards)] }).Holds(form);
}

/// <summary>Gathers what stands on the first page.</summary>
internal sealed class HomeReader(IReadModels lists, IWorkflowOutside workflows, InboxReader inbox, LoadedCompany company, PlainWords words, INodes nodes, CompanyStream stops, TimeProvider time)
{
    private const int Shown = 12;
    private const int OverShown = 6;

    /// <summary>As it is now, for the person who looks.</summary>
    public async Task<HomePage> ReadAsync(PageContent content, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var risky = await lists.WorkflowsAsync(new WorkflowQuery(Limit: Shown) { RiskBefore = now + RiskWords.Near }, cancellationToken);
        var newest = await lists.WorkflowsAsync(new WorkflowQuery(Limit: Shown) { IsOpen = true }, cancellationToken);
        var over = await lists.WorkflowsAsync(new WorkflowQuery(Limit: OverShown) { IsOpen = false }, cancellationToken);

        // A low budget stands in no list, so the newest are looked at for it.
        var open = (await RowsAsync(risky.Items.Concat(newest.Items).DistinctBy(w => w.Workflow), cancellationToken)).ToLookup(w => !w.Risks.IsEmpty || w.Item.Status == StateColour.Suspended);
        var running = newest.Items.Select(w => w.Workflow).ToHashSet();
        return new HomePage(
            await inbox.ReadAsync(content, InboxPlace.First, Shown, cancellationToken),
            [.. open[true]],
            [.. open[false].Where(w => running.Contains(w.Item.Id))],
            await RowsAsync(over.Items.OrderByDescending(w => w.UpdatedAt), cancellationToken),
            [.. company.Playbooks.All.Where(p => !p.Goals.IsEmpty).Select(p => p.Goals[0])],
            [.. NodeNotices.Of(await nodes.ListAsync(cancellationToken), now), .. WarningsOf(company)])
        {
            Playbooks = [.. company.Playbooks.All.Select(p => p.Name)],
        };
    }

    /// <summary>Whoever did not start the service has not seen what its terminal said.</summary>
    private static ImmutableArray<string> WarningsOf(LoadedCompany company) => company.Warnings.Count switch
    {
        0 => [],
        1 => ["There is a warning about the company's files; it stands on the page Authority."],
        var several => [$"There are {Written.Count(several)} warnings about the company's files; they stand on the page Authority."],
    };

    /// <summary>Rows of a list with what each is doing; only those that are not over are read, and of the others those that ended with something undone.</summary>
    public async Task<ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)>> RowsAsync(IEnumerable<WorkflowRow> found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = ImmutableArray.CreateBuilder<(WorkflowItem, string, ImmutableArray<string>)>();
        foreach (var item in found.Select(WorkflowMapper.Map))
        {
            var isOver = !StatusNames.OfOpenWorkflows.Contains(item.Status);
            var state = isOver && !(item.Status == "completed" && item.TasksDone < item.TasksTotal) ? null : await workflows.ReadAsync(item.Id, cancellationToken);
            rows.Add(state is null || isOver
                ? (state is { IsTakenAsItIs: true } ? item with { Status = StateColour.AsItIs } : item, string.Empty, [])
                : Now(item, state, now));
        }

        return rows.ToImmutable();
    }

    /// <summary>As its own page shows and counts it.</summary>
    private (WorkflowItem Item, string Now, ImmutableArray<string> Risks) Now(WorkflowItem item, WorkflowState state, DateTimeOffset now)
    {
        var (count, stop) = (TaskCount.Of(state), stops.State.StopOf(state)?.Reason.Words ?? (state.HeldBy is null ? null : state.HeldReason ?? string.Empty));
        return (
            item with { Status = stop is null ? StatusNames.Write(state.ShownStatus) : StateColour.Suspended, TasksDone = count.Done, TasksTotal = count.Total },
            stop ?? NowLine.Of(state, words),
            RiskWords.Of(state, now));
    }
}
