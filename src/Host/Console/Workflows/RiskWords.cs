using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What about a workflow should worry somebody, in a few words each. Pure.</summary>
internal static class RiskWords
{
    /// <summary>From then on a deadline is near.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromHours(1);

    /// <summary>None for a workflow that goes well, or is over.</summary>
    public static ImmutableArray<string> Of(WorkflowState state, DateTimeOffset now)
    {
        if (state.IsFinal)
        {
            return [];
        }

        var risks = ImmutableArray.CreateBuilder<string>();
        if (state.Deadline is { } deadline && deadline < now + Near)
        {
            risks.Add(deadline < now ? "deadline passed" : $"due {Written.Until(deadline, now)}");
        }

        if (state.UsedUp is { } used)
        {
            risks.Add($"budget {used.Budget} used up");
        }
        else if (!state.LowBudgets.IsEmpty)
        {
            risks.Add("budget runs low");
        }

        if (state.Tasks.Count(t => t.Status == WorkTaskStatus.Blocked) is > 0 and var blocked)
        {
            risks.Add(blocked == 1 ? "a task is blocked" : $"{blocked} tasks are blocked");
        }

        if (state.Tasks.Where(t => !t.IsFinal && !t.IsExpanded).Min(t => t.Task.Deadline) is { } first && first < now + Near)
        {
            risks.Add(first < now ? "a task is late" : $"a task is due {Written.Until(first, now)}");
        }

        return risks.ToImmutable();
    }
}
