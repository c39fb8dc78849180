namespace AiManager.ManagerAgent;

/// <summary>What people answer to a workflow's questions, and hand in for tasks of theirs: who may, with which words, and what comes of it.</summary>
public sealed class AnswerDesk
{
    private readonly IWorkflowOutside _outside;
    private readonly IDirectory _directory;
    private readonly TimeProvider _time;

    internal AnswerDesk(IWorkflowOutside outside, IDirectory directory, TimeProvider time) => (_outside, _directory, _time) = (outside, directory, time);

    /// <summary>Answers an escalation with one of its choices; a finding takes any words as <c>noted</c>.</summary>
    /// <param name="id">The workflow.</param>
    /// <param name="escalation">To which of its questions.</param>
    /// <param name="choice">One of its choices; to a finding, anything.</param>
    /// <param name="words">The person's own; null for none.</param>
    /// <param name="person">Who answers: a person's id.</param>
    /// <param name="via">How, as <see cref="EscalationAnswered.Via"/> says it.</param>
    /// <param name="cancellationToken">Stops waiting; the answer may still have landed.</param>
    public async Task<AnswerResult> AnswerAsync(WorkflowId id, EscalationId escalation, string choice, string? words, string person, string via, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choice);
        AnswerResult? refusal = null;
        var result = await _outside.AppendAsync(id, Decide, Actor.Person(person), cancellationToken);
        return result switch
        {
            OutsideResult.Appended appended => new AnswerResult.Given(appended.State),
            OutsideResult.NotFound => new AnswerResult.NotFound(),
            OutsideResult.Refused refused => refusal ?? new AnswerResult.Conflict(refused.Reason),
            _ => throw new InvalidOperationException($"An answer came to {result}."),
        };

