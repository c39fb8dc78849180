using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace AiManager.Evals;

/// <summary>What an event is about, read off its own fields: its call, else its approval, its escalation, its task; or the goal as a whole.</summary>
internal static class EventSubject
{
    private static readonly ImmutableArray<(string Name, Type Type)> Narrowest =
        [("Call", typeof(CallId)), ("Approval", typeof(ApprovalId)), ("Escalation", typeof(EscalationId)), ("Task", typeof(TaskId))];

    private static readonly ConcurrentDictionary<Type, ImmutableArray<PropertyInfo>> Known = new();

    /// <summary>The events that are about nothing smaller than the goal. A new one is added here, or is taken for a mistake.</summary>
    private static readonly ImmutableHashSet<Type> OfTheGoal =
    [
        typeof(GoalSubmitted), typeof(ContractAgreed), typeof(GoalCompleted), typeof(GoalFailed), typeof(GoalCancelled), typeof(WorkflowPaused), typeof(WorkflowResumed), typeof(MessagePosted), typeof(MessageAnswered), typeof(PlanKept),
        typeof(PlanAdopted), typeof(PlanRevised), typeof(WorkRecalled), typeof(ShadowBegun),
    ];

    /// <summary>The id of the call, approval, escalation or task; null where it names none. Throws for an event of which nobody has said that it is about the goal.</summary>
    public static string? Of(WorkflowEvent fact)
    {
        var fields = FieldsOf(fact.GetType());
        return fields.IsEmpty && !OfTheGoal.Contains(fact.GetType())
            ? throw new InvalidOperationException($"{fact.GetType().Name} names no call, approval, escalation or task, and is not among the events of a goal.")
            : fields.Select(f => f.GetValue(fact)).FirstOrDefault(id => id is not null)?.ToString();
    }

    /// <summary>Whether events of a type are about a call.</summary>
    public static bool HasCall(Type type) => FieldsOf(type) is [{ Name: "Call" }, ..];

    private static ImmutableArray<PropertyInfo> FieldsOf(Type type) => Known.GetOrAdd(type, t =>
        [.. Narrowest.Select(n => t.GetProperty(n.Name) is { } field && (Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType) == n.Type ? field : null).OfType<PropertyInfo>()]);
}
