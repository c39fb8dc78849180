using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What A2A's methods do, with the desks that the HTTP API has. Throws <see cref="A2aException"/> for what is refused.</summary>
internal sealed class A2aDesk(WorkflowDesk desk, EscalationAnswers answers, WorkflowFollower follower, A2aMapper mapper, IReadModels lists, LoadedCompany company, TimeProvider time)
{
    private const int MostTasks = 100;
    private const int UsualTasks = 50;
    private const string CancelReason = "Cancelled over A2A.";

    // Common clients and proxies give a reply five minutes to begin.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    /// <summary>Takes a message: a new goal, or words for one under way.</summary>
    public async Task<WorkflowId> TakeAsync(A2aSend sent, string person, CancellationToken cancellationToken)
    {
        if (sent.Task is { } known)
        {
            await ContinueAsync(known, sent, person, cancellationToken);
            return known;
        }

        var request = new SubmitRequest(sent.Words, person, company.Bundle.Hash)
        {
            Playbook = sent.Playbook,
            Inputs = sent.Data ?? JsonText.EmptyObject,
            Budget = company.Settings.Budget,
            IdempotencyKey = $"a2a/{sent.MessageId}/{sent.Fingerprint()}",
        };
        return await desk.SubmitAsync(request, cancellationToken) switch
        {
            SubmitResult.Created created => created.Workflow,
            SubmitResult.Joined joined => joined.Workflow,
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

    /// <summary>A page of tasks, newest first; of a state that several statuses are in, one status after the other.</summary>
    public async Task<A2aTaskPage> ListAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        if (A2aCall.Field(parameters, "statusTimestampAfter") is not null)
        {
            throw A2aException.Unsupported("Tasks are not found by when they changed. Leave 'statusTimestampAfter' out.");
        }

        var (size, state) = (A2aCall.OptionalWhole(parameters, "pageSize", 1, MostTasks) ?? UsualTasks, A2aCall.OptionalText(parameters, "status"));
        state = state == "TASK_STATE_UNSPECIFIED" ? null : state;
        if (state is not null && !A2aStates.All.Contains(state))
        {
            throw A2aException.Invalid($"'status' must be one of: {string.Join(", ", A2aStates.All)}.");
        }

        if (A2aCall.OptionalText(parameters, "contextId") is { } context)
        {
            var one = PrefixedId.TryRead<WorkflowId>(context, out var id) && await desk.FindAsync(id, cancellationToken) is { } found && (state is null || A2aStates.Of(found.State.ShownStatus) == state)
                ? ImmutableArray.Create(mapper.Map(found, A2aCall.OptionalWhole(parameters, "historyLength", 0, int.MaxValue) ?? 0))
                : [];
            return new A2aTaskPage(one, string.Empty, size, one.Length);
        }

        ImmutableArray<string?> statuses = state is null ? [null] : [.. A2aStates.StatusesOf(state).Select(StatusNames.Write)];
        var figures = (await lists.FiguresAsync(cancellationToken)).Workflows;
        var total = state is null ? figures.Values.Sum() : statuses.Sum(s => figures.GetValueOrDefault(s!));
        return statuses.IsEmpty
            ? new A2aTaskPage([], string.Empty, size, 0)
            : await PageAsync(statuses, A2aCall.OptionalText(parameters, "pageToken"), size, total, A2aCall.Flag(parameters, "includeArtifacts"), cancellationToken);
    }

    private async Task<A2aTaskPage> PageAsync(ImmutableArray<string?> statuses, string? token, int size, long total, bool withArtifacts, CancellationToken cancellationToken)
    {
        // "1.CURSOR": which status, and where in it.
        var (which, cursor) = token is null ? (0, null)
            : token.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && int.TryParse(token[..dot], out var index) && index >= 0 && index < statuses.Length ? (index, token[(dot + 1)..])
            : throw A2aException.Invalid("'pageToken' must be the 'nextPageToken' of the page before.");
        Page<WorkflowRow> page;
        try
        {
            page = await lists.WorkflowsAsync(new WorkflowQuery(statuses[which], Cursor: cursor is { Length: > 0 } ? cursor : null, Limit: size), cancellationToken);
        }
        catch (FormatException)
        {
            throw A2aException.Invalid("'pageToken' must be the 'nextPageToken' of the page before.");
        }

        var tasks = ImmutableArray.CreateBuilder<A2aTask>(page.Items.Length);
        foreach (var row in page.Items)
        {
            tasks.Add(withArtifacts ? await GetAsync(row.Workflow, 0, cancellationToken) : A2aMapper.Map(row));
        }

        var next = page.Next is { } further ? $"{which}.{further}" : which + 1 < statuses.Length ? $"{which + 1}." : string.Empty;
        return new A2aTaskPage(tasks.ToImmutable(), next, size, total);
    }

    private async Task ContinueAsync(WorkflowId id, A2aSend sent, string person, CancellationToken cancellationToken)
    {
        var (state, events) = await FindAsync(id, cancellationToken);
        if (sent.Data is { } data && data.ToElement() is var answer && answer.TryGetProperty("escalation", out _))
        {
            await AnswerAsync(state, answer, sent.Words, person, cancellationToken);
            return;
        }

        if (state.IsFinal)
        {
            throw A2aException.Unsupported($"The task is {StatusNames.Write(state.Status)}. Leave 'taskId' and 'contextId' out to begin another.");
        }

        if (sent.Data is not null || sent.Words.Length == 0)
        {
            throw A2aException.Invalid("To a task under way you can say something in words, or answer a question with the data {\"escalation\": \"es_…\", \"answer\": \"…\"}.");
        }

        if (!SecondTries.WasJustSaid(events, sent.Words, person, time.GetUtcNow()) && await desk.MessageAsync(id, sent.Words, person, cancellationToken) is OutsideResult.Refused refused)
        {
            throw A2aException.Unsupported(refused.Reason);
        }
    }

    private async Task AnswerAsync(WorkflowState state, JsonElement data, string words, string person, CancellationToken cancellationToken)
    {
        var answer = A2aCall.OptionalText(data, "answer") ?? throw A2aException.Invalid("'answer' is missing.");
        if (!PrefixedId.TryRead<EscalationId>(A2aCall.OptionalText(data, "escalation") ?? string.Empty, out var id) || !state.Escalations.TryGetValue(id, out var asked))
        {
            throw A2aException.Invalid("The task has no such question.");
        }

        if (asked.Choice == answer && asked.By == Actor.Person(person))
        {
            return; // the same answer, sent a second time
        }

        switch (await answers.GiveAsync(id, answer, words.Length > 0 ? words : null, person, cancellationToken))
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