        OutsideDecision Decide(WorkflowState state)
        {
            (var facts, refusal) = Judge(state, escalation, new Answer(choice, words, person, via));
            return refusal is null ? new OutsideDecision.Append([.. facts]) : new OutsideDecision.Refuse(refusal.Why!);
        }
    }

    /// <summary>Hands in a person's deliverable. It must satisfy its contract's schema; the errors are named.</summary>
    public Task<OutsideResult> DeliverAsync(WorkflowId id, TaskId task, JsonText deliverable, string person, CancellationToken cancellationToken) =>
        _outside.AppendAsync(id, state => Deliver(state, task, deliverable, person), Actor.Person(person), cancellationToken);

    /// <summary>What is written down of an answer, or why nothing is: first who answers, then whether it is an answer, then whether the question still stands.</summary>
    private (WorkflowEvent[] Facts, AnswerResult? Refusal) Judge(WorkflowState state, EscalationId escalation, Answer given)
    {
        if (!state.Escalations.TryGetValue(escalation, out var open))
        {
            return ([], new AnswerResult.NotFound());
        }

        var raised = open.Raised;
        if (!MayAnswer(raised.Role, given.Person))
        {
            return ([], new AnswerResult.Forbidden($"Only somebody with the role '{raised.Role}' may answer."));
        }

        // Whose own call it is said nothing of it when it was approved, and says nothing of sending it again.
        if (raised is { Kind: EscalationKind.UnknownCall, Call: { } call } && given.Choice is WorkflowState.Again or WorkflowState.Happened && state.Approvals.Values.Any(a => a.Requested.Call == call && a.IsExcluded(given.Person)))
        {
            return ([], new AnswerResult.Forbidden("Whoever cannot approve the call cannot say that it is sent again, nor that it happened."));
        }

        if (given.Choice.Length > WorkflowDesk.LongestGoal || given.Words?.Length > WorkflowDesk.LongestGoal)
        {
            return ([], new AnswerResult.Invalid(given.Choice.Length > WorkflowDesk.LongestGoal ? "answer" : "words", $"has more than {WorkflowDesk.LongestGoal} characters."));
        }

        if (!raised.Choices.Contains(given.Choice))
        {
            if (raised.Kind != EscalationKind.Finding || !raised.Choices.Contains(EscalationState.Noted) || string.IsNullOrWhiteSpace(given.Choice))
            {
                return ([], new AnswerResult.Invalid("answer", $"must be one of: {string.Join(", ", raised.Choices)}."));
            }

            given = given with { Choice = EscalationState.Noted, Words = given.Words is null ? given.Choice : $"{given.Choice}\n{given.Words}" };
        }

        var answered = new EscalationAnswered(escalation, given.Choice, given.Words is null ? null : new PrivateText(given.Person, given.Words)) { Via = given.Via };
        var extends = raised.Kind == EscalationKind.MissedDeadline && given.Choice == Deadlines.Extend;
        var (deadline, fault) = extends ? Deadlines.Read(given.Words, _time.GetUtcNow()) : (null, null);
        return fault is not null ? ([], new AnswerResult.Invalid("words", "must say the new deadline. " + fault))
            : open.Choice is not null ? ([], new AnswerResult.Conflict($"{PlainWords.Of(_directory).Who(open.By?.Value)} already answered '{open.Choice}'."))
            : !state.IsOpen(open) ? ([], new AnswerResult.Conflict("It is over; nobody need answer any more."))
            : deadline is { } until ? ([answered, new DeadlineExtended(raised.Task, until)], null)
            : ([answered], null);
    }

    private static OutsideDecision Deliver(WorkflowState state, TaskId id, JsonText deliverable, string person)
    {
        if (state.Task(id) is not { Status: WorkTaskStatus.WaitingPerson } task || task.Executor?.Actor != Actor.Person(person))
        {
            return new OutsideDecision.Refuse("This task does not wait for you.");
        }

        var errors = ReplyReader.Read(deliverable.Text, task.Task.Deliverable.Schema, out var value, out var cannot);
        return cannot is not null ? new OutsideDecision.Append([new TaskBlocked(id, cannot, Final: false)])
            : errors.IsEmpty ? new OutsideDecision.Append([new DeliverableSubmitted(id, value)])
            : new OutsideDecision.Refuse(string.Join("; ", errors));
    }

    /// <summary>Whoever holds the role; where nobody does, anybody who works here, so that no workflow waits for ever.</summary>
    private bool MayAnswer(string role, string person) =>
        _directory.People.FirstOrDefault(p => p.Id == person) is { } known && (known.Roles.Contains(role) || !_directory.People.Any(p => p.Roles.Contains(role)));

    private sealed record Answer(string Choice, string? Words, string Person, string Via);
}

/// <summary>What came of an answer.</summary>
public abstract record AnswerResult
{
    private AnswerResult()
    {
    }

    /// <summary>Why it does not count, as a sentence; null where it does.</summary>
    public abstract string? Why { get; }

    /// <summary>It counts.</summary>
    /// <param name="State">The workflow with it.</param>
    public sealed record Given(WorkflowState State) : AnswerResult
    {
        /// <inheritdoc/>
        public override string? Why => null;
    }

    /// <summary>There is no such question.</summary>
    public sealed record NotFound : AnswerResult
    {
        /// <inheritdoc/>
        public override string Why => "There is no such question.";
    }

    /// <summary>This person may not answer.</summary>
    public sealed record Forbidden(string Reason) : AnswerResult
    {
        /// <inheritdoc/>
        public override string Why => Reason;
    }

    /// <summary>The answer is none.</summary>
    /// <param name="Field">Which part of it.</param>
    /// <param name="Reason">What about it; follows the field's name.</param>
    public sealed record Invalid(string Field, string Reason) : AnswerResult
    {
        /// <inheritdoc/>
        public override string Why => $"'{Field}' {Reason}";
    }

    /// <summary>It was answered already, or is over.</summary>
    public sealed record Conflict(string Reason) : AnswerResult
    {
        /// <inheritdoc/>
        public override string Why => Reason;
    }
}
