using System.Globalization;

namespace AiManager.ManagerAgent;

/// <summary>One line that says what a workflow is doing now.</summary>
public static class NowLine
{
    /// <summary>The line, without "now:".</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="words">Who is who.</param>
    public static string Of(WorkflowState state, PlainWords words)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(words);
        return state.ShownStatus switch
        {
            WorkflowStatus.Planning => state.Agreed is null ? "finding out what the goal means" : "planning",
            WorkflowStatus.Running => Running(state),
            WorkflowStatus.Waiting => "waiting for " + Waiting(state, words),
            WorkflowStatus.Paused => state.HeldBy is not null ? Because("suspended", state.HeldReason)
                : state.PausedBy is { } pause ? Because($"paused by {words.Who(Actor.Person(pause.Person).Value)}", pause.Words)
                : "paused",
            WorkflowStatus.Completed => "completed",
            WorkflowStatus.Failed => "failed: " + words.ReadAny(state.Ending),
            _ => "cancelled: " + state.Ending, // a person's own words
        };
    }

    private static string Because(string what, string? why) => string.IsNullOrWhiteSpace(why) ? what : $"{what}: {why}";

    /// <summary>Who may fill a seat by now: "lead", or "lead or Omar for Petra or cfo".</summary>
    internal static string Whom(ApprovalState approval, string role, PlainWords words) => string.Join(" or ", approval.StandIns.Where(s => s.Role == role).Select(s => $"{words.Who(s.Person)} for {words.Who(s.For)}")
        .Concat(approval.Escalations.Where(e => e.Role == role).Select(e => e.To))
        .Prepend(role));

    private static string Running(WorkflowState state)
    {
        var titles = state.Tasks.Where(t => t.Status is WorkTaskStatus.Running or WorkTaskStatus.InReview && !t.IsExpanded).Select(t => t.Task.Title).ToList();
        var doing = titles.Count switch
        {
            0 => "checking whether the goal is met",
            1 => titles[0],
            _ => $"{titles[0]} and {titles.Count - 1} more",
        };
        doing = state.HasUnheard ? "hearing what was said" : state.WantsPlan ? titles.Count == 0 ? "making the plan anew" : doing + ", then the plan is made anew" : doing;
        return state.LowBudgets.IsEmpty ? doing : $"{doing}, coming to an end: little is left of {string.Join(" and ", state.LowBudgets.Select(b => $"the budget '{b.Budget}'").Distinct())}";
    }

    private static string Waiting(WorkflowState state, PlainWords words)
    {
        var roles = state.Approvals.Values.Where(a => a.Verdict is null).SelectMany(a => a.OpenRoles.Select(role => Whom(a, role, words)))
            .Concat(state.Escalations.Values.Where(e => state.IsOpen(e) && e.IsAwaited).Select(e => e.Raised.Role))
            .Concat(state.Tasks.Where(t => t.Status == WorkTaskStatus.WaitingPerson).Select(t => words.Who(t.Executor!.Actor.Value)))
            .Concat(state.Tasks.Where(t => t.HeldBy is not null && !t.IsFinal).Select(t => $"the suspension of {t.HeldBy} to be lifted"))
            .Concat(state.Tasks.Where(t => t.NextAssignment is not null).GroupBy(t => t.Task.Skill, StringComparer.Ordinal).Select(g => TimeFor(state, g.Key, g.First())))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Concat(state.Deferred.Select(c => state.Calls[c].NextDecision).Min() is { } next ? [$"the time to decide again, {next:yyyy-MM-dd HH:mm} UTC"] : Array.Empty<string>());
        return string.Join(" and ", roles);
    }

    /// <summary>One line for a skill, whatever waits for it: a list may have hundreds of tasks.</summary>
    private static string TimeFor(WorkflowState state, string skill, TaskState first)
    {
        var more = state.Tasks.Count(t => t.Status == WorkTaskStatus.Ready && t.Task.ForEach is null && t.Task.Skill == skill) - 1;
        return string.Create(CultureInfo.InvariantCulture, $"somebody with time for '{first.Task.Title}'{(more > 0 ? $" and {more} more" : string.Empty)}");
    }
}
