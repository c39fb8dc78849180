using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>An approval as it is shown outside.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Goal">What that workflow is for.</param>
/// <param name="Task">The task; null when it is about none.</param>
/// <param name="TaskTitle">Its title.</param>
/// <param name="Agent">Who wants the call.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">Exactly what would be sent.</param>
/// <param name="Facts">What the gate found out itself.</param>
/// <param name="Digest">What the approval is for.</param>
/// <param name="Rule">The rules and budgets that ask, separated by commas.</param>
/// <param name="Reason">Why.</param>
/// <param name="Seats">Who must agree, and who has.</param>
/// <param name="Excluded">Who can never fill a seat.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>rejected</c>, <c>expired</c> or <c>void</c>.</param>
/// <param name="RequestedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; then silence is a no.</param>
internal sealed record ApprovalResource(
    ApprovalId Id,
    WorkflowId Workflow,
    string Goal,
    TaskId? Task,
    string? TaskTitle,
    string Agent,
    string Tool,
    JsonText Arguments,
    JsonText Facts,
    string Digest,
    string Rule,
    string Reason,
    ImmutableArray<SeatResource> Seats,
    ImmutableArray<string> Excluded,
    string Status,
    DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt);

/// <summary>A seat.</summary>
/// <param name="Role">Who may sit there.</param>
/// <param name="By">Who does; null while it is open.</param>
internal sealed record SeatResource(string Role, string? By);

/// <summary>What came of a decision.</summary>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>rejected</c>; <c>expired</c> or <c>void</c> when it came too late.</param>
/// <param name="Seats">As they are now.</param>
internal sealed record DecisionResource(string Status, ImmutableArray<SeatResource> Seats);
