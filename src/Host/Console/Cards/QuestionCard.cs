using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>A question that only people can answer, with what somebody needs in order to answer it where they stand.</summary>
/// <param name="Item">The question.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Goal">What its workflow is for.</param>
/// <param name="IsMine">Whether whoever looks may answer.</param>
/// <param name="Answerers">Who may, by name; empty when anybody may, because nobody holds its role.</param>
/// <param name="Choices">Each answer that the program understands, and what follows from it; empty words where that is for the manager to see.</param>
/// <param name="Tried">What happened before; empty for nothing.</param>
/// <param name="Spend">What the goal has spent and has left.</param>
/// <param name="Deadline">When it, its task or its goal is due; null for never.</param>
internal sealed record QuestionCard(
    EscalationResource Item,
    EscalationKind Kind,
    string Goal,
    bool IsMine,
    ImmutableArray<string> Answerers,
    ImmutableArray<(string Choice, string Follows)> Choices,
    ImmutableArray<string> Tried,
    ImmutableArray<SpendLine> Spend,
    DateTimeOffset? Deadline)
{
    /// <summary>The question, with people by their names.</summary>
    public string Question { get; init; } = Item.Question;

    /// <summary>Of a goal that is not met: what keeps it from that, a sentence each. Empty for other questions, and where its words are not those of its workflow as it stands.</summary>
    public ImmutableArray<string> Why { get; init; } = [];

    /// <summary>The results that showed it.</summary>
    public ImmutableArray<(string Tool, string Condition, JsonText Result)> LookedAt { get; init; } = [];

    /// <summary>True for what is only to be known: no work waits for it.</summary>
    public bool IsNote => Item.Choices is [EscalationState.Noted];

    /// <summary>False where every answer has its price, so that none of them may look like the usual one.</summary>
    public bool HasUsualAnswer => Kind is not (EscalationKind.UnmetGoal or EscalationKind.UnknownCall);

    /// <summary>Makes it. Pure.</summary>
    /// <param name="row">As lists have it.</param>
    /// <param name="asked">As its workflow has it.</param>
    /// <param name="state">The workflow.</param>
    /// <param name="content">Who looks.</param>
    /// <param name="directory">Who holds which role.</param>
    public static QuestionCard Of(EscalationRow row, EscalationState asked, WorkflowState state, PageContent content, IDirectory directory)
    {
        var holders = directory.People.Where(p => p.Roles.Contains(row.Role)).ToList();
        var task = asked.Raised.Task is { } id ? state.Task(id) : null;
        return new QuestionCard(
            EscalationResource.Of(row, EscalationDetails.Of(asked), content.Plain),
            asked.Raised.Kind,
            Visible.Of(state.Submitted!.Goal.Words),
            holders.Count == 0 || holders.Any(p => p.Id == content.Person!.Id),
            [.. holders.Select(p => p.Name)],
            [.. asked.Raised.Choices.Select(c => (c, Follows(asked.Raised, c)))],
            [.. Before(state, asked, task, content)],
            SpendLine.Of(state, content.Company!.Currency),
            asked.Raised.Deadline ?? task?.Task.Deadline ?? state.Deadline)
        {
            Question = Visible.Of(content.Plain.Read(row.Question)),
            Why = asked.Raised.Kind == EscalationKind.UnmetGoal ? WhyUnmet(asked.Raised.Question, state, content) : [],
            LookedAt = asked.Raised.Kind == EscalationKind.UnmetGoal ? [.. Looks(asked.Raised.Question, state)] : [],
        };
    }

    /// <summary>The checks that do not hold and the tasks that failed, as far as the question is about them; if it says of one what it does not say any more, it is shown as it was asked.</summary>
    private static ImmutableArray<string> WhyUnmet(string question, WorkflowState state, PageContent content)
    {
        var failed = state.Tasks.Where(t => t.Status == WorkTaskStatus.Failed && state.IsInForce(t) && t.Reason is not null).ToList();
        var unmet = state.Acceptance.Where(a => !a.Held).ToList();
        return unmet.All(a => question.Contains(a.Reason, StringComparison.Ordinal)) && failed.All(t => question.Contains(t.Reason!, StringComparison.Ordinal))
            ? [.. unmet.Select(a => a.Reason).Concat(failed.Select(t => $"{t.Task.Title} failed: {t.Reason}{EffectWords.After(state, t)}")).Select(w => Visible.Of(content.Plain.Read(w)))]
            : [];
    }

    private static IEnumerable<(string Tool, string Condition, JsonText Result)> Looks(string question, WorkflowState state) =>
        from check in state.Acceptance
        where !check.Held && question.Contains(check.Reason, StringComparison.Ordinal)
        let agreed = state.Agreed?.Contract.Acceptance.ElementAtOrDefault(check.Index)
        where agreed is { Tool: not null, Is: not null }
        let settled = check.Call is { } call ? state.Calls.GetValueOrDefault(call)?.Settled : null
        where settled is { Outcome: CallOutcome.Succeeded }
        select (agreed.Tool, agreed.Is, settled.Result);

    private static string Follows(Escalated raised, string choice) => (raised.Kind, choice) switch
    {
        (EscalationKind.BlockedTask, "retry") => "The task is tried again; your words go with it.",
        (EscalationKind.BlockedTask, "skip") => "The task ends as failed, and what builds on it does not begin. What it has done stays done.",
        (EscalationKind.BlockedTask or EscalationKind.UnmetGoal or EscalationKind.Model, "giveUp") => "The whole goal ends as failed.",
        (EscalationKind.UnknownCall, "happened") => "The call counts as made, and the task goes on.",
        (EscalationKind.UnknownCall, WorkflowState.Again) => "The call is sent once more: if it did happen, it happens twice.",
        (EscalationKind.UnknownCall, "giveUp") => "The call stays unknown for ever, and its task ends as failed.",
        (EscalationKind.UnmetGoal, "accept") => "The goal ends as completed, as it is.",
        (EscalationKind.UnmetGoal, "retry") => "The plan runs again, from how things stand by now. What was done stays done.",
        (EscalationKind.ContractChange, SteeringFold.Agree) => "That is what the goal means from now on, and the plan is made anew.",
        (EscalationKind.ContractChange, SteeringFold.Keep) => "What was agreed stays, and work goes on.",
        (EscalationKind.Model, "retry") => "The manager asks its model again.",
        (EscalationKind.MissedDeadline, "extend") => "It gets the deadline that you write, such as 2026-12-31T17:00:00Z.",
        (EscalationKind.MissedDeadline, "reassign") => "Somebody else gets the task and begins anew.",
        (EscalationKind.MissedDeadline, "skip") => "The task ends undone, and what builds on it does not begin.",
        (EscalationKind.MissedDeadline, "goOn") => "It goes on without a deadline.",
        (EscalationKind.MissedDeadline, "giveUp") => "The whole goal ends as failed.",
        (_, EscalationState.Noted) => "It is kept with your words; no work waits for it.",
        _ => string.Empty,
    };

    private static IEnumerable<string> Before(WorkflowState state, EscalationState asked, TaskState? task, PageContent content)
    {
        if (task is not null)
        {
            yield return $"It is about the task “{Visible.Of(task.Task.Title)}”, {Written.Status(StatusNames.Write(task.Status))}.";
            if (!task.Tried.IsEmpty)
            {
                yield return $"Done so far by {string.Join(", then ", task.Tried.Select(a => content.Who(a.Value)))}.";
            }

            if (task.Retries > 0)
            {
                yield return $"Tried again {Written.Times(task.Retries)} with feedback.";
            }

            if (task.Submissions > 0)
            {
                yield return task.Submissions == 1 ? "One deliverable was handed in." : $"{task.Submissions} deliverables were handed in.";
            }
        }

        var same = state.Escalations.Values.Count(e => e.Raised.Kind == asked.Raised.Kind && e.Raised.Task == asked.Raised.Task && e.RaisedSeq < asked.RaisedSeq);
        if (same > 0)
        {
            yield return $"The same was asked {Written.Times(same)} before.";
        }
    }
}

