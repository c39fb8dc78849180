using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Gathers an inbox.</summary>
internal sealed class InboxReader(IReadModels lists, IWorkflowOutside workflows, ApprovalDesk approvals, ApprovalCards cards, IDirectory directory)
{
    private static readonly string WaitsForPerson = StatusNames.Write(WorkTaskStatus.WaitingPerson);

    /// <summary>As it is now. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    /// <param name="content">Who looks.</param>
    /// <param name="place">Where.</param>
    /// <param name="limit">Calls, questions and tasks that each list has at most; each one's workflow is read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<InboxList> ReadAsync(PageContent content, InboxPlace place, int limit, CancellationToken cancellationToken)
    {
        var person = content.Person!;
        var scope = InboxScope.Of(person, directory);
        var next = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        List<ApprovalInContext> calls =
        [
            .. await TakeAsync(InboxPlace.Mine, cursor => approvals.InContextAsync(scope.Calls(cursor, limit), person.Id, isSeeking: true, cancellationToken)),
            .. await TakeAsync(InboxPlace.Others, cursor => approvals.InContextAsync(scope.OthersCalls(cursor, limit), person.Id, isSeeking: false, cancellationToken)),
        ];
        List<EscalationRow> questions =
        [
            .. await TakeAsync(InboxPlace.ToMe, cursor => lists.EscalationsAsync(scope.Questions(cursor, limit), cancellationToken)),
            .. await TakeAsync(InboxPlace.ToOthers, cursor => lists.EscalationsAsync(scope.OthersQuestions(cursor, limit), cancellationToken)),
        ];
        List<TaskRow> tasks = [.. await TakeAsync(InboxPlace.Tasks, cursor => lists.TasksAsync(new TaskQuery(Actor.Person(person.Id).Value, WaitsForPerson, cursor, limit), cancellationToken))];
        var states = await workflows.ReadEachAsync(questions.Select(q => q.Workflow).Concat(tasks.Select(t => t.Workflow)), cancellationToken);
        var found = (await cards.OfAsync(calls, content, cancellationToken)).OrderBy(c => c.View.RequestedAt).ToLookup(c => c.IsMine);
        var asked =
            (from row in questions
             let state = states.GetValueOrDefault(row.Workflow)
             let question = state?.Escalations.GetValueOrDefault(row.Escalation)
             where question is not null
             select QuestionCard.Of(row, question, state, content, directory)).ToLookup(q => q.IsMine);
        return new InboxList(
            [.. found[true]],
            [.. found[false]],
            [.. asked[true]],
            [.. asked[false]],
            [
                .. from row in tasks
                   let state = states.GetValueOrDefault(row.Workflow)
                   let task = state?.Task(row.Task)
                   where task is not null
                   select TaskCard.Of(row, task, state, content.Plain),
            ])
        {
            Next = next.ToImmutable(),
        };

        async Task<ImmutableArray<T>> TakeAsync<T>(string list, Func<string?, Task<Page<T>>> read)
        {
            if (!place.Has(list))
            {
                return [];
            }

            var page = await read(place.List is null ? null : place.Cursor);
            if (page.Next is { } cursor)
            {
                next[list] = cursor;
            }

            return page.Items;
        }
    }

    /// <summary>The questions of a workflow that was read already, open ones only.</summary>
    public ImmutableArray<QuestionCard> Questions(WorkflowState state, PageContent content) =>
    [
        .. state.Escalations.Values.Where(state.IsOpen).OrderBy(e => e.RaisedAt).Select(e => QuestionCard.Of(
            new EscalationRow(e.Raised.Escalation, state.Id, Written.Words(e.Raised.Kind.ToString()), e.Raised.Role, "open", e.Raised.Question, e.RaisedAt), e, state, content, directory)),
    ];
}
