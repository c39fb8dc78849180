using AiManager.ExecutionAgents;

namespace AiManager.Evals;

/// <summary>
/// What was capped stays below its cap: the goal's tokens, model calls, model cost and money, where it has such a cap; each attempt's questions and tokens; its deadline, which
/// passes only on record; and the brief of each question to an executor. What no cap was given for is not looked at.
/// </summary>
internal static class LimitsLaw
{
    private const string AgentStep = "act";

    /// <summary>Bytes of a brief, and a third more for the descriptions of tools that go with it and are measured with it.</summary>
    private const long LongestQuestion = AgentExecutor.DefaultBriefTokens * BriefText.BytesPerToken * 4 / 3;

    /// <summary>How long an end may be on its way when the deadline passes.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMinutes(1);

    public static IEnumerable<Grade> Of(WorkflowRecord workflow)
    {
        var events = workflow.Events;
        var budget = Amounts.Least(
            events.Select(e => e.Event).OfType<ContractAgreed>().LastOrDefault()?.Contract.Budget, events.Select(e => e.Event).OfType<GoalSubmitted>().FirstOrDefault()?.Budget);
        if (budget is { } cap && cap != Amounts.None)
        {
            var spent = Spent(workflow);
            yield return Grade.Of(Aspects.Limits, spent.IsWithin(cap), $"spent {spent} of {cap}");
        }

        if (events.Any(e => e.Event is ModelAsked { Step: AgentStep, Task: not null }))
        {
            yield return Grade.Of(Aspects.Limits, Attempts(workflow).ToList());
            yield return Grade.Of(Aspects.Brief, Briefs(workflow).ToList());
        }

        if (events.Any(e => e.Event is GoalSubmitted { Deadline: not null } or ContractAgreed { Contract.Deadline: not null }))
        {
            yield return Grade.Of(Aspects.Limits, Deadline(workflow).ToList());
        }
    }

    /// <summary>Of what a goal's budget can cap, as the events say; money that people let pass the cap is not counted against it.</summary>
    public static Amounts Spent(WorkflowRecord workflow)
    {
        var passed = workflow.Events.Select(e => e.Event).OfType<CallStarted>().Where(s => s.Reserved.Any(r => r is { Budget: "goal", Approval: not null })).Select(s => s.Call).ToHashSet();
        var (tokens, asks, tools, money, price) = (0L, 0L, 0L, 0m, 0m);
        foreach (var fact in workflow.Events.Select(e => e.Event))
        {
            switch (fact)
            {
                case ModelReplied replied:
                    tokens += replied.Usage?.Total ?? 0;
                    asks += replied.Usage is null ? 0 : 1;
                    price += Of(replied.Cost);
                    break;
                case CallStarted:
                    tools++;
                    break;
                case CallSettled { Outcome: not CallOutcome.Unknown } settled when !passed.Contains(settled.Call):
                    money += Of(settled.Cost);
                    break;
            }
        }

        return new Amounts(money, price, tokens, asks, tools);
    }

    private static decimal Of(Money? money) => money is not null && money.TryRead(out var amount) ? amount : 0;

    /// <summary>An attempt begins with an executor or with feedback, and asks no more than it may.</summary>
    private static IEnumerable<string> Attempts(WorkflowRecord workflow)
    {
        Dictionary<TaskId, (TurnLimits Limits, int Asks, long Tokens)> attempts = [];
        HashSet<AskId> own = [];
        foreach (var fact in workflow.Events.Select(e => e.Event))
        {
            switch (fact)
            {
                case TaskAssigned assigned:
                    attempts[assigned.Task] = (assigned.Limits ?? new TurnLimits(), 0, 0);
                    break;
                case TaskReassigned assigned:
                    attempts[assigned.Task] = (assigned.Limits ?? new TurnLimits(), 0, 0);
                    break;
                case TaskRetried retried when attempts.TryGetValue(retried.Task, out var before):
                    attempts[retried.Task] = (before.Limits, 0, 0);
                    break;
                case ModelReplied { Task: { } task, Usage: { } usage } replied when own.Contains(replied.Ask) && attempts.TryGetValue(task, out var under):
                    attempts[task] = under with { Tokens = under.Tokens + usage.Total };
                    break;
                case ModelAsked { Step: AgentStep, Task: { } task } asked:
                    own.Add(asked.Ask);
                    var attempt = attempts.GetValueOrDefault(task, (new TurnLimits(0, 0), 0, 0));
                    if (attempt.Asks >= attempt.Limits.Turns)
                    {
                        yield return $"{task} asked its model {attempt.Asks + 1} times of {attempt.Limits.Turns}";
                    }
                    else if (attempt.Tokens >= attempt.Limits.Tokens)
                    {
                        yield return $"{task} asked its model after {attempt.Tokens} tokens of {attempt.Limits.Tokens}";
                    }

                    attempts[task] = attempt with { Asks = attempt.Asks + 1 };
                    break;
            }
        }
    }

    private static IEnumerable<string> Briefs(WorkflowRecord workflow) => workflow.Events.Select(e => e.Event).OfType<ModelAsked>()
        .Where(a => a.Step == AgentStep && a.PromptBytes > LongestQuestion)
        .Select(a => $"a question of {a.PromptBytes} bytes to {a.Role}, of {LongestQuestion}");

    private static IEnumerable<string> Deadline(WorkflowRecord workflow)
    {
        DateTimeOffset? deadline = null;
        var isNoticed = false;
        foreach (var recorded in workflow.Events)
        {
            switch (recorded.Event)
            {
                case GoalSubmitted submitted:
                    deadline = submitted.Deadline;
                    break;
                case ContractAgreed { Contract.Deadline: { } agreed }:
                    deadline = agreed;
                    break;
                case DeadlineExtended { Task: null } extended:
                    (deadline, isNoticed) = (extended.Deadline, false);
                    break;
                case DeadlinePassed { Task: null }:
                    isNoticed = true;
                    break;
                case GoalCompleted when !isNoticed && recorded.At > deadline + OnItsWay:
                    yield return $"it was completed at {recorded.At:u}, after its deadline {deadline:u}, which nobody noticed";
                    yield break;
            }
        }

        // Whatever it came to: something went on after the deadline, and nobody was told that it had passed. What still happens after its end is not the goal's.
        if (!isNoticed && !workflow.Events.Any(e => e.Event is GoalCompleted) && workflow.Events.TakeWhile(e => e.Event is not (GoalFailed or GoalCancelled)).LastOrDefault()?.At is { } last && last > deadline + OnItsWay)
        {
            yield return $"it went on until {last:u}, after its deadline {deadline:u}, which nobody noticed";
        }
    }
}
