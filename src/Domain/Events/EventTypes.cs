using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;

namespace AiManager.Domain;

/// <summary>The names under which events are stored. Only ever added to: a name or a version here is in somebody's journal.</summary>
public static class EventTypes
{
    private static readonly (string Name, int Version, Type Type, JsonTypeInfo Json)[] Known =
    [
        ("GoalSubmitted", 1, typeof(GoalSubmitted), DomainJson.Default.GoalSubmitted),
        ("ContractAgreed", 1, typeof(ContractAgreed), DomainJson.Default.ContractAgreed),
        ("GoalCompleted", 1, typeof(GoalCompleted), DomainJson.Default.GoalCompleted),
        ("GoalFailed", 1, typeof(GoalFailed), DomainJson.Default.GoalFailed),
        ("GoalCancelled", 1, typeof(GoalCancelled), DomainJson.Default.GoalCancelled),
        ("WorkflowPaused", 1, typeof(WorkflowPaused), DomainJson.Default.WorkflowPaused),
        ("WorkflowResumed", 1, typeof(WorkflowResumed), DomainJson.Default.WorkflowResumed),
        ("MessagePosted", 1, typeof(MessagePosted), DomainJson.Default.MessagePosted),
        ("AcceptanceChecked", 1, typeof(AcceptanceChecked), DomainJson.Default.AcceptanceChecked),
        ("Escalated", 1, typeof(Escalated), DomainJson.Default.Escalated),
        ("EscalationAnswered", 1, typeof(EscalationAnswered), DomainJson.Default.EscalationAnswered),
        ("PlanAdopted", 1, typeof(PlanAdopted), DomainJson.Default.PlanAdopted),
        ("PlanRevised", 1, typeof(PlanRevised), DomainJson.Default.PlanRevised),
        ("TaskExpanded", 1, typeof(TaskExpanded), DomainJson.Default.TaskExpanded),
        ("TaskAssigned", 1, typeof(TaskAssigned), DomainJson.Default.TaskAssigned),
        ("TaskRetried", 1, typeof(TaskRetried), DomainJson.Default.TaskRetried),
        ("TaskReassigned", 1, typeof(TaskReassigned), DomainJson.Default.TaskReassigned),
        ("TaskBlocked", 1, typeof(TaskBlocked), DomainJson.Default.TaskBlocked),
        ("ReplyCorrected", 1, typeof(ReplyCorrected), DomainJson.Default.ReplyCorrected),
        ("DeliverableSubmitted", 1, typeof(DeliverableSubmitted), DomainJson.Default.DeliverableSubmitted),
        ("DeliverableReviewed", 1, typeof(DeliverableReviewed), DomainJson.Default.DeliverableReviewed),
        ("TaskFailed", 1, typeof(TaskFailed), DomainJson.Default.TaskFailed),
        ("CallProposed", 1, typeof(CallProposed), DomainJson.Default.CallProposed),
        ("CallDecided", 1, typeof(CallDecided), DomainJson.Default.CallDecided),
        ("CallStarted", 1, typeof(CallStarted), DomainJson.Default.CallStarted),
        ("CallSettled", 1, typeof(CallSettled), DomainJson.Default.CallSettled),
        ("ApprovalRequested", 1, typeof(ApprovalRequested), DomainJson.Default.ApprovalRequested),
        ("SeatFilled", 1, typeof(SeatFilled), DomainJson.Default.SeatFilled),
        ("ApprovalDecided", 1, typeof(ApprovalDecided), DomainJson.Default.ApprovalDecided),
        ("ModelAsked", 1, typeof(ModelAsked), DomainJson.Default.ModelAsked),
        ("ModelReplied", 1, typeof(ModelReplied), DomainJson.Default.ModelReplied),
        ("BundleActivated", 1, typeof(BundleActivated), DomainJson.Default.BundleActivated),
        ("KeyCreated", 1, typeof(KeyCreated), DomainJson.Default.KeyCreated),
        ("KeyRevoked", 1, typeof(KeyRevoked), DomainJson.Default.KeyRevoked),
        ("ToolClassified", 1, typeof(ToolClassified), DomainJson.Default.ToolClassified),
        ("Suspended", 1, typeof(Suspended), DomainJson.Default.Suspended),
        ("SuspensionLifted", 1, typeof(SuspensionLifted), DomainJson.Default.SuspensionLifted),
        ("PersonErased", 1, typeof(PersonErased), DomainJson.Default.PersonErased),
        ("MonitorDefined", 1, typeof(MonitorDefined), DomainJson.Default.MonitorDefined),
        ("MonitorFired", 1, typeof(MonitorFired), DomainJson.Default.MonitorFired),
        ("MonitorChecked", 1, typeof(MonitorChecked), DomainJson.Default.MonitorChecked),
        ("MonitorSubmitted", 1, typeof(MonitorSubmitted), DomainJson.Default.MonitorSubmitted),
        ("MonitorSkipped", 1, typeof(MonitorSkipped), DomainJson.Default.MonitorSkipped),
        ("MonitorQueued", 1, typeof(MonitorQueued), DomainJson.Default.MonitorQueued),
        ("MonitorRunEnded", 1, typeof(MonitorRunEnded), DomainJson.Default.MonitorRunEnded),
        ("MonitorPaused", 1, typeof(MonitorPaused), DomainJson.Default.MonitorPaused),
        ("MonitorResumed", 1, typeof(MonitorResumed), DomainJson.Default.MonitorResumed),
    ];

    private static readonly FrozenDictionary<Type, (string Name, int Version, Type Type, JsonTypeInfo Json)> ByType = Known.ToFrozenDictionary(e => e.Type);
    private static readonly FrozenDictionary<string, (string Name, int Version, Type Type, JsonTypeInfo Json)> ByName = Known.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);

    /// <summary>Every name, with the version that this program writes.</summary>
    public static IEnumerable<(string Name, int Version)> All => Known.Select(e => (e.Name, e.Version));

    internal static (string Name, int Version, Type Type, JsonTypeInfo Json) Of(Type type) => ByType[type];

    internal static bool TryFind(string name, out (string Name, int Version, Type Type, JsonTypeInfo Json) found) => ByName.TryGetValue(name, out found);
}
