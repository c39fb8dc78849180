using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Everything that stands on the first page.</summary>
/// <param name="Inbox">What waits, the oldest of it.</param>
/// <param name="AtRisk">Those that should worry somebody, each with what it is doing and why, newest first; of all, and not only of the newest.</param>
/// <param name="Running">The newest of the others that are not over.</param>
/// <param name="Finished">The newest that are over, last ended first.</param>
/// <param name="Suggestions">A goal for each of the company's playbooks.</param>
/// <param name="Hosts">What is wrong between the hosts of this deployment.</param>
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

    /// <summary>How many warnings there are about the company's files: whoever did not start the service has not seen what its terminal said.</summary>
    public int Warnings { get; init; }

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
internal sealed class HomeReader(IReadModels lists, WorkflowLook look, InboxReader inbox, LoadedCompany company, PlainWords words, INodes nodes, CompanyStream stops, TimeProvider time)
{
    private const int Shown = 12;
    private const int OverShown = 6;

    /// <summary>As it is now, for the person who looks.</summary>
    public async Task<HomePage> ReadAsync(PageContent content, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var listed = await lists.ListAsync(
            new AskedLists
            {
                Workflows =
                [
                    new WorkflowQuery(Limit: Shown) { RiskBefore = now + RiskWords.Near },
                    new WorkflowQuery(Limit: Shown) { IsOpen = true },
                    new WorkflowQuery(Limit: OverShown) { IsOpen = false },
                ],
            },
            cancellationToken);
        var (risky, newest, over) = (listed.Workflows[0], listed.Workflows[1], listed.Workflows[2]);
        look.Want(listed.Workflows.SelectMany(page => page.Items).Where(IsRead).Select(w => w.Workflow));
        var waiting = await inbox.ReadAsync(content, InboxPlace.First, Shown, cancellationToken);

        // A low budget stands in no list, so the newest are looked at for it.
        var open = (await RowsAsync(risky.Items.Concat(newest.Items).DistinctBy(w => w.Workflow), cancellationToken)).ToLookup(w => !w.Risks.IsEmpty || w.Item.Status == StateColour.Suspended);
        var running = newest.Items.Select(w => w.Workflow).ToHashSet();
        return new HomePage(
            waiting,
            [.. open[true]],
            [.. open[false].Where(w => running.Contains(w.Item.Id))],
            await RowsAsync(over.Items.OrderByDescending(w => w.UpdatedAt), cancellationToken),
            [.. company.Playbooks.All.Where(p => !p.Goals.IsEmpty).Select(p => p.Goals[0])],
            [.. NodeNotices.Of(await nodes.ListAsync(cancellationToken), now)])
        {
            Warnings = company.Warnings.Count,
            Playbooks = [.. company.Playbooks.All.Select(p => p.Name)],
        };
    }

    /// <summary>Rows of a list with what each is doing; only those that are not over are read, and of the others those that ended with something undone.</summary>
    public async Task<ImmutableArray<(WorkflowItem Item, string Now, ImmutableArray<string> Risks)>> RowsAsync(IEnumerable<WorkflowRow> found, CancellationToken cancellationToken)
    {
        var (now, listed) = (time.GetUtcNow(), found.ToList());
        var states = await look.ReadAsync(listed.Where(IsRead).Select(w => w.Workflow), cancellationToken);
        var rows = ImmutableArray.CreateBuilder<(WorkflowItem, string, ImmutableArray<string>)>();
        foreach (var item in listed.Select(WorkflowMapper.Map))
        {
            var (isOver, state) = (IsOver(item.Status), states.GetValueOrDefault(item.Id));
            rows.Add(state is null || isOver
                ? (state is { IsTakenAsItIs: true } ? item with { Status = StateColour.AsItIs } : item, string.Empty, [])
                : Now(item, state, now));
        }

        return rows.ToImmutable();
    }

    private static bool IsOver(string status) => !StatusNames.OfOpenWorkflows.Contains(status);

    private static bool IsRead(WorkflowRow row) => !IsOver(row.Status) || (row.Status == "completed" && row.TasksDone < row.TasksTotal);

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
