using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace AiManager.Domain;

/// <summary>The names under which events are stored. Only ever added to: a name or a version here is in somebody's journal.</summary>
public static class EventTypes
{
    private static readonly EventType[] Known =
    [
        new("GoalSubmitted", 1, typeof(GoalSubmitted)),
        new("ContractAgreed", 1, typeof(ContractAgreed)),
        new("GoalCompleted", 1, typeof(GoalCompleted)),
        new("GoalFailed", 1, typeof(GoalFailed)),
        new("GoalCancelled", 1, typeof(GoalCancelled)),
        new("WorkflowPaused", 1, typeof(WorkflowPaused)),
        new("WorkflowResumed", 1, typeof(WorkflowResumed)),
        new("MessagePosted", 1, typeof(MessagePosted)),
        new("AcceptanceChecked", 1, typeof(AcceptanceChecked)),
        new("Escalated", 1, typeof(Escalated)),
        new("EscalationAnswered", 1, typeof(EscalationAnswered)),
        new("PlanAdopted", 1, typeof(PlanAdopted)),
        new("PlanRevised", 1, typeof(PlanRevised)),
        new("TaskExpanded", 1, typeof(TaskExpanded)),
        new("TaskAssigned", 1, typeof(TaskAssigned)),
        new("TaskRetried", 1, typeof(TaskRetried)),
        new("TaskReassigned", 1, typeof(TaskReassigned)),
        new("TaskBlocked", 1, typeof(TaskBlocked)),
        new("ReplyCorrected", 1, typeof(ReplyCorrected)),
        new("DeliverableSubmitted", 1, typeof(DeliverableSubmitted)),
        new("DeliverableReviewed", 1, typeof(DeliverableReviewed)),
        new("TaskFailed", 1, typeof(TaskFailed)),
        new("CallProposed", 1, typeof(CallProposed)),
        new("CallDecided", 1, typeof(CallDecided)),
        new("CallStarted", 1, typeof(CallStarted)),
        new("CallSettled", 1, typeof(CallSettled)),
        new("ApprovalRequested", 1, typeof(ApprovalRequested)),
        new("SeatFilled", 1, typeof(SeatFilled)),
        new("ApprovalDecided", 1, typeof(ApprovalDecided)),
        new("ModelAsked", 1, typeof(ModelAsked)),
        new("ModelReplied", 1, typeof(ModelReplied)),
        new("BundleActivated", 1, typeof(BundleActivated)),
        new("KeyCreated", 1, typeof(KeyCreated)),
        new("KeyRevoked", 1, typeof(KeyRevoked)),
        new("ToolClassified", 1, typeof(ToolClassified)),
        new("Suspended", 1, typeof(Suspended)),
        new("SuspensionLifted", 1, typeof(SuspensionLifted)),
        new("PersonErased", 1, typeof(PersonErased)),
        new("CallEndedLate", 1, typeof(CallEndedLate)),
        new("ApprovalReminded", 1, typeof(ApprovalReminded)),
        new("StandInsAdmitted", 1, typeof(StandInsAdmitted)),
        new("ApprovalEscalated", 1, typeof(ApprovalEscalated)),
        new("DeadlinePassed", 1, typeof(DeadlinePassed)),
        new("DeadlineExtended", 1, typeof(DeadlineExtended)),
        new("MonitorDefined", 1, typeof(MonitorDefined)),
        new("MonitorFired", 1, typeof(MonitorFired)),
        new("MonitorChecked", 1, typeof(MonitorChecked)),
        new("MonitorSubmitted", 1, typeof(MonitorSubmitted)),
        new("MonitorSkipped", 1, typeof(MonitorSkipped)),
        new("MonitorQueued", 1, typeof(MonitorQueued)),
        new("MonitorRunEnded", 1, typeof(MonitorRunEnded)),
        new("MonitorPaused", 1, typeof(MonitorPaused)),
        new("MonitorResumed", 1, typeof(MonitorResumed)),
        new("CallChanged", 1, typeof(CallChanged)),
        new("CallDeferred", 1, typeof(CallDeferred)),
        new("DeferralEnded", 1, typeof(DeferralEnded)),
        new("ShadowBegun", 1, typeof(ShadowBegun)),
        new("CallShadowed", 1, typeof(CallShadowed)),
        new("LookAsked", 1, typeof(LookAsked)),
        new("GrantRevoked", 1, typeof(GrantRevoked)),
        new("WorkHeld", 1, typeof(WorkHeld)),
        new("WorkReleased", 1, typeof(WorkReleased)),
        new("JournalSealed", 1, typeof(JournalSealed)),
        new("CallAnswered", 1, typeof(CallAnswered)),
        new("SourceListed", 1, typeof(SourceListed)),
        new("ChangeProposed", 1, typeof(ChangeProposed)),
        new("ChangeDecided", 1, typeof(ChangeDecided)),
        new("CallTakenUp", 1, typeof(CallTakenUp)),
        new("ModelAskedAgain", 1, typeof(ModelAskedAgain)),
        new("ChangeCompared", 1, typeof(ChangeCompared)),
        new("WorkRecalled", 1, typeof(WorkRecalled)),
        new("HistorySummarised", 1, typeof(HistorySummarised)),
        new("StandingSettled", 1, typeof(StandingSettled)),
        new("SessionBegun", 1, typeof(SessionBegun)),
        new("SessionEnded", 1, typeof(SessionEnded)),
        new("AssignmentPutOff", 1, typeof(AssignmentPutOff)),
        new("MessageAnswered", 1, typeof(MessageAnswered)),
        new("ContractProposed", 1, typeof(ContractProposed)),
        new("ContractChanged", 1, typeof(ContractChanged)),
        new("PlanKept", 1, typeof(PlanKept)),
    ];

