namespace AiManager.ManagerAgent;

/// <summary>What was done in the world for a task that did not work out, in few words: it is not undone by that.</summary>
public static class EffectWords
{
    /// <summary>A sentence that can follow others, with a blank before it; empty where nothing was done.</summary>
    public static string After(WorkflowState state, TaskState task)
    {
        ArgumentNullException.ThrowIfNull(state);
        var done = state.EffectsOf(task).Select(Of).GroupBy(w => w, StringComparer.Ordinal).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} ({g.Count()} times)").ToList();
        return done.Count == 0 ? string.Empty : $" Done already, and it stays done: {string.Join("; ", done)}.";
    }

    /// <summary>Such as <c>erp.create_purchase_order for 8,060 EUR</c>.</summary>
    internal static string Of(CallState call) => call.Settled?.Cost is { } cost ? $"{call.Proposed.Tool} for {MoneyText.Of(cost)}" : call.Proposed.Tool;
}
