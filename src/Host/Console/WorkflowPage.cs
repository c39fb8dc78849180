using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Everything that stands on a workflow's page.</summary>
/// <param name="Workflow">As everybody outside sees it.</param>
/// <param name="State">Folded.</param>
/// <param name="Risks">What about it should worry somebody.</param>
/// <param name="Graph">The plan, drawn.</param>
/// <param name="Talk">The conversation.</param>
/// <param name="Approvals">Calls that wait.</param>
/// <param name="Questions">Questions that wait.</param>
/// <param name="Tasks">Tasks of whoever looks.</param>
/// <param name="Spend">What is spent.</param>
/// <param name="Revisions">Versions of the plan.</param>
/// <param name="Seqs">An event's place in the workflow, by its place in the journal.</param>
internal sealed record WorkflowPage(
    WorkflowResource Workflow,
    WorkflowState State,
    ImmutableArray<string> Risks,
    PlanGraph Graph,
    ImmutableArray<StoryLine> Talk,
    ImmutableArray<ApprovalCard> Approvals,
    ImmutableArray<QuestionCard> Questions,
    ImmutableArray<TaskCard> Tasks,
    ImmutableArray<SpendLine> Spend,
    ImmutableArray<PlanRevision> Revisions,
    IReadOnlyDictionary<long, int> Seqs)
{
    /// <summary>The part of the conversation that is shown; the timeline has all of it.</summary>
    private const int MostTalk = 60;

    /// <summary>True when nothing more will happen.</summary>
    public bool IsOver => State.IsFinal;

    /// <summary>True when somebody stopped it for now.</summary>
    public bool IsPaused => State.Status == WorkflowStatus.Paused;

    /// <summary>Where the timeline shows an event.</summary>
    public string AddressOf(long position) => Seqs.TryGetValue(position, out var seq) ? $"/workflows/{Workflow.Id}/timeline?zoom=all&after={Math.Max(0, seq - 3)}#e{seq}" : $"/workflows/{Workflow.Id}/timeline";

    /// <summary>Makes it. Pure but for what the parts look up.</summary>
    public static WorkflowPage Of(WorkflowSnapshot found, PageContent content, WorkflowMapper mapper, ApprovalDesk approvals, InboxReader inbox, IDirectory directory, Catalog catalog)
    {
        var (state, person) = (found.State, content.Person!);
        var talk = new Story(state, content.Who).Tell(found.Events).Where(l => l.Weight == StoryWeight.Talk).ToList();
        return new WorkflowPage(
            mapper.Map(found),
            state,
            RiskWords.Of(state, content.Now),
            PlanGraph.Of([.. state.Tasks.Where(t => t.Status != WorkTaskStatus.Cancelled || state.IsFinal).Select(t => Item(t, state, content))]),
            [.. talk.Skip(Math.Max(0, talk.Count - MostTalk))],
            state.IsFinal ? [] : [.. approvals.InContext(state, person.Id).Where(a => a.View.Status == ApprovalView.Pending).Select(a => ApprovalCard.Of(a, content, directory, catalog))],
            inbox.Questions(state, person),
            [
                .. state.Tasks.Where(t => t.Status == WorkTaskStatus.WaitingPerson && t.Executor?.Actor == Actor.Person(person.Id)).Select(t => new TaskCard(
                    InboxTaskResource.Of(new TaskRow(t.Task.Id, state.Id, t.Task.Key, t.Task.Title, StatusNames.Write(t.Status), t.Executor!.Actor.Value, t.Task.Deadline), t),
                    state.Submitted!.Goal.Words,
                    DeliverableField.Of(t.Task.Deliverable.Schema))),
            ],
            SpendLine.Of(state, content.Company!.Currency),
            PlanRevision.Of(found.Events),
            found.Events.ToDictionary(e => e.Position, e => e.Seq));
    }

    private static PlanItem Item(TaskState task, WorkflowState state, PageContent content) => new(
        task.Task.Id.ToString(),
        task.Task.Title,
        StatusNames.Write(task.Status),
        task.Task.ForEach is not null ? "one for each" : content.Who(task.Executor?.Actor.Value),
        task.Task.Deadline is { } due && due < content.Now && !task.IsFinal ? "late"
            : state.LowBudgets.Any(b => b.Task == task.Task.Id) ? "budget"
            : task.Reason is not null && !task.IsFinal && task.Status != WorkTaskStatus.Blocked ? "again"
            : null,
        [.. task.Task.Needs.Select(n => n.ToString())],
        task.Task.Template?.ToString());
}

/// <summary>A stretch of a workflow's timeline.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="Goal">In the requester's words.</param>
/// <param name="Zoom"><c>compact</c>, <c>all</c> or <c>raw</c>.</param>
/// <param name="Lines">Oldest first.</param>
/// <param name="Raw">Each line's payload, by seq; only for <c>raw</c>.</param>
/// <param name="After">The seq before the first line.</param>
/// <param name="Last">The workflow's last seq.</param>
internal sealed record TimelinePage(
    WorkflowId Workflow, string Goal, string Zoom, ImmutableArray<StoryLine> Lines, IReadOnlyDictionary<int, string> Raw, int After, int Last)
{
    /// <summary>Events on one page.</summary>
    public const int Size = 100;

    /// <summary>How far one can look.</summary>
    public static readonly ImmutableArray<string> Zooms = ["compact", "all", "raw"];

    /// <summary>The same at another place.</summary>
    public string Address(int after, string? zoom = null) => $"/workflows/{Workflow}/timeline?zoom={zoom ?? Zoom}&after={Math.Max(0, after)}";
}
