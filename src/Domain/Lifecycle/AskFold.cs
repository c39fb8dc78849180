using System.Globalization;

namespace AiManager.Domain;

/// <summary>Questions to models and their answers. An agent's own questions are its turn; the others are kept by id.</summary>
internal static class AskFold
{
    /// <summary>The step under which an agent works on its task.</summary>
    public const string Act = "act";

    public static WorkflowState? Apply(WorkflowState state, Recorded recorded) => recorded.Event switch
    {
        ModelAsked { Step: Act, Task: { } id } asked => AskTurn(state, id, asked),
        ModelAsked asked => IsKnown(state, asked.Ask) ? null : state with { Asks = state.Asks.Add(asked.Ask, new AskState(asked)) },
        ModelAskedAgain again => IsOpen(state, again) ? state : null,
        ModelReplied replied => Reply(state, replied),
        _ => null,
    };

    /// <summary>Only what waits for its answer is sent again.</summary>
    private static bool IsOpen(WorkflowState state, ModelAskedAgain again) =>
        state.Asks.TryGetValue(again.Ask, out var ask) ? ask.Replied is null : again.Task is { } id && state.Task(id)?.Turn.OpenAsk == again.Ask;

    private static WorkflowState? AskTurn(WorkflowState state, TaskId id, ModelAsked asked) =>
        state.Task(id) is { Status: WorkTaskStatus.Running, IsExpanded: false, Turn.OpenAsk: null } task && !IsKnown(state, asked.Ask)
            ? TaskFold.Replace(state, task, task with { Turn = task.Turn with { OpenAsk = asked.Ask, Asked = asked, Asks = task.Turn.Asks + 1 } })
            : null;

    /// <summary>An id stands for one question; under a second one, its answer could not be told apart.</summary>
    private static bool IsKnown(WorkflowState state, AskId ask) =>
        state.Asks.ContainsKey(ask) || state.Tasks.Any(t => t.Turn.OpenAsk == ask || t.Turn.Items.Any(i => i is TurnItem.Reply reply && reply.Ask == ask));

    private static WorkflowState? Reply(WorkflowState state, ModelReplied replied)
    {
        if (replied.Cost is { } cost && !cost.TryRead(out _))
        {
            return null;
        }

        if (state.Asks.TryGetValue(replied.Ask, out var ask))
        {
            return ask.Replied is not null ? null : Pay(state, replied) with { Asks = state.Asks.SetItem(replied.Ask, ask with { Replied = replied }) };
        }

        if (replied.Task is not { } id || state.Task(id) is not { } task || task.Turn.OpenAsk != replied.Ask)
        {
            return null;
        }

        var turn = task.Turn with { OpenAsk = null, Asked = null, Tokens = task.Turn.Tokens + (replied.Usage?.Total ?? 0) };
        if (replied.Outcome == ModelOutcome.Replied)
        {
            var calls = replied.Calls.Select((call, i) => new TurnCall(CallIdOf(replied.Ask, i), call));
            turn = turn with
            {
                Items = turn.Items.Add(new TurnItem.Reply(replied.Ask, replied.Text, [.. calls])),
                Corrections = replied.Calls.IsEmpty ? turn.Corrections : 0,
            };
        }

        return TaskFold.Replace(Pay(state, replied), task, task with { Turn = turn });
    }

    private static CallId CallIdOf(AskId ask, int index) => PrefixedId.Derive<CallId>(ask.Value, index.ToString(CultureInfo.InvariantCulture));

    private static WorkflowState Pay(WorkflowState state, ModelReplied replied)
    {
        decimal? cost = replied.Cost is { } money && money.TryRead(out var amount) ? amount : null;
        var used = new Amounts(ModelCost: cost, Tokens: replied.Usage?.Total, Calls: replied.Usage is null ? null : 1);
        return state with { Spend = state.Spend.Pay(used, replied.Cost?.Currency) };
    }
}
