using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>What people can do with workflows, from a terminal, a page or a program. Each answers with a closed result.</summary>
public sealed class WorkflowDesk
{
    /// <summary>Characters that a goal may have.</summary>
    public const int LongestGoal = 20_000;

    private readonly IWorkflowJournal _journal;
    private readonly EventStream _stream;
    private readonly IWorkflowOutside _outside;
    private readonly Playbooks _playbooks;
    private readonly IDirectory _directory;
    private readonly ICrashPoints _crash;
    private readonly TimeProvider _time;
    private readonly Random _chance;

    internal WorkflowDesk(
        IWorkflowJournal journal, EventStream stream, IWorkflowOutside outside, Playbooks playbooks, IDirectory directory, ICrashPoints crash, TimeProvider time, Random chance) =>
        (_journal, _stream, _outside, _playbooks, _directory, _crash, _time, _chance) = (journal, stream, outside, playbooks, directory, crash, time, chance);

    /// <summary>Submits a goal, or joins the open workflow that pursues it already.</summary>
    public async Task<SubmitResult> SubmitAsync(SubmitRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Fault(request) is { } fault)
        {
            return new SubmitResult.Invalid(fault);
        }

        var id = request.KeyedId ?? PrefixedId.New<WorkflowId>(_time.GetUtcNow(), _chance);
        var playbook = _playbooks.Find(request.Playbook) ?? (request.Contract is null ? _playbooks.ByWording(request.Goal) : null);
        var submitted = new GoalSubmitted(
            new PrivateText(request.Requester, request.Goal.Trim()),
            request.Requester,
            request.Playbook,
            request.Contract is null ? playbook?.Singleton : null,
            request.Inputs,
            request.Deadline ?? request.Contract?.Deadline ?? _time.GetUtcNow() + playbook?.Deadline,
            request.Budget,
            request.Contract,
            request.Company,
            request.Parent,
            request.Priority)
        {
            Monitor = request.Monitor,
            SetOffBy = request.SetOffBy,
            Ancestry = request.Ancestry,
        };
        var result = await AppendAsync(id, submitted, request.Cause, cancellationToken);
        if (result is SubmitResult.Joined { Workflow: var open } && open != id && request.KeepsKey)
        {
            result = await RememberAsync(id, submitted, open, request.Cause, cancellationToken);
        }

