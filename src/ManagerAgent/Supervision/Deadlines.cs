using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.ManagerAgent;

/// <summary>
/// What happens when a deadline passes: it is noticed once, and an operator says what is to be done. What is under way goes on meanwhile, and what is done
/// late is done.
/// </summary>
internal sealed class Deadlines(Delegation delegation, TimeProvider time)
{
    /// <summary>More time: the words say until when.</summary>
    public const string Extend = "extend";

    private const string Reassign = "reassign";
    private const string GiveUp = "giveUp";

    /// <summary>Notes that a deadline has passed and asks about it, in one append: there is never one without the other.</summary>
    public async Task NoticeAsync(TaskId? id, WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if ((id is { } known ? await OfTaskAsync(state, state.Task(known), cancellationToken) : OfGoal(state)) is { } asked)
        {
            await session.AppendAsync([new DeadlinePassed(id, asked.Missed), asked.Escalated], [], Actor.System, cancellationToken);
        }
    }

    /// <summary>Carries out what a person said.</summary>
    public async Task ObeyAsync(EscalationId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (!state.Escalations.TryGetValue(id, out var asked) || asked.Choice is null)
        {
            return;
        }

        if (asked.Choice == GiveUp)
        {
            await session.AppendAsync([new GoalFailed(GoalFailure.GivenUp, $"{asked.By} gave it up after a deadline had passed.")], [], Actor.Manager, cancellationToken);
        }
        else if (asked.Raised.Task is { } late && state.Task(late) is { IsFinal: false } task && task.Order == id)
        {
            var (events, holds) = asked.Choice == Reassign ? await ReassignedAsync(state, task, asked.Raised.Question, cancellationToken) : (Skipped(state, task, asked), _ => true);
            await session.AppendWhileAsync(holds, [.. events], Actor.Manager, cancellationToken);
        }
    }

    /// <summary>Until when, in a person's words: a time with its offset from UTC, or a duration from now; null and why when it is neither.</summary>
    public static (DateTimeOffset? Deadline, string? Fault) Read(string? words, DateTimeOffset now)
    {
        const string Usage = "Say until when: a duration such as 4h or 2d, or a time such as 2026-11-21T17:00:00Z.";
        var text = words?.Trim() ?? string.Empty;
        DateTimeOffset? deadline = Duration.TryRead(text, out var span) ? now + span
            : IsTime(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at) ? at
            : null;
        return deadline is null ? (null, text.Length == 0 ? Usage : $"'{(text.Length <= 100 ? text : text[..100] + "…")}' is no deadline. {Usage}")
            : deadline <= now ? (null, $"{Write(deadline.Value)} has passed already. {Usage}")
            : (EventHash.Cut(deadline.Value), null);
    }

    /// <summary>Only what says its offset is one moment; a bare date or hour would be read in whatever zone this machine is in.</summary>
    private static bool IsTime(string text) =>
        text.Length >= 17 && text[4] == '-' && text[10] is 'T' or 't' or ' ' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');

    private async Task<(DateTimeOffset Missed, Escalated Escalated)?> OfTaskAsync(WorkflowState state, TaskState? task, CancellationToken cancellationToken)
    {
        if (task?.Task.Deadline is not { } missed)
        {
            return null;
        }

        var canReassign = task.Executor is not null && await delegation.TakeoverAsync(state, task, cancellationToken) is not null;
        ImmutableArray<string> choices = canReassign ? [Extend, Reassign, "skip", GiveUp] : [Extend, "skip", GiveUp];
        return (missed, Ask(
            task.Task.Id.Value,
            task.Task.Id,
            missed,
            $"'{task.Task.Title}' was to be done by {Write(missed)} and is not ({StatusNames.Write(task.Status)}{(task.Executor is { } who ? ", " + who.Actor : string.Empty)}).{EffectWords.After(state, task)} "
                + $"Give it more time (say until when), {(canReassign ? "give it to somebody else, " : string.Empty)}skip it, or give up the goal? It goes on meanwhile.",
            choices));
    }

    private (DateTimeOffset Missed, Escalated Escalated)? OfGoal(WorkflowState state) => state.Deadline is { } missed
        ? (missed, Ask(
            state.Id.Value,
            null,
            missed,
            $"The goal was to be reached by {Write(missed)} and is not. Give it more time (say until when), go on without a deadline, or give it up? It goes on meanwhile.",
            [Extend, "goOn", GiveUp]))
        : null;

    private static Escalated Ask(Guid about, TaskId? task, DateTimeOffset missed, string question, ImmutableArray<string> choices) => new(
        PrefixedId.Derive<EscalationId>(about, "deadline/" + missed.UtcTicks.ToString(CultureInfo.InvariantCulture)),
        EscalationKind.MissedDeadline,
        task,
        null,
        question,
        choices,
        Escalations.DefaultRole,
        null);

    private async Task<(IEnumerable<WorkflowEvent> Events, Func<WorkflowState, bool> Holds)> ReassignedAsync(WorkflowState state, TaskState task, string question, CancellationToken cancellationToken)
    {
        var late = $"It was not done by {Write(task.Task.Deadline ?? time.GetUtcNow())}.";

        // Whoever takes over begins anew, and does once more what whoever was asked did not know to be done.
        var isKnown = question.Contains(EffectWords.After(state, task), StringComparison.Ordinal);
        if (isKnown && await delegation.TakeoverAsync(state, task with { Reason = task.Reason ?? late }, cancellationToken) is { } takeover)
        {
            return ([.. Stopped(state, task, late, isFinal: false), takeover.Fact], takeover.Holds);
        }

        // Whoever could have taken over is gone by now: it is for a person to say what else.
        return (
            task.Status == WorkTaskStatus.Blocked ? [Supervisor.Obey(state, task) ?? Escalations.Blocked(state, task)] : Stopped(state, task, late + (isKnown ? " There is nobody else who could do it." : " It had gone on before somebody else could take it."), isFinal: false),
            _ => true);
    }

    private static IEnumerable<WorkflowEvent> Skipped(WorkflowState state, TaskState task, EscalationState asked)
    {
        var reason = $"{asked.By} skipped it: its deadline had passed.";
        return [.. Stopped(state, task, reason, isFinal: true), new TaskFailed(task.Task.Id, reason)];
    }

    /// <summary>Takes a task from its executor. Nobody need approve any more what it asked for.</summary>
    private static IEnumerable<WorkflowEvent> Stopped(WorkflowState state, TaskState task, string reason, bool isFinal)
    {
        IEnumerable<WorkflowEvent> voided = VoidedApprovals.Of(state, task.Task.Id, "system", "clock", reason);
        return task.Status is WorkTaskStatus.Running or WorkTaskStatus.WaitingApproval or WorkTaskStatus.WaitingPerson
            ? voided.Append(new TaskBlocked(task.Task.Id, reason, isFinal))
            : voided;
    }

    private static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
