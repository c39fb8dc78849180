using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A plan as lines for a terminal: tasks in order, those of a template behind it, and who waits for whom. Pure.</summary>
internal static class PlanLines
{
    /// <summary>The lines.</summary>
    /// <param name="workflow">As everybody outside sees it.</param>
    /// <param name="words">Who is who.</param>
    public static ImmutableArray<PlanLine> Of(WorkflowResource workflow, PlainWords words) =>
    [
        .. workflow.Plan.Tasks.Select(task => new PlanLine(
            task.Id,
            task.Parent is null ? 0 : 1,
            Printable.Line(task.Title),
            Status(workflow, task),
            task.Executor is { } executor ? Printable.Line(words.Who(executor)) : null,
            Note(workflow, task, words))),
    ];

    /// <summary>What has been spent, in one line.</summary>
    public static string Spend(WorkflowResource workflow)
    {
        var spend = workflow.Spend;
        var done = workflow.Plan.Tasks.Count(t => t is { IsTemplate: false, Status: "done" });
        var all = workflow.Plan.Tasks.Count(t => t is { IsTemplate: false, Status: not "cancelled" });
        return $"{done} of {all} tasks done · spent {MoneyText.Of(spend.Money)} · models: {spend.Calls} calls, {spend.Tokens} tokens";
    }

    /// <summary>A template is as far as its tasks are.</summary>
    private static string Status(WorkflowResource workflow, TaskResource task)
    {
        var children = task.IsTemplate ? workflow.Plan.Tasks.Where(t => t.Parent == task.Id).ToList() : [];
        return children.Count > 0 && children.All(c => c.Status is "waiting_approval" or "waiting_person" or "done" or "failed" or "cancelled")
            && children.Any(c => c.Status is "waiting_approval" or "waiting_person")
                ? "waiting"
                : task.Status;
    }

    private static string? Note(WorkflowResource workflow, TaskResource task, PlainWords words)
    {
        var waiting = workflow.WaitingFor.Where(w => w.Task == task.Id).SelectMany(w => w.Person is { } person ? [Printable.Line(words.Who(person))] : w.Roles).Distinct().ToList();
        return waiting.Count > 0 ? "waits for " + string.Join(" and ", waiting)
            : task is { Status: "blocked" or "failed", Reason: { } reason } ? Printable.Cut(reason, 120)
            : null;
    }
}

/// <summary>One task.</summary>
/// <param name="Task">Which.</param>
/// <param name="Depth">1 below a template, else 0.</param>
/// <param name="Title">For people.</param>
/// <param name="Status">In the contract's words; <c>waiting</c> for a template whose tasks all wait or ended.</param>
/// <param name="Executor">Who does it; null until assigned.</param>
/// <param name="Note">Who it waits for, or what is wrong; null for neither.</param>
internal sealed record PlanLine(TaskId Task, int Depth, string Title, string Status, string? Executor, string? Note);