        return request.Monitor is null && result is SubmitResult.Joined joined && joined.Workflow == request.KeyedId ? await OfBeforeAsync(id, request, playbook, cancellationToken) : result;
    }

    /// <summary>What came under the key before: the workflow that pursues it, or that it was another goal.</summary>
    private async Task<SubmitResult> OfBeforeAsync(WorkflowId id, SubmitRequest request, Playbook? playbook, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { State: var state } found)
        {
            return new SubmitResult.Joined(id);
        }

        // A goal that joined another in the moment in which it was handed in never was one of its own.
        var pursues = found.Events is [_, { Event: GoalCancelled { Joined: { } open } }, ..] ? open : id;
        return state.Submitted is { } first && !SameGoal.Is(request, first, playbook) ? new SubmitResult.Reused(pursues) : new SubmitResult.Joined(pursues);
    }

    /// <summary>
    /// Writes down that a goal under a key is pursued by another workflow, so that its sender's second try, whenever it comes, finds that one and begins nothing. It takes no singleton.
    /// </summary>
    private async Task<SubmitResult> RememberAsync(WorkflowId id, GoalSubmitted submitted, WorkflowId open, string cause, CancellationToken cancellationToken) =>
        await WriteAsync(id, submitted.Requester, [submitted with { Singleton = null }, Joined(open)], [], cause, cancellationToken) is AppendResult.Appended
            ? new SubmitResult.Joined(open)
            : new SubmitResult.Joined(id);

    /// <summary>A workflow with its events, private words open; null when there is none.</summary>
    public async Task<WorkflowSnapshot?> FindAsync(WorkflowId id, CancellationToken cancellationToken)
    {
        var events = await _stream.ReadAsync(id.ToString(), 0, cancellationToken);
        return events.IsEmpty ? null : new WorkflowSnapshot(WorkflowFold.Of(id, events), events);
    }

    /// <summary>Events behind <paramref name="afterSeq"/>, decoded, private words open.</summary>
    public Task<ImmutableArray<Recorded>> EventsAsync(WorkflowId id, int afterSeq, CancellationToken cancellationToken) =>
        _stream.ReadAsync(id.ToString(), afterSeq, cancellationToken);

    /// <summary>Says something to the manager, as long as there is one who reads it.</summary>
    public Task<OutsideResult> MessageAsync(WorkflowId id, string text, string person, CancellationToken cancellationToken) => MessageAsync(id, text, person, null, cancellationToken);

    /// <summary>The same; with a key, which is the sender's own, it is said once, however often it is sent. The same key with other words is <see cref="OutsideResult.Refused.IsReusedKey"/>.</summary>
    public async Task<OutsideResult> MessageAsync(WorkflowId id, string text, string person, string? key, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestGoal)
        {
            return new OutsideResult.Refused($"A message has 1 to {LongestGoal} characters.");
        }

        if (!Readable.Is(text))
        {
            return new OutsideResult.Refused($"The message {Readable.Fault}");
        }

        // A digest: what senders make keys of is theirs, and stays readable when a person is erased.
        var (mark, isReused) = (key is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{person}/{key}"))), false);
        var result = await _outside.AppendAsync(id, Decide, Actor.Person(person), cancellationToken);
        return result is OutsideResult.Refused refused && isReused ? refused with { IsReusedKey = true } : result;

        OutsideDecision Decide(WorkflowState state)
        {
            var before = mark is null ? null : state.Messages.FirstOrDefault(m => m.Key == mark);
            isReused = before is not null && before.Text.Words != text;
            return isReused ? new OutsideDecision.Refuse("The key came with another message before. Send a new message with a new key.")
                : before is not null ? new OutsideDecision.Append([])
                : state.IsFinal ? new OutsideDecision.Refuse("The workflow is over, so that nobody reads messages to it. Submit a new goal.")
                : new OutsideDecision.Append([new MessagePosted(new PrivateText(person, text), mark) { WantsAnswer = true }]);
        }
    }

    /// <summary>Stops for now.</summary>
    public Task<OutsideResult> PauseAsync(WorkflowId id, string reason, string person, CancellationToken cancellationToken) =>
        OneAsync(id, person, new WorkflowPaused(new PrivateText(person, reason)), cancellationToken);

    /// <summary>Lets it go on; not what is suspended, which goes on once that is lifted.</summary>
    public Task<OutsideResult> ResumeAsync(WorkflowId id, string person, CancellationToken cancellationToken) =>
        _outside.AppendAsync(
            id,
            state => state is { HeldBy: not null, IsFinal: false }
                ? new OutsideDecision.Refuse("The workflow is suspended, not paused: it goes on by itself once the suspension is lifted.")
                : new OutsideDecision.Append([new WorkflowResumed()]),
            Actor.Person(person),
            cancellationToken);

    /// <summary>Ends it; a call under way is still settled.</summary>
    public Task<OutsideResult> CancelAsync(WorkflowId id, string reason, string person, CancellationToken cancellationToken) =>
        OneAsync(id, person, new GoalCancelled(new PrivateText(person, reason)), cancellationToken);

    /// <summary>
    /// Ends a workflow because another, which is open, pursues its goal: that one is told what was asked for here, and whoever asked follows it from now on. Done again after a crash,
    /// it does what is left to do.
    /// </summary>
    public async Task<OutsideResult> JoinAsync(WorkflowId id, WorkflowId other, string person, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { State: { Submitted: { } submitted } joining })
        {
            return new OutsideResult.NotFound();
        }

        if (WhyNotJoin(joining, other) is { } fault)
        {
            return new OutsideResult.Refused(fault);
        }

        if (await FindAsync(other, cancellationToken) is not { } target)
        {
            return new OutsideResult.Refused($"There is no workflow {other}.");
        }

        var told = new PrivateText(submitted.Goal.Person, $"{id} was joined to this workflow. What was asked for there: {BriefText.Clip(submitted.Goal.Words, LongestGoal / 2)}");
        if (!target.State.Messages.Any(m => m.Text.Words == told.Words))
        {
            var said = await _outside.AppendAsync(
                other,
                state => state.IsFinal ? new OutsideDecision.Refuse($"{other} is over; there is nothing to join.") : new OutsideDecision.Append([new MessagePosted(told) { WantsAnswer = true }]),
                Actor.Person(person),
                cancellationToken);
            if (said is not OutsideResult.Appended)
            {
                return said;
            }
        }

        return await _outside.AppendAsync(
            id,
            state => WhyNotJoin(state, other) is { } late
                ? new OutsideDecision.Refuse(late)
                : IsJoinedBy(state, other) && string.CompareOrdinal(id.ToString(), other.ToString()) < 0
                ? new OutsideDecision.Refuse($"{other} joins this one.") // of two that join each other, one must go on
                : new OutsideDecision.Append([Joined(other)]),
            Actor.Person(person),
            cancellationToken);
    }

    private static bool IsJoinedBy(WorkflowState state, WorkflowId other) => state.Messages.Any(m => m.Text.Words.StartsWith($"{other} was joined to this workflow.", StringComparison.Ordinal));

    private static string? WhyNotJoin(WorkflowState joining, WorkflowId other) =>
        joining.Id == other ? "A workflow cannot join itself."
        : joining.IsFinal ? joining.JoinedTo == other ? $"It has joined {other} already." : "It is over; it can join nothing any more."
        : null;

    /// <summary>
    /// Takes back what a task may do. It and what was handed on from it ends at once: nothing of it starts after this, and what waits for people's approval
    /// waits no longer. A call under way is still settled.
    /// </summary>
    /// <param name="id">The workflow.</param>
    /// <param name="task">Whose grant.</param>
    /// <param name="reason">In the person's words.</param>
    /// <param name="person">Who takes it back: a person's id.</param>
    /// <param name="via">How, as <see cref="ApprovalDecided.Via"/> says it.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have landed.</param>
    public Task<OutsideResult> RevokeAsync(WorkflowId id, TaskId task, string reason, string person, string via, CancellationToken cancellationToken) =>
        _outside.AppendAsync(
            id,
            state => state.Task(task) is not { } found ? new OutsideDecision.Missing()
                : found.IsFinal ? new OutsideDecision.Refuse("The task is over; it can do nothing any more.")
                : new OutsideDecision.Append([.. VoidedApprovals.Of(state, task, person, via), new GrantRevoked(task, new PrivateText(person, reason))]),
            Actor.Person(person),
            cancellationToken);

    /// <summary>The new deadline that an answer to a missed one gives, or why it gives none.</summary>
    public static (DateTimeOffset? Deadline, string? Fault) ReadDeadline(string? words, DateTimeOffset now) => Deadlines.Read(words, now);

    private Task<OutsideResult> OneAsync(WorkflowId id, string person, WorkflowEvent fact, CancellationToken cancellationToken) =>
        _outside.AppendAsync(id, _ => new OutsideDecision.Append([fact]), Actor.Person(person), cancellationToken);

    private string? Fault(SubmitRequest request) =>
        string.IsNullOrWhiteSpace(request.Goal) ? "The goal is empty. Say in plain words what you want to achieve."
        : request.Goal.Length > LongestGoal ? $"The goal has {request.Goal.Length} characters; at most {LongestGoal} are taken. Put long material into inputs or a document."
        : !Readable.Is(request.Goal) || !Readable.Is(request.Inputs) ? $"The goal, or an input, {Readable.Fault}"
        : _directory.People.All(p => p.Id != request.Requester) ? $"There is no person '{request.Requester}' in people.yaml."
        : request.Playbook is { } name && _playbooks.Find(name) is null ? $"There is no playbook '{name}'. There are: {string.Join(", ", _playbooks.All.Select(p => p.Name))}."
        : request.Inputs.ToElement().ValueKind != JsonValueKind.Object ? "The inputs must be one JSON object."
        : request.Contract?.Acceptance.Select((check, i) => Fault(check, i + 1)).FirstOrDefault(f => f is not null);

    /// <summary>What keeps an acceptance check of the requester's own from being made.</summary>
    private static string? Fault(AcceptanceCheck check, int number) => check switch
    {
        { Tool: null, Is: null, Review: not null } => null,
        { Tool: not null, Is: { } condition, Review: null } => When.Parse(condition, WhenPosition.Start) is WhenParsed.Faulty faulty
            ? $"The condition of acceptance check {number} cannot be read: {faulty.Faults[0]}"
            : check.Args.ToElement().ValueKind != JsonValueKind.Object ? $"The arguments of acceptance check {number} must be one JSON object."
            : null,
        _ => $"Acceptance check {number} is neither a tool with a condition 'is' nor a 'review'.",
    };

    private async Task<SubmitResult> AppendAsync(WorkflowId id, GoalSubmitted submitted, string cause, CancellationToken cancellationToken)
    {
        ImmutableArray<Guard> guards = submitted.Singleton is { } key ? [new Guard.SingletonFree(key, id)] : [];
        switch (await WriteAsync(id, submitted.Requester, [submitted], guards, cause, cancellationToken))
        {
            case AppendResult.Appended:
                _crash.Pass(CrashPoint.AfterGoalSubmitted, id.ToString());
                return new SubmitResult.Created(id);
            case AppendResult.Conflict:
                return new SubmitResult.Joined(id);
            case AppendResult.Refused when !(await _journal.ReadAsync(id.ToString(), 0, 1, cancellationToken)).IsEmpty:
                // The idempotency key names a workflow of before; that somebody else has the singleton by now does not change it.
                return new SubmitResult.Joined(id);
            case AppendResult.Refused refused when PrefixedId.TryRead<WorkflowId>(refused.Detail, out var open):
                return new SubmitResult.Joined(open);
            case var other:
                throw new InvalidOperationException($"A submission came to {other}.");
        }
    }

    /// <summary>Begins a workflow with these events.</summary>
    private async Task<AppendResult> WriteAsync(
        WorkflowId id, string requester, ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, string cause, CancellationToken cancellationToken)
    {
        var (at, by, before) = (EventHash.Cut(_time.GetUtcNow()), Actor.Person(requester), WorkflowFold.Start(id));
        ImmutableArray<Recorded> facts = [.. events.Select((fact, i) => new Recorded(0, i + 1, at, by, fact))];
        var sealedEvents = await Task.WhenAll(facts.Select(f => _stream.SealAsync(f, cause, cancellationToken)));
        return await _journal.AppendAsync(
            new AppendRequest(id.ToString(), 0, null, [.. sealedEvents], guards, WorkflowView.Changes(before, facts, facts.Aggregate(before, WorkflowFold.Apply))), cancellationToken);
    }

    /// <summary>That another workflow pursues the goal instead.</summary>
    private static GoalCancelled Joined(WorkflowId other) => new(new PrivateText(Actor.System.Value, $"joined {other}"), other);
}

