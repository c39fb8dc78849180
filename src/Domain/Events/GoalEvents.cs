using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>Something that happened in a workflow. The journal's envelope says when and who; see <see cref="EventTypes"/> for the stored names.</summary>
public abstract record WorkflowEvent;

/// <summary>Somebody wants something. The first event of every workflow.</summary>
/// <param name="Goal">In their words.</param>
/// <param name="Requester">Whose goal it is: a person's id.</param>
/// <param name="Playbook">Named by the requester; null leaves the choice to the manager.</param>
/// <param name="Singleton">Key that joins equal goals; null when there is none.</param>
/// <param name="Inputs">Values that travel with the goal, an object.</param>
/// <param name="Deadline">UTC; null when there is none.</param>
/// <param name="Budget">A cap for the whole workflow; null when only the company's budgets bind it.</param>
/// <param name="Contract">An intent contract that the requester wrote; null when it is to be made.</param>
/// <param name="Company">Digest of the configuration that was active.</param>
/// <param name="Parent">The workflow that this one serves; null for a root.</param>
/// <param name="Priority">Higher goes first. Default 0.</param>
public sealed record GoalSubmitted(
    PrivateText Goal,
    string Requester,
    string? Playbook,
    string? Singleton,
    JsonText Inputs,
    DateTimeOffset? Deadline,
    Amounts? Budget,
    Contract? Contract,
    string Company,
    WorkflowId? Parent,
    int Priority) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>The monitor that submitted it, by name: its inputs may be filled from what was read. Null when a person did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Monitor { get; init; }

    /// <summary>Who set that monitor off by hand, a person's id: they wanted what comes of it, and do not approve it. Null where nobody did, and in journals from before it was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SetOffBy { get; init; }

    /// <summary>What led to the parent and to this, all the way up. Null for a root, and in journals from before it was told: then only the parent is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Ancestry? Ancestry { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Goal;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Goal = text };
}

/// <summary>What the goal means is settled.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Playbook">The playbook it follows; null when none fits.</param>
/// <param name="Singleton">The playbook's key, once known; null when there is none.</param>
/// <param name="Source">Who wrote the contract: <c>playbook</c>, <c>requester</c> or <c>manager</c>.</param>
public sealed record ContractAgreed(Contract Contract, string? Playbook, string? Singleton, string Source) : WorkflowEvent;

/// <summary>Everything that acceptance asks for holds. Final.</summary>
/// <param name="Summary">One sentence.</param>
public sealed record GoalCompleted(string Summary) : WorkflowEvent;

/// <summary>The goal was not reached and nobody will go on trying. Final.</summary>
/// <param name="Kind">Why, from a closed set.</param>
/// <param name="Reason">One plain sentence that says what to do next.</param>
/// <param name="Joined">The workflow that pursues it instead; null but for <see cref="GoalFailure.Joined"/>.</param>
public sealed record GoalFailed(
    GoalFailure Kind, string Reason, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WorkflowId? Joined = null) : WorkflowEvent;

/// <summary>Why a goal failed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GoalFailure>))]
public enum GoalFailure
{
    /// <summary>No script or model fits the goal.</summary>
    [JsonStringEnumMemberName("noScript")]
    NoScript,

    /// <summary>No usable plan came out, repairs and fall-backs included.</summary>
    [JsonStringEnumMemberName("noPlan")]
    NoPlan,

    /// <summary>A person decided to give up.</summary>
    [JsonStringEnumMemberName("givenUp")]
    GivenUp,

    /// <summary>Its budget or its deadline is used up.</summary>
    [JsonStringEnumMemberName("limit")]
    Limit,

    /// <summary>Another open workflow pursues the same thing; this one joins it.</summary>
    [JsonStringEnumMemberName("joined")]
    Joined,
}

