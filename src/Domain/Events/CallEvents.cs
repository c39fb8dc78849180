using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>Somebody wants to call a tool.</summary>
/// <param name="Call">The call.</param>
/// <param name="Task">For which task; null for the system's own checks.</param>
/// <param name="Agent">Who wants it: an agent's name, or <c>system</c>.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Args">The arguments in canonical form, or as written when they are no object.</param>
/// <param name="Labels">What is known about the arguments' data; empty if nothing is.</param>
public sealed record CallProposed(CallId Call, TaskId? Task, string Agent, string Tool, JsonText Args, ImmutableArray<string> Labels) : WorkflowEvent;

/// <summary>The gate decided. Recorded before any effect.</summary>
/// <param name="Call">The call.</param>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">Ids of the rules and budgets that decided.</param>
/// <param name="Facts">The facts as pinned for this decision, an object.</param>
/// <param name="Reason">For people and for the agent.</param>
/// <param name="PolicyHash">Digest of the policy that was asked.</param>
/// <param name="ToolVersion">Digest of the tool's definition.</param>
/// <param name="Steps">What each step of the gate found.</param>
/// <param name="Policy">What the policy alone said; null when it was not asked, and in journals from before it was told.</param>
/// <param name="Obligations">What is to be done about the call; null for nothing.</param>
/// <param name="Advice">What the agent may read beside the reason; null for nothing.</param>
/// <param name="Shadow">What rules in shadow would have said; null when none matched.</param>
/// <param name="Permits">Digest of the configuration by whose permits it was decided, where the workflow began under another than the one in force; null where it did not.</param>
/// <param name="Records">The records that it would change, each <c>type:id</c>, where the tool says which; null where it says nothing.</param>
public sealed record CallDecided(
    CallId Call,
    Effect Effect,
    ImmutableArray<string> Rules,
    JsonText Facts,
    string Reason,
    string PolicyHash,
    string ToolVersion,
    ImmutableArray<GateStep> Steps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PolicyVerdict? Policy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Obligations? Obligations = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Advice = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShadowVerdict? Shadow = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Permits = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Records = null) : WorkflowEvent;

/// <summary>The intent to make the call, with what was set aside for it. The effect comes after this and never before.</summary>
/// <param name="Call">The call.</param>
/// <param name="IdempotencyKey">What a tool that stores keys stores.</param>
/// <param name="IsRepeatable">True when sending it again cannot do it twice: read-only, idempotent, or the tool stores the key.</param>
/// <param name="Reserved">What was set aside.</param>
/// <param name="Approval">The approval that it used up; null when none was needed.</param>
/// <param name="Undo">The tool that undoes it; null when nothing does.</param>
/// <param name="Low">A budget that was seen to run low, once for each; null mostly.</param>
/// <param name="After">
/// The seq of the last call that had been started when it was decided, where rules looked back; null where none did. Another that was started meanwhile is part
/// of a past that nobody judged: then it does not start.
/// </param>
/// <param name="Changes">True for a tool that does more than read; null for one that only reads, and in events of before it was said.</param>
public sealed record CallStarted(
    CallId Call,
    string IdempotencyKey,
    bool IsRepeatable,
    ImmutableArray<Reservation> Reserved,
    ApprovalId? Approval,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Undo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetNotice? Low = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? After = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Changes = null) : WorkflowEvent;

