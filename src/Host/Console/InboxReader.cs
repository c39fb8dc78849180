using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What waits for people, as far as it stands on one page.</summary>
/// <param name="Approvals">Calls, oldest first; whoever looks can decide those that are theirs.</param>
/// <param name="Questions">Escalations, oldest first.</param>
/// <param name="Tasks">Tasks of whoever looks.</param>
/// <param name="Next">Where more calls stand; null at the end.</param>
internal sealed record InboxList(ImmutableArray<ApprovalCard> Approvals, ImmutableArray<QuestionCard> Questions, ImmutableArray<TaskCard> Tasks, string? Next)
{
    /// <summary>Calls that one decision can settle together: at least two that are theirs to decide.</summary>
    public IEnumerable<IGrouping<string, ApprovalCard>> Batches => Approvals.Where(a => a.IsMine).GroupBy(a => a.View.Batch).Where(g => g.Count() > 1);

    /// <summary>True when nothing is theirs to do.</summary>
    public bool IsClear => Approvals.All(a => !a.IsMine) && Questions.All(q => !q.IsMine) && Tasks.IsEmpty;
}

/// <summary>A question that only people can answer.</summary>
/// <param name="Item">The question.</param>
/// <param name="Goal">What its workflow is for.</param>
/// <param name="IsMine">Whether whoever looks may answer.</param>
internal sealed record QuestionCard(EscalationResource Item, string Goal, bool IsMine);

/// <summary>A task that whoever looks has to do.</summary>
/// <param name="Item">The task.</param>
/// <param name="Goal">What its workflow is for.</param>
/// <param name="Fields">What the deliverable asks for.</param>
internal sealed record TaskCard(InboxTaskResource Item, string Goal, ImmutableArray<DeliverableField> Fields);

/// <summary>Gathers an inbox.</summary>
internal sealed class InboxReader(IReadModels lists, IWorkflowOutside workflows, ApprovalDesk approvals, IDirectory directory, Catalog catalog)
{
    private static readonly string WaitsForPerson = StatusNames.Write(WorkTaskStatus.WaitingPerson);

    /// <summary>As it is now. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    /// <param name="content">Who looks.</param>
    /// <param name="cursor">Where the page begins; null for the first.</param>
    /// <param name="limit">Calls and questions that it has at most; each one's workflow is read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<InboxList> ReadAsync(PageContent content, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var person = content.Person!;
        var calls = await approvals.InContextAsync(new InboxQuery(ApprovalView.Pending, Cursor: cursor, Limit: limit), person.Id, cancellationToken);
        var questions = cursor is null ? (await lists.EscalationsAsync(new InboxQuery("open", Limit: limit), cancellationToken)).Items : [];
        var tasks = cursor is null ? (await lists.TasksAsync(Actor.Person(person.Id).Value, cancellationToken)).Where(t => t.Status == WaitsForPerson).ToList() : [];
        var states = await workflows.ReadEachAsync(questions.Select(q => q.Workflow).Concat(tasks.Select(t => t.Workflow)), cancellationToken);
        return new InboxList(
            [.. calls.Items.Select(c => ApprovalCard.Of(c, content, directory, catalog)).OrderByDescending(c => c.IsMine).ThenBy(c => c.View.RequestedAt)],
            [
                .. from row in questions
                   let state = states.GetValueOrDefault(row.Workflow)
                   let asked = state?.Escalations.GetValueOrDefault(row.Escalation)
                   where asked is not null
                   select Of(row, asked, state, person),
            ],
            [
                .. from row in tasks
                   let state = states.GetValueOrDefault(row.Workflow)
                   let task = state?.Task(row.Task)
                   where task is not null
                   select new TaskCard(InboxTaskResource.Of(row, task), state.Submitted!.Goal.Words, DeliverableField.Of(task.Task.Deliverable.Schema)),
            ],
            calls.Next);
    }

    /// <summary>The questions of a workflow that was read already, open ones only.</summary>
    public ImmutableArray<QuestionCard> Questions(WorkflowState state, Person person) =>
    [
        .. state.Escalations.Values.Where(state.IsOpen).OrderBy(e => e.RaisedAt).Select(e => Of(
            new EscalationRow(e.Raised.Escalation, state.Id, Written.Words(e.Raised.Kind.ToString()), e.Raised.Role, "open", e.Raised.Question, e.RaisedAt), e, state, person)),
    ];

    private QuestionCard Of(EscalationRow row, EscalationState asked, WorkflowState state, Person person) =>
        new(EscalationResource.Of(row, asked), state.Submitted!.Goal.Words, person.Roles.Contains(row.Role) || !directory.People.Any(p => p.Roles.Contains(row.Role)));
}
