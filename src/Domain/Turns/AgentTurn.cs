using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Domain;

/// <summary>What an agent does next on its task.</summary>
public abstract record TurnMove
{
    private TurnMove()
    {
    }

    /// <summary>Ask the model, under this id.</summary>
    public sealed record AskModel(AskId Ask) : TurnMove;

    /// <summary>Take a proposed call to the gate, or take it up again there.</summary>
    public sealed record CallTool(TurnCall Call) : TurnMove;

    /// <summary>Send a reply back with what is wrong with it.</summary>
    public sealed record Correct(AskId Ask, ImmutableArray<string> Errors) : TurnMove;

    /// <summary>Hand in the deliverable.</summary>
    public sealed record SubmitDeliverable(JsonText Deliverable) : TurnMove;

    /// <summary>Give up; the manager decides what next.</summary>
    public sealed record Stop(string Reason, bool Final) : TurnMove;
}

/// <summary>
/// An agent's turn as a pure decider: the model is asked, its calls go through the gate (each by itself; one that waits does not
/// hold up the others), and a reply without calls is the deliverable. Empty means: the turn waits for an approval, for time, or for an answer about an unknown call.
/// </summary>
public static class AgentTurn
{
    /// <summary>Replies that may be sent back in a row before the attempt ends.</summary>
    private const int MostCorrections = 2;

    /// <summary>Equal calls with equal results before the attempt ends.</summary>
    private const int MostRepeats = 3;

    /// <summary>The next moves for <paramref name="task"/>, which runs; calls come side by side, everything else alone.</summary>
    public static ImmutableArray<TurnMove> Decide(WorkflowState state, TaskState task)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        // An effect that nobody has heard the end of comes first, whatever happened to the turn since.
        var started = task.Calls.Select(c => state.Calls[c]).Where(c => c.Status == CallStatus.Started && c.Proposed.Agent != Actor.System.Value).ToList();
        if (started.Count > 0)
        {
            return [.. started.Select(c => new TurnMove.CallTool(TurnCallOf(task, c.Proposed)))];
        }

        if (task.Turn.OpenAsk is { } open)
        {
            return [new TurnMove.AskModel(open)];
        }

        var last = task.Turn.Items.OfType<TurnItem.Reply>().LastOrDefault();
        if (task.Turn.Items.IsEmpty && RecallCall.Of(task) is { } recall && state.Calls.GetValueOrDefault(recall.Call) is not { IsFinal: true } and var looked)
        {
            return looked?.Status is null or CallStatus.Proposed or CallStatus.Approved ? [new TurnMove.CallTool(recall)] : [];
        }

        if (last is null || task.Turn.Items[^1] is not TurnItem.Reply)
        {
            return Ask(state, task);
        }

        return last.Calls.IsEmpty ? Judge(state, task, last) : Call(state, task, last);
    }

    /// <summary>The id of the next question of <paramref name="task"/>'s agent.</summary>
    public static AskId NextAsk(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return PrefixedId.Derive<AskId>(task.Task.Id.Value, string.Create(CultureInfo.InvariantCulture, $"act/{task.Assignment}/{task.Turn.Asks + 1}"));
    }

    private static TurnCall TurnCallOf(TaskState task, CallProposed proposed) =>
        task.Turn.Items.OfType<TurnItem.Reply>().SelectMany(r => r.Calls).FirstOrDefault(c => c.Call == proposed.Call)
            ?? new TurnCall(proposed.Call, new ModelToolCall(proposed.Call.ToString(), proposed.Tool, proposed.Args));

    private static ImmutableArray<TurnMove> Ask(WorkflowState state, TaskState task)
    {
        if (task.Turn.Asks - task.Turn.Attempt.Asks >= task.Limits.Turns)
        {
            return [new TurnMove.Stop($"It came to no end within {task.Limits.Turns} questions to the model.", Final: false)];
        }

        if (task.Turn.Tokens - task.Turn.Attempt.Tokens >= task.Limits.Tokens)
        {
            return [new TurnMove.Stop($"It used up its {task.Limits.Tokens} tokens.", Final: false)];
        }

        return Repeats(state, task) is { } repeated
            ? [new TurnMove.Stop($"It made the same call of {repeated} {MostRepeats} times with the same result.", Final: false)]
            : [new TurnMove.AskModel(NextAsk(task))];
    }

    private static ImmutableArray<TurnMove> Call(WorkflowState state, TaskState task, TurnItem.Reply reply)
    {
        var moves = ImmutableArray.CreateBuilder<TurnMove>();
        var waits = false;
        foreach (var call in reply.Calls)
        {
            var known = state.Calls.GetValueOrDefault(call.Call);
            switch (known?.Status)
            {
                case null or CallStatus.Proposed or CallStatus.Approved or CallStatus.Started:
                case CallStatus.Unknown when state.LastEscalationOf(known) is null:
                    moves.Add(new TurnMove.CallTool(call));
                    break;
                case CallStatus.Asked or CallStatus.Deferred or CallStatus.Unknown:
                    waits = true;
                    break;
            }
        }

        return moves.Count > 0 || waits ? moves.ToImmutable() : Ask(state, task);
    }

    private static ImmutableArray<TurnMove> Judge(WorkflowState state, TaskState task, TurnItem.Reply reply)
    {
        var errors = ReplyReader.Read(reply.Text, task.Task.Deliverable.Schema, out var deliverable, out var cannot);
        if (cannot is not null)
        {
            return [new TurnMove.Stop(cannot, WasRejected(state, task))];
        }

        if (errors.IsEmpty)
        {
            return [new TurnMove.SubmitDeliverable(deliverable)];
        }

        return task.Turn.Corrections >= MostCorrections
            ? [new TurnMove.Stop("Its replies do not satisfy the deliverable's contract: " + errors[0], Final: false)]
            : [new TurnMove.Correct(reply.Ask, errors)];
    }

    private static bool WasRejected(WorkflowState state, TaskState task) =>
        task.Turn.Items.OfType<TurnItem.Reply>().SelectMany(r => r.Calls).Any(c => state.Calls.TryGetValue(c.Call, out var call) && call.WasRejected);

    private static string? Repeats(WorkflowState state, TaskState task)
    {
        var calls = task.Turn.Items.Skip(task.Turn.Attempt.Items).OfType<TurnItem.Reply>().SelectMany(r => r.Calls)
            .Select(c => state.Calls.GetValueOrDefault(c.Call))
            .OfType<CallState>()
            .GroupBy(c => (c.Proposed.Tool, c.Proposed.Args, Result: c.Settled?.Result ?? JsonText.OfString(c.Refusal ?? string.Empty)));
        return calls.FirstOrDefault(g => g.Count() >= MostRepeats)?.Key.Tool;
    }
}
