using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What A2A's methods do, with the desks that the HTTP API has. Throws <see cref="A2aException"/> for what is refused.</summary>
internal sealed class A2aDesk(WorkflowDesk desk, EscalationAnswers answers, WorkflowFollower follower, A2aMapper mapper, IReadModels lists, LoadedCompany company)
{
    private const int MostTasks = 100;
    private const int UsualTasks = 50;
    private const string CancelReason = "Cancelled over A2A.";

    // Common clients and proxies give a reply five minutes to begin.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    /// <summary>Takes a message: a new goal, or words for one under way.</summary>
    public async Task<WorkflowId> TakeAsync(A2aSend sent, Caller caller, CancellationToken cancellationToken)
    {
        if (sent.Task is { } known)
        {
            await ContinueAsync(known, sent, caller, cancellationToken);
            return known;
        }

        var id = $"a2a/{sent.MessageId}";
        var request = new SubmitRequest(sent.Words, caller.Person, company.Bundle.Hash)
        {
            Playbook = sent.Playbook,
            Inputs = sent.Data ?? JsonText.EmptyObject,
            Budget = company.Settings.Budget,
            IdempotencyKey = id,
            KeepsKey = true,
        };

        // The release before made the key of the words too: what it began is not begun again because its message comes once more.
        if ((request with { IdempotencyKey = $"{id}/{sent.Fingerprint()}" }).KeyedId is { } begun && await desk.FindAsync(begun, cancellationToken) is not null)
        {
            return begun;
        }

        return await desk.SubmitAsync(request, cancellationToken) switch
        {
            SubmitResult.Created created => created.Workflow,
            SubmitResult.Joined joined => joined.Workflow,
            SubmitResult.Reused reused => throw A2aException.Invalid($"'messageId' came with another goal before, which {reused.Workflow} pursues. Give each message an id of its own."),
            SubmitResult.Invalid invalid => throw A2aException.Invalid(invalid.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Waits until nothing goes on without somebody, or for as long as a caller can be kept waiting.</summary>
    public async Task<A2aTask> WaitAsync(WorkflowId id, int? history, CancellationToken cancellationToken)
    {
        WorkflowSnapshot? last = null;
        await foreach (var seen in follower.FollowAsync(id, Longest, cancellationToken))
        {
            last = seen ?? last;
            if (last is not null && A2aStates.IsAtRest(last.State))
            {
                break;
            }
        }

        return mapper.Map(last ?? throw A2aException.NoTask(), history);
    }

    /// <summary>A task.</summary>
    public async Task<A2aTask> GetAsync(WorkflowId id, int? history, CancellationToken cancellationToken) => mapper.Map(await FindAsync(id, cancellationToken), history);

    /// <summary>A workflow that is there.</summary>
    public async Task<WorkflowSnapshot> FindAsync(WorkflowId id, CancellationToken cancellationToken) => await desk.FindAsync(id, cancellationToken) ?? throw A2aException.NoTask();

    /// <summary>Ends a task.</summary>
    public async Task<A2aTask> CancelAsync(WorkflowId id, string person, CancellationToken cancellationToken) => await desk.CancelAsync(id, CancelReason, person, cancellationToken) switch
    {
        OutsideResult.Appended => await GetAsync(id, null, cancellationToken),
        OutsideResult.NotFound => throw A2aException.NoTask(),
        OutsideResult.Refused refused => throw A2aException.NotCancelable(refused.Reason),
        _ => throw new UnreachableException(),
    };

    /// <summary>A page of tasks, by when their status changed, the latest first.</summary>
    public async Task<A2aTaskPage> ListAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var (size, state) = (A2aCall.OptionalWhole(parameters, "pageSize", 1, MostTasks) ?? UsualTasks, A2aCall.OptionalText(parameters, "status"));
        var (shape, since) = (Shape(parameters), Since(parameters));
        state = state == "TASK_STATE_UNSPECIFIED" ? null : state;
        if (state is not null && !A2aStates.All.Contains(state))
        {
            throw A2aException.Invalid($"'status' must be one of: {string.Join(", ", A2aStates.All)}.");
        }

        if (A2aCall.OptionalText(parameters, "contextId") is { } context)
        {
            var one = PrefixedId.TryRead<WorkflowId>(context, out var id) && await desk.FindAsync(id, cancellationToken) is { } found
                && (state is null || A2aStates.Of(found.State.ShownStatus) == state) && !(found.State.UpdatedAt < since)
                ? ImmutableArray.Create(shape.Of(mapper.Map(found, shape.History)))
                : [];
            return new A2aTaskPage(one, string.Empty, size, one.Length);
        }

        ImmutableArray<string> statuses = state is null ? [] : [.. A2aStates.StatusesOf(state).Select(StatusNames.Write)];
        return state is not null && statuses.IsEmpty
            ? new A2aTaskPage([], string.Empty, size, 0)
            : await PageAsync(new ChangedQuery(statuses, since, A2aCall.OptionalText(parameters, "pageToken"), size), shape, cancellationToken);
    }

    private async Task<A2aTaskPage> PageAsync(ChangedQuery query, ListShape shape, CancellationToken cancellationToken)
    {
        Page<WorkflowRow> page;
        try
        {
            page = await lists.ChangedWorkflowsAsync(query, cancellationToken);
        }
        catch (FormatException)
        {
            throw A2aException.Invalid("'pageToken' must be the 'nextPageToken' of the page before.");
        }

        var tasks = ImmutableArray.CreateBuilder<A2aTask>(page.Items.Length);
        foreach (var row in page.Items)
        {
            // A row has no history and no artifacts: who wants either has the workflow read.
            tasks.Add(!shape.ReadsWorkflows ? A2aMapper.Map(row) : shape.Of(await GetAsync(row.Workflow, shape.History, cancellationToken)));
        }

        return new A2aTaskPage(tasks.ToImmutable(), page.Next ?? string.Empty, query.Limit, await lists.CountChangedAsync(query, cancellationToken));
    }

    /// <summary>Whether a list takes reading each of its workflows.</summary>
    public static bool ReadsWorkflows(JsonElement parameters) => Shape(parameters).ReadsWorkflows;

    private static ListShape Shape(JsonElement parameters) =>
        new(A2aCall.Flag(parameters, "includeArtifacts"), A2aCall.OptionalWhole(parameters, "historyLength", 0, int.MaxValue) ?? 0);

    private static DateTimeOffset? Since(JsonElement parameters) => A2aCall.OptionalText(parameters, "statusTimestampAfter") is not { } text ? null
        : RequestText.TryReadTime(text, out var time) ? time
        : throw A2aException.Invalid("'statusTimestampAfter' must be a time as in RFC 3339, such as 2026-01-31T08:00:00Z.");

    /// <summary>How much of each task a list shows.</summary>
    private sealed record ListShape(bool HasArtifacts, int History)
    {
        /// <summary>True where rows do not say that much.</summary>
        public bool ReadsWorkflows => HasArtifacts || History > 0;

        /// <summary>The task with that much.</summary>
        public A2aTask Of(A2aTask task) => HasArtifacts ? task : task with { Artifacts = null };
    }

    private async Task ContinueAsync(WorkflowId id, A2aSend sent, Caller caller, CancellationToken cancellationToken)
    {
        var state = (await FindAsync(id, cancellationToken)).State;
        if (sent.Data is { } data && data.ToElement() is var answer && answer.TryGetProperty("escalation", out _))
        {
            await AnswerAsync(state, answer, sent.Words, caller, cancellationToken);
            return;
        }

        if (sent.Data is not null || sent.Words.Length == 0)
        {
            throw state.IsFinal ? Over(state) : A2aException.Invalid("To a task under way you can say something in words, or answer a question with the data {\"escalation\": \"es_…\", \"answer\": \"…\"}.");
        }

        // What was said in time may come again when the task is over.
        if (await desk.MessageAsync(id, sent.Words, caller.Person, "a2a/" + sent.MessageId, cancellationToken) is OutsideResult.Refused refused)
        {
            throw refused.IsReusedKey ? A2aException.Invalid($"'messageId' came with other words before. {refused.Reason}")
                : state.IsFinal ? Over(state)
                : A2aException.Unsupported(refused.Reason);
        }
    }

    private static A2aException Over(WorkflowState state) =>
        A2aException.Unsupported($"The task is {StatusNames.Write(state.Status)}. Leave 'taskId' and 'contextId' out to begin another.");

    private async Task AnswerAsync(WorkflowState state, JsonElement data, string words, Caller caller, CancellationToken cancellationToken)
    {
        var answer = A2aCall.OptionalText(data, "answer") ?? throw A2aException.Invalid("'answer' is missing.");
        if (!PrefixedId.TryRead<EscalationId>(A2aCall.OptionalText(data, "escalation") ?? string.Empty, out var id) || !state.Escalations.TryGetValue(id, out var asked))
        {
            throw A2aException.Invalid("The task has no such question.");
        }

        if (asked.Choice == answer && asked.By == Actor.Person(caller.Person))
        {
            return; // the same answer, sent a second time
        }

        switch (await answers.GiveAsync(id, answer, words.Length > 0 ? words : null, caller, cancellationToken))
        {
            case AnswerResult.Given:
                return;
            case AnswerResult.NotFound:
                throw A2aException.NoTask();
            case AnswerResult.Invalid invalid:
                throw A2aException.Invalid($"'{invalid.Field}' {invalid.Reason}");
            case AnswerResult.Forbidden { Reason: var reason }:
                throw A2aException.Unsupported(reason);
            case AnswerResult.Conflict { Reason: var reason }:
                throw A2aException.Unsupported(reason);
            default:
                throw new UnreachableException();
        }
    }
}
