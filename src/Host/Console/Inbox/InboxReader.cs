using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Gathers an inbox.</summary>
internal sealed class InboxReader(IReadModels lists, WorkflowLook look, ApprovalDesk approvals, ApprovalCards cards, IDirectory directory)
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
        var cursor = place.List is null ? null : place.Cursor;
        var calls = Asked((InboxPlace.Mine, scope.Calls(cursor, limit)), (InboxPlace.Others, scope.OthersCalls(cursor, limit)));
        var questions = Asked((InboxPlace.ToMe, scope.Questions(cursor, limit)), (InboxPlace.ToOthers, scope.OthersQuestions(cursor, limit)));
        var tasks = Asked((InboxPlace.Tasks, new TaskQuery(Actor.Person(person.Id).Value, WaitsForPerson, cursor, limit)));
        var listed = await lists.ListAsync(
            new AskedLists { Approvals = [.. calls.Select(a => a.Query)], Escalations = [.. questions.Select(a => a.Query)], Tasks = [.. tasks.Select(a => a.Query)] }, cancellationToken);
        var next = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var (rows, todo) = (Taken(questions.Select(a => a.List).Zip(listed.Escalations)), Taken(tasks.Select(a => a.List).Zip(listed.Tasks)));
        look.Want(listed.Approvals.SelectMany(page => page.Items).Select(r => r.Workflow));
        var states = await look.ReadAsync(rows.Select(q => q.Workflow).Concat(todo.Select(t => t.Workflow)), cancellationToken);
        var inContext = new List<ApprovalInContext>();
        foreach (var ((list, query), page) in calls.Zip(listed.Approvals))
        {
            inContext.AddRange(Taken([(list, await approvals.InContextAsync(query, page, person.Id, look, isSeeking: list == InboxPlace.Mine, cancellationToken))]));
        }

        var found = (await cards.OfAsync(inContext, content, cancellationToken)).OrderBy(c => c.View.RequestedAt).ToLookup(c => c.IsMine);
        var asked =
            (from row in rows
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
                .. from row in todo
                   let state = states.GetValueOrDefault(row.Workflow)
                   let task = state?.Task(row.Task)
                   where task is not null
                   select TaskCard.Of(row, task, state, content.Plain),
            ])
        {
            Next = next.ToImmutable(),
        };

        ImmutableArray<(string List, TQuery Query)> Asked<TQuery>(params (string List, TQuery Query)[] all) => [.. all.Where(a => place.Has(a.List))];

        List<TRow> Taken<TRow>(IEnumerable<(string List, Page<TRow> Page)> pages)
        {
            var all = new List<TRow>();
            foreach (var (list, page) in pages)
            {
                all.AddRange(page.Items);
                if (page.Next is { } behind)
                {
                    next[list] = behind;
                }
            }

            return all;
        }
    }

    /// <summary>The questions of a workflow that was read already, open ones only.</summary>
    public ImmutableArray<QuestionCard> Questions(WorkflowState state, PageContent content) =>
    [
        .. state.Escalations.Values.Where(state.IsOpen).OrderBy(e => e.RaisedAt).Select(e => QuestionCard.Of(
            new EscalationRow(e.Raised.Escalation, state.Id, Written.Words(e.Raised.Kind.ToString()), e.Raised.Role, "open", e.Raised.Question, e.RaisedAt), e, state, content, directory)),
    ];
}