/// <summary>How a call ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallOutcome>))]
public enum CallOutcome
{
    /// <summary>It was made.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>It was not made, or the tool says that it failed without effect.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Nobody knows.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>What came of a call. Settles what was reserved: nothing is spent by a call that failed.</summary>
/// <param name="Call">The call.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Result">What the tool gave, or an object with <c>error</c>.</param>
/// <param name="Cost">Money spent by its effect; null when it has none.</param>
/// <param name="Blob">Set when the whole result was too large for a conversation: its digest; <paramref name="Result"/> is then a summary.</param>
/// <param name="Settled">What each reservation came to, same order as reserved; empty when nothing was reserved.</param>
/// <param name="Withheld">
/// The labels for which the task was not told what the tool gave: then <paramref name="Result"/> only says so, and <paramref name="Blob"/> has it. Null when it was told.
/// </param>
/// <param name="Labels">
/// What is confidential about what the task was told, by the tool's contract, ordinal; empty where nothing is. Null where nothing was told, and in what was written before version 0.3.0.
/// </param>
public sealed record CallSettled(
    CallId Call,
    CallOutcome Outcome,
    JsonText Result,
    Money? Cost,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Blob,
    ImmutableArray<Reservation> Settled,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Withheld = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Labels = null) : WorkflowEvent;

/// <summary>
/// A call that was started by a process that is gone is about to be sent again. On record before it is, so that it goes behind whatever was suspended meanwhile.
/// </summary>
/// <param name="Call">The call.</param>
/// <param name="Node">Which host takes it up.</param>
public sealed record CallTakenUp(CallId Call, string Node) : WorkflowEvent;

/// <summary>
/// What came of a call, told from outside by a host that no longer held the lease when it knew: it was frozen, or cut off, in the middle of the call. It moves
/// nothing by itself; whoever drives the workflow by now, or a person, makes of it what follows.
/// </summary>
/// <param name="Call">The call.</param>
/// <param name="Outcome">How it ended there; <c>failed</c> also when it was never sent.</param>
/// <param name="Result">What the tool gave, or an object with <c>error</c>.</param>
/// <param name="Node">Which host tells it.</param>
/// <param name="Start">The seq of the start that it belongs to.</param>
public sealed record CallEndedLate(CallId Call, CallOutcome Outcome, JsonText Result, string Node, int Start) : WorkflowEvent;

/// <summary>The call needs people. It stays as it is until they decide or time runs out.</summary>
/// <param name="Approval">Derived from the call and how often it was asked.</param>
/// <param name="Call">The call.</param>
/// <param name="Task">Its task; null for none.</param>
/// <param name="Agent">Who wants it.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Args">What exactly would be sent.</param>
/// <param name="Facts">What was known when it was asked.</param>
/// <param name="Digest">SHA-256 of tool, tool version and canonical arguments: what the approval is for.</param>
/// <param name="Rules">Which rules and budgets asked.</param>
/// <param name="Budgets">Budgets whose cap this approval lets the one call pass.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Seats">Who has to agree.</param>
/// <param name="Excluded">People who can never fill a seat: the requester, whoever delegated, and whose words the arguments come from.</param>
/// <param name="ExpiresAt">UTC; then silence is a no.</param>
/// <param name="Ladder">When it moves on to more people; null in journals from before there was one.</param>
public sealed record ApprovalRequested(
    ApprovalId Approval,
    CallId Call,
    TaskId? Task,
    string Agent,
    string Tool,
    JsonText Args,
    JsonText Facts,
    string Digest,
    ImmutableArray<string> Rules,
    ImmutableArray<string> Budgets,
    string Reason,
    ImmutableArray<Seat> Seats,
    ImmutableArray<string> Excluded,
    DateTimeOffset ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApprovalLadder? Ladder = null) : WorkflowEvent
{
    /// <summary>What shows whoever decides what the call would do; null where its tool offers nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EffectPreview? Preview { get; init; }

    /// <summary>Why those of <see cref="Excluded"/> cannot decide who are not the requester; null where it is the requester alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<Steerer>? Steered { get; init; }
}

/// <summary>A read that shows what a call would do. It goes through the gate as a call of the system's own.</summary>
/// <param name="Tool">The read-only tool.</param>
/// <param name="Args">What it is asked, made of the arguments that the approval is for.</param>
public sealed record EffectPreview(string Tool, JsonText Args);

/// <summary>What became of the standing rule that somebody wanted with an approval.</summary>
/// <param name="Approval">Which approval.</param>
/// <param name="Change">The change that proposes it; null where it could not be proposed.</param>
/// <param name="Hindrance">Why not; null where it is.</param>
public sealed record StandingSettled(
    ApprovalId Approval,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChangeId? Change,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hindrance) : WorkflowEvent;

/// <summary>One person agreed, in one role.</summary>
/// <param name="Approval">Which approval.</param>
/// <param name="Role">The seat.</param>
/// <param name="By">The person's id.</param>
/// <param name="Via">How: <c>api</c>, <c>console</c>, <c>mail</c>, <c>local-terminal</c>.</param>
/// <param name="Reason">Their words; null when they gave none.</param>
/// <param name="StandsInFor">The person in whose place they sit; null when they sit for themselves.</param>
/// <param name="EscalatedTo">Their role, when they sit there because the approval was escalated to it; else null.</param>
public sealed record SeatFilled(
    ApprovalId Approval,
    string Role,
    string By,
    string Via,
    PrivateText? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StandsInFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EscalatedTo = null) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>What it took of the hour of whoever decided; null where nobody counts, and for what counts with another decision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reservation? Load { get; init; }

    /// <summary>The standing rule that they want proposed once the approval is given as a whole; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StandingTerms? Standing { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>The approval is decided: all seats filled, one person said no, or time ran out.</summary>
/// <param name="Approval">Which approval.</param>
/// <param name="By">Who made it final: a person's id, or <c>system</c>.</param>
/// <param name="Via">How: <c>api</c>, <c>console</c>, <c>mail</c>, <c>local-terminal</c>, <c>clock</c>, <c>gate</c>, <c>manager</c> where a message left the task out.</param>
/// <param name="Verdict">The outcome.</param>
/// <param name="Reason">Their words; null when they gave none.</param>
public sealed record ApprovalDecided(ApprovalId Approval, string By, string Via, ApprovalVerdict Verdict, PrivateText? Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>What it took of the hour of whoever decided; null where nobody counts, and for what counts with another decision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reservation? Load { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>How an approval ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalVerdict>))]
public enum ApprovalVerdict
{
    /// <summary>All seats are filled. Good for one call, once.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved,

    /// <summary>A person said no.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>Nobody answered in time: a no.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>What it was given for no longer stands: the call, its tool, the facts or the policy changed for the stricter.</summary>
    [JsonStringEnumMemberName("void")]
    Void,

    /// <summary>A person wrote other arguments: the call is decided anew with them, and asked anew where it must be.</summary>
    [JsonStringEnumMemberName("edited")]
    Edited,

    /// <summary>A person answered in the tool's place: the call is not made, and whoever wanted it goes on with the answer.</summary>
    [JsonStringEnumMemberName("responded")]
    Responded,
}