/// <summary>A goal as somebody hands it in.</summary>
/// <param name="Goal">In plain words, 1 to <see cref="WorkflowDesk.LongestGoal"/> characters.</param>
/// <param name="Requester">A person's id.</param>
/// <param name="Company">Digest of the configuration in force.</param>
public sealed record SubmitRequest(string Goal, string Requester, string Company)
{
    /// <summary>A playbook to follow; null leaves the choice to the manager.</summary>
    public string? Playbook { get; init; }

    /// <summary>Values that travel with the goal, an object.</summary>
    public JsonText Inputs { get; init; } = JsonText.EmptyObject;

    /// <summary>UTC; null for none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>A cap for the whole workflow; null for none of its own.</summary>
    public Amounts? Budget { get; init; }

    /// <summary>A contract of the requester's own; null when it is to be made.</summary>
    public Contract? Contract { get; init; }

    /// <summary>The same key from the same person gives the same workflow; null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>True where the key is the sender's own, who may send it again at any time: then it is kept where another workflow pursues the goal already, too.</summary>
    public bool KeepsKey { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>The monitor that submits it; null for a person.</summary>
    public string? Monitor { get; init; }

    /// <summary>Who set that monitor off by hand: a person's id. Null for nobody.</summary>
    public string? SetOffBy { get; init; }

    /// <summary>The workflow that it serves: what stops that one stops it. Null for none.</summary>
    public WorkflowId? Parent { get; init; }

    /// <summary>What led to that, all the way up: what stops one of them stops it. Null where nothing did.</summary>
    public Ancestry? Ancestry { get; init; }

    /// <summary>What led to it: <c>stream/seq</c>, or empty.</summary>
    public string Cause { get; init; } = string.Empty;

    /// <summary>The workflow that the idempotency key names; null without one.</summary>
    public WorkflowId? KeyedId => IdempotencyKey is { } key ? PrefixedId.Derive<WorkflowId>(Guid.Empty, $"{Requester}/{key}") : null;
}

/// <summary>What came of a submission.</summary>
public abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <summary>A new workflow.</summary>
    public sealed record Created(WorkflowId Workflow) : SubmitResult;

    /// <summary>The workflow that was there already: it, or the one that it joined, came under the same idempotency key, or it has the same singleton.</summary>
    public sealed record Joined(WorkflowId Workflow) : SubmitResult;

    /// <summary>Not taken: the idempotency key came with another goal before, which this workflow pursues.</summary>
    public sealed record Reused(WorkflowId Workflow) : SubmitResult
    {
        /// <summary>For whoever sent it.</summary>
        public string Reason => $"The idempotency key came with another goal before, which {Workflow} pursues. Send a new goal with a new key.";
    }

    /// <summary>Not taken.</summary>
    public sealed record Invalid(string Reason) : SubmitResult;
}

/// <summary>A workflow and the events that it is made of.</summary>
/// <param name="State">Folded.</param>
/// <param name="Events">All, oldest first.</param>
public sealed record WorkflowSnapshot(WorkflowState State, ImmutableArray<Recorded> Events);
