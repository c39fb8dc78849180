using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A task and how far it is.</summary>
public sealed record TaskState
{
    /// <summary>As planned.</summary>
    public required WorkTask Task { get; init; }

    /// <summary>Version of the last plan that named it, or its template.</summary>
    public int PlanVersion { get; init; }

    /// <summary>Where it stands.</summary>
    public WorkTaskStatus Status { get; init; } = WorkTaskStatus.Pending;

    /// <summary>Who does it; null until assigned.</summary>
    public Executor? Executor { get; init; }

    /// <summary>For an agent: which model.</summary>
    public string? Model { get; init; }

    /// <summary>For an agent: where an attempt ends.</summary>
    public TurnLimits Limits { get; init; } = new();

    /// <summary>1 for the first assignment, one more for each new executor.</summary>
    public int Assignment { get; init; }

    /// <summary>The conversation of this assignment.</summary>
    public TurnState Turn { get; init; } = TurnState.Empty;

    /// <summary>How often it was tried again with feedback, over all assignments.</summary>
    public int Retries { get; init; }

    /// <summary>Everyone who was assigned, in order.</summary>
    public ImmutableArray<Actor> Tried { get; init; } = [];

    /// <summary>What was submitted last; JSON null for nothing.</summary>
    public JsonText Deliverable { get; init; }

    /// <summary>How often a deliverable was submitted.</summary>
    public int Submissions { get; init; }

    /// <summary>Why it is blocked, failed or was sent back; null when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>True when trying again cannot help.</summary>
    public bool IsReasonFinal { get; init; }

    /// <summary>True when a person took back what it may do: that is an answer, and no other way is to be found around it.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>Whose words have come into its reason: ids of people, each time that one did.</summary>
    public ImmutableArray<string> SpokenBy { get; init; } = [];

    /// <summary>The suspension that holds it, by its key, while it is blocked by that; else null.</summary>
    public string? HeldBy { get; init; }

    /// <summary>True while a suspension holds it: it goes on once that is lifted.</summary>
    public bool IsHeld => !IsFinal && HeldBy is not null;

    /// <summary>Until when it waits for somebody with time; null when it does not, or is to be looked at now.</summary>
    public DateTimeOffset? PutOffUntil { get; init; }

    /// <summary>How often nobody had time for it, since it was last assigned.</summary>
    public int PutOffs { get; init; }

    /// <summary>When its workflow must be looked at to find it an executor, UTC; null when it does not wait for that.</summary>
    public DateTimeOffset? NextAssignment => Status == WorkTaskStatus.Ready ? PutOffUntil : null;

    /// <summary>For a template: whether it has been expanded.</summary>
    public bool IsExpanded { get; init; }

    /// <summary>Ids of the calls made for it, in order.</summary>
    public ImmutableArray<CallId> Calls { get; init; } = [];

    /// <summary>The deadline that was noticed to have passed; null while none was. A later one is noticed again.</summary>
    public DateTimeOffset? PassedDeadline { get; init; }

    /// <summary>The escalation about its deadline whose answer is still to be carried out; null when there is none.</summary>
    public EscalationId? Order { get; init; }

    /// <summary>The deadline that its workflow must be looked at for, UTC in whole microseconds; null when there is none, or it was noticed, or it cannot be missed any more.</summary>
    public DateTimeOffset? NextDeadline =>
        Task.Deadline is { } deadline && PassedDeadline != deadline && !IsFinal && !IsExpanded ? EventHash.Cut(deadline) : null;

    /// <summary>True when it has ended.</summary>
    public bool IsFinal => WorkTaskLifecycle.IsFinal(Status);
}