/// <summary>A task that whoever looks has to do.</summary>
/// <param name="Item">The task.</param>
/// <param name="Goal">What its workflow is for.</param>
/// <param name="Fields">What the deliverable asks for.</param>
/// <param name="Given">What came out of the tasks that it builds on, by their titles.</param>
internal sealed record TaskCard(InboxTaskResource Item, string Goal, ImmutableArray<DeliverableField> Fields, ImmutableArray<(string Title, JsonText Deliverable)> Given)
{
    /// <summary>When it came back to whoever has it, and why, in words; null while it has not. No time where nobody was asked before.</summary>
    public (DateTimeOffset? At, string Why)? CameBack { get; init; }

    /// <summary>What was handed in last; JSON null for nothing.</summary>
    public JsonText HandedIn { get; init; }

    /// <summary>Makes it. Pure.</summary>
    /// <param name="row">As lists have it.</param>
    /// <param name="task">As its workflow has it.</param>
    /// <param name="state">The workflow.</param>
    /// <param name="plain">Sentences as whoever looks reads them.</param>
    public static TaskCard Of(TaskRow row, TaskState task, WorkflowState state, PlainWords plain) => new(
        InboxTaskResource.Of(row, task),
        Visible.Of(state.Submitted!.Goal.Words),
        DeliverableField.Of(task.Task.Deliverable.Schema),
        [.. from need in task.Task.Needs let before = state.Task(need) where before?.Deliverable.IsNull == false select (Visible.Of(before.Task.Title), before.Deliverable)])
    {
        CameBack = BackOf(task, state, plain),
        HandedIn = task.Deliverable,
    };

    /// <summary>What people were asked about it says why it could not go on, and what whoever answered said is the last thing that the task was told.</summary>
    private static (DateTimeOffset? At, string Why)? BackOf(TaskState task, WorkflowState state, PlainWords plain)
    {
        if (task.Retries == 0 || task.Turn.Items.OfType<TurnItem.Feedback>().LastOrDefault() is not { } told)
        {
            return null;
        }

        var asked = state.Escalations.Values
            .Where(e => e.Raised.Task == task.Task.Id && e.Raised.Kind == EscalationKind.BlockedTask && !state.IsOpen(e))
            .OrderByDescending(e => e.RaisedSeq)
            .FirstOrDefault();
        return (asked?.RaisedAt, Visible.Of(plain.Read(asked is null ? told.Text : $"{asked.Raised.Question} {told.Text}")));
    }
}
