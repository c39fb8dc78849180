namespace AiManager.Domain;

/// <summary>
/// A row of a read model as it is after an append. Rows follow from events alone (<see cref="WorkflowView"/>), so they can be
/// thrown away and rebuilt.
/// </summary>
public abstract record ReadModelChange
{
    private ReadModelChange()
    {
    }

    /// <summary>A workflow in lists.</summary>
    public sealed record PutWorkflow(WorkflowRow Row) : ReadModelChange;

    /// <summary>A task in inboxes.</summary>
    public sealed record PutTask(TaskRow Row) : ReadModelChange;

    /// <summary>An approval in inboxes.</summary>
    public sealed record PutApproval(ApprovalRow Row) : ReadModelChange;

    /// <summary>An escalation in inboxes.</summary>
    public sealed record PutEscalation(EscalationRow Row) : ReadModelChange;

    /// <summary>The workflow must be looked at when this time has come.</summary>
    public sealed record PutDue(string Stream, string Kind, string Key, DateTimeOffset At) : ReadModelChange;

    /// <summary>… and no longer.</summary>
    public sealed record ClearDue(string Stream, string Kind, string Key) : ReadModelChange;

    /// <summary>An amount set aside in a ledger. An entry that is there already is replaced: an unknown call that is sent again counts once.</summary>
    /// <param name="Entry">The call's or the question's id.</param>
    /// <param name="Reservation">Where and how much.</param>
    /// <param name="At">UTC.</param>
    public sealed record Reserve(string Entry, Reservation Reservation, DateTimeOffset At) : ReadModelChange;

    /// <summary>What a reservation came to; takes the place of what was set aside.</summary>
    /// <param name="Entry">The call's or the question's id.</param>
    /// <param name="Actual">Same budget, key and window as reserved.</param>
    public sealed record Settle(string Entry, Reservation Actual) : ReadModelChange;
}

/// <summary>A workflow in lists.</summary>
/// <param name="Workflow">Its id.</param>
/// <param name="Goal">In the requester's words, clear (read models are erased with the key).</param>
/// <param name="Requester">A person's id.</param>
/// <param name="Status">As shown outside.</param>
/// <param name="Playbook">Null when none.</param>
/// <param name="Singleton">Held while the workflow is open; null when none.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="SubmittedAt">UTC.</param>
/// <param name="UpdatedAt">UTC; see <see cref="WorkflowState.ListedAt"/>.</param>
/// <param name="TasksDone">Tasks that are done.</param>
/// <param name="TasksTotal">Tasks that are not cancelled, templates left out.</param>
public sealed record WorkflowRow(
    WorkflowId Workflow, string Goal, string Requester, string Status, string? Playbook, string? Singleton, int Priority, DateTimeOffset SubmittedAt, DateTimeOffset UpdatedAt, int TasksDone, int TasksTotal);

/// <summary>A task in inboxes.</summary>
public sealed record TaskRow(TaskId Task, WorkflowId Workflow, string Key, string Title, string Status, string? Executor, DateTimeOffset? Deadline);

/// <summary>An approval in inboxes.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>used</c>, <c>rejected</c>, <c>expired</c> or <c>void</c>.</param>
/// <param name="Roles">Seats still open, roles separated by commas.</param>
/// <param name="ExpiresAt">UTC.</param>
/// <param name="RequestedAt">UTC.</param>
public sealed record ApprovalRow(ApprovalId Approval, WorkflowId Workflow, string Status, string Roles, DateTimeOffset ExpiresAt, DateTimeOffset RequestedAt);

/// <summary>An escalation in inboxes.</summary>
/// <param name="Escalation">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Kind">As in events: <c>blockedTask</c>, <c>unknownCall</c> …</param>
/// <param name="Role">Who should answer.</param>
/// <param name="Status"><c>open</c>, <c>answered</c>, or <c>closed</c> when the workflow is over and nobody need answer.</param>
/// <param name="Question">In plain words.</param>
/// <param name="RaisedAt">UTC.</param>
public sealed record EscalationRow(EscalationId Escalation, WorkflowId Workflow, string Kind, string Role, string Status, string Question, DateTimeOffset RaisedAt)
{
    /// <summary>What else lists say of it; null for a row that a release before has written, or changed since: then the workflow says it.</summary>
    public EscalationDetails? Details { get; init; }
}

/// <summary>What lists say of an escalation beside its question.</summary>
/// <param name="Task">The task; null when it is about the whole goal.</param>
/// <param name="Choices">The answers that the program understands, one a line.</param>
/// <param name="Deadline">UTC, to the microsecond; null when there is none.</param>
/// <param name="Answer">The choice; null while it is open.</param>
/// <param name="By">Who answered, an actor; null while it is open.</param>
public sealed record EscalationDetails(TaskId? Task, string Choices, DateTimeOffset? Deadline, string? Answer, string? By)
{
    /// <summary>As the workflow says.</summary>
    public static EscalationDetails Of(EscalationState escalation)
    {
        ArgumentNullException.ThrowIfNull(escalation);
        var raised = escalation.Raised;
        return new EscalationDetails(
            raised.Task, string.Join('\n', raised.Choices), raised.Deadline is { } deadline ? EventHash.Cut(deadline.ToUniversalTime()) : null, escalation.Choice, escalation.By?.Value);
    }
}