    /// <summary>What version 0.1.0 reads. It never changes: that program is out there.</summary>
    private static readonly FrozenSet<string> FirstRelease = new[]
    {
        "GoalSubmitted", "ContractAgreed", "GoalCompleted", "GoalFailed", "GoalCancelled", "WorkflowPaused", "WorkflowResumed", "MessagePosted",
        "AcceptanceChecked", "Escalated", "EscalationAnswered", "PlanAdopted", "PlanRevised", "TaskExpanded", "TaskAssigned", "TaskRetried",
        "TaskReassigned", "TaskBlocked", "ReplyCorrected", "DeliverableSubmitted", "DeliverableReviewed", "TaskFailed", "CallProposed", "CallDecided",
        "CallStarted", "CallSettled", "ApprovalRequested", "SeatFilled", "ApprovalDecided", "ModelAsked", "ModelReplied", "BundleActivated",
        "KeyCreated", "KeyRevoked", "ToolClassified", "Suspended", "SuspensionLifted", "PersonErased",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What version 0.2.0 reads besides. It never changes either.</summary>
    private static readonly FrozenSet<string> SecondRelease = new[]
    {
        "CallEndedLate", "ApprovalReminded", "StandInsAdmitted", "ApprovalEscalated", "DeadlinePassed", "DeadlineExtended", "MonitorDefined", "MonitorFired",
        "MonitorChecked", "MonitorSubmitted", "MonitorSkipped", "MonitorQueued", "MonitorRunEnded", "MonitorPaused", "MonitorResumed",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, EventType> ByType = Known.ToFrozenDictionary(e => e.Type);
    private static readonly FrozenDictionary<string, EventType> ByName = Known.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);

    /// <summary>Every name, with the version that this program writes.</summary>
    public static IEnumerable<(string Name, int Version)> All => Known.Select(e => (e.Name, e.Version));

    /// <summary>
    /// Which programs can read an event, as one rising number: 1 for what the first release knew, 2 for what the second added, 3 for every type that came after it,
    /// and more for a later version of a type. A stream carries the highest of its events, and a program takes only streams that it can read.
    /// </summary>
    public static int GenerationOf(string type, int schemaVersion) => Math.Max(schemaVersion, FirstRelease.Contains(type) ? 1 : SecondRelease.Contains(type) ? 2 : 3);

    /// <summary>The highest generation that this program reads.</summary>
    public static int NewestGeneration { get; } = Known.Max(e => GenerationOf(e.Name, e.Version));

    internal static EventType Of(Type type) => ByType[type];

    internal static bool TryFind(string name, [NotNullWhen(true)] out EventType? found) => ByName.TryGetValue(name, out found);
}

/// <summary>One kind of event.</summary>
/// <param name="name">As stored.</param>
/// <param name="version">Of the shape that this program writes; it reads all before it.</param>
/// <param name="type">What it is here.</param>
internal sealed class EventType(string name, int version, Type type)
{
    public string Name => name;

    public int Version => version;

    public Type Type => type;

    /// <summary>How it is written. Made at first use: for all of them at once it would be a good part of a short command's time.</summary>
    public JsonTypeInfo Json => field ??= DomainJson.Default.GetTypeInfo(type) ?? throw new InvalidOperationException($"{type} is missing in DomainJson.");
}