/// <summary>Somebody ended it. Final; a call under way is still settled.</summary>
/// <param name="Reason">In their words.</param>
/// <param name="Joined">The workflow that pursues the goal instead; null where it was not joined to one.</param>
public sealed record GoalCancelled(
    PrivateText Reason, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WorkflowId? Joined = null) : WorkflowEvent, ICarryPrivateText
{
    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>Somebody stopped it for now.</summary>
public sealed record WorkflowPaused(PrivateText Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>It may go on.</summary>
public sealed record WorkflowResumed : WorkflowEvent;

/// <summary>Somebody said something to the manager about this workflow.</summary>
/// <param name="Text">Their words; data for the executors, never an instruction to the program.</param>
/// <param name="Key">Digest of the person and of the key under which their program sent it, so that it is said once; null where none came with it, and in journals from before.</param>
public sealed record MessagePosted(PrivateText Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>True where the manager is to answer it; false in journals from before it did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WantsAnswer { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Text;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Text = text };
}

/// <summary>One acceptance check was made.</summary>
/// <param name="Index">Its place in the contract, from 0.</param>
/// <param name="Round">Which time all checks are made, from 1.</param>
/// <param name="Call">The call that it rests on; null for a review.</param>
/// <param name="Held">Whether it holds.</param>
/// <param name="Reason">What was seen.</param>
public sealed record AcceptanceChecked(int Index, int Round, CallId? Call, bool Held, string Reason) : WorkflowEvent;

/// <summary>A person is needed.</summary>
/// <param name="Escalation">Derived from what is escalated and how often it was.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Task">The task; null when it is about the whole goal.</param>
/// <param name="Call">The call; null when it is not about one.</param>
/// <param name="Question">What is to be decided, in plain words.</param>
/// <param name="Choices">The answers that the program understands.</param>
/// <param name="Role">Who should answer.</param>
/// <param name="Deadline">UTC; null when there is none.</param>
public sealed record Escalated(
    EscalationId Escalation,
    EscalationKind Kind,
    TaskId? Task,
    CallId? Call,
    string Question,
    ImmutableArray<string> Choices,
    string Role,
    DateTimeOffset? Deadline) : WorkflowEvent;

/// <summary>What an escalation is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EscalationKind>))]
public enum EscalationKind
{
    /// <summary>A task cannot go on: <c>retry</c>, <c>skip</c> or <c>giveUp</c>.</summary>
    [JsonStringEnumMemberName("blockedTask")]
    BlockedTask,

    /// <summary>A call is unknown: <c>happened</c>, <c>again</c> or <c>giveUp</c>.</summary>
    [JsonStringEnumMemberName("unknownCall")]
    UnknownCall,

    /// <summary>All tasks ended and acceptance does not hold: <c>accept</c>, <c>retry</c> or <c>giveUp</c>.</summary>
    [JsonStringEnumMemberName("unmetGoal")]
    UnmetGoal,

    /// <summary>The manager's own model cannot be used: <c>retry</c> or <c>giveUp</c>.</summary>
    [JsonStringEnumMemberName("model")]
    Model,

    /// <summary>An agent found something that a person must know or decide; any words are an answer.</summary>
    [JsonStringEnumMemberName("finding")]
    Finding,

    /// <summary>
    /// A deadline passed. Of a task: <c>extend</c> (until when stands in the words), <c>reassign</c>, <c>skip</c> or <c>giveUp</c>;
    /// of the goal: <c>extend</c>, <c>goOn</c> or <c>giveUp</c>.
    /// </summary>
    [JsonStringEnumMemberName("missedDeadline")]
    MissedDeadline,

    /// <summary>Somebody wants something else than was agreed: <c>agree</c> or <c>keep</c>.</summary>
    [JsonStringEnumMemberName("contractChange")]
    ContractChange,

    /// <summary>A rule has people know of a decision: <c>noted</c>. Nobody waits for it. Comes by <see cref="LookAsked"/>, never stored in an <see cref="Escalated"/>.</summary>
    [JsonStringEnumMemberName("notice")]
    Notice,

    /// <summary>A rule has a person look at what came of a call: <c>noted</c>, also when the goal is over. As a notice, nobody waits for it.</summary>
    [JsonStringEnumMemberName("secondLook")]
    SecondLook,
}

/// <summary>A person answered.</summary>
/// <param name="Escalation">Which one.</param>
/// <param name="Choice">One of its choices, or <c>noted</c> for a finding.</param>
/// <param name="Answer">Their words; null when they gave none.</param>
public sealed record EscalationAnswered(EscalationId Escalation, string Choice, PrivateText? Answer) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>How, as <see cref="ApprovalDecided.Via"/> says it: who stood in for somebody else is to be told from that person. Null in events of before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Answer;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Answer = text };
}
