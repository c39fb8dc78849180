using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Steps 1 to 6 of the gate: does the tool exist, do the arguments fit, does the grant cover it, what are the facts, what does authority say, is there
/// budget. Reads, and writes nothing. The first step that says no ends it; whatever goes wrong in judging is a no.
/// </summary>
internal sealed class CallJudge(Catalog catalog, Policy policy, BudgetDesk budgets, IDirectory directory, ICompany company, TimeProvider time)
{
    /// <summary>Judges a call on the policy, catalogue and facts of this moment.</summary>
    /// <param name="call">The wanted call.</param>
    /// <param name="args">Its arguments in canonical form.</param>
    /// <param name="state">The workflow.</param>
    /// <param name="approval">An approval that it may use; null when it has none.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Judgement> JudgeAsync(ToolCall call, JsonText args, WorkflowState state, ApprovalState? approval, CancellationToken cancellationToken)
    {
        var tool = catalog.Find(call.Tool);
        var sheet = new Sheet(call, args, tool, policy.Hash);
        try
        {
            if (Refusal(call, args, tool, state, sheet) is { } refusal)
            {
                return sheet.Deny([], refusal);
            }

            return await WeighAsync(call, args, tool!, state, approval, sheet, cancellationToken);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreUnavailableException))
        {
            // Fail closed. What exactly broke is for the log, not for the agent.
            return sheet.Deny([], fault is FactException known ? $"A fact could not be read: {known.Message}" : "The decision could not be made, so it is a no.");
        }
    }

    /// <summary>Steps 1 to 3.</summary>
    private string? Refusal(ToolCall call, JsonText args, Tool? tool, WorkflowState state, Sheet sheet)
    {
        if (Stopped(call, tool, state) is { } stopped)
        {
            return sheet.Step("exists", stopped);
        }

        sheet.Pass("exists");
        var errors = tool!.Schema.Validate(args);
        if (!errors.IsEmpty)
        {
            return sheet.Step("schema", "The arguments do not fit the tool: " + string.Join("; ", errors));
        }

        sheet.Pass("schema");
        var uncovered = call.Caller == Actor.System
            ? tool.Info.IsReadOnly ? null : "The system itself only reads."
            : call.Grant is null || !call.Grant.Covers(tool.Name, time.GetUtcNow()) ? $"The task's grant does not cover {tool.Name}."
            : directory.Agent(call.Caller.AgentName ?? string.Empty)?.Tools.Contains(tool.Name) != true ? $"{call.Caller} does not have {tool.Name}."
            : null;
        if (uncovered is not null)
        {
            return sheet.Step("grant", uncovered);
        }

        sheet.Pass("grant");
        return null;
    }

    private string? Stopped(ToolCall call, Tool? tool, WorkflowState state)
    {
        if (tool is null)
        {
            return $"There is no tool '{(call.Tool.Length <= 100 ? call.Tool : call.Tool[..100] + "…")}'.";
        }

        var stopped = company.State.Suspensions;
        return stopped.TryGetValue("tool/" + tool.Name, out var why) ? $"{tool.Name} is suspended: {why}"
            : stopped.TryGetValue("agent/" + call.Caller.AgentName, out why) ? $"{call.Caller} is suspended: {why}"
            : stopped.TryGetValue("workflow/" + state.Id, out why) ? $"{state.Id} is suspended: {why}"
            : null;
    }

    /// <summary>Steps 4 to 6.</summary>
    private async Task<Judgement> WeighAsync(
        ToolCall call, JsonText args, Tool tool, WorkflowState state, ApprovalState? approval, Sheet sheet, CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(tool, args.ToElement(), cancellationToken);
        sheet.Pin(facts.Json);
        sheet.Pass("facts");
        var task = call.Task is { } id ? state.Task(id)?.Task : null;
        var now = time.GetUtcNow();
        var decision = policy.Decide(new AuthorityRequest(
            tool.Name, tool.Traits, call.Caller.AgentName ?? call.Caller.Value, WhenValue.FromJson(args.ToElement()), facts.Values, task, state.Submitted, state.Agreed?.Playbook, now));
        sheet.Say("authority", decision.Effect, decision.Reason);
        if (decision.Effect == Effect.Deny)
        {
            return sheet.Deny(decision.Rules, decision.Reason);
        }

        sheet.Note("flow", "notConfigured");
        var budget = await BudgetAsync(tool, args, facts, task, state, approval, now, cancellationToken);
        sheet.Say("budget", budget.Effect, budget.Reason);
        if (budget.Effect == Effect.Deny)
        {
            return sheet.Deny(budget.Budgets, budget.Reason);
        }

        if (tool.Precondition is { } condition && await condition.Query.ReadAsync(args.ToElement(), cancellationToken) is null)
        {
            return sheet.Deny([], sheet.Step("precondition", condition.Reason ?? "What the tool needs is not so, or not any more: its precondition gives no row."));
        }

        var asks = decision.Effect == Effect.Ask || budget.Effect == Effect.Ask;
        var reasons = new[] { decision.Effect == Effect.Ask ? decision.Reason : null, budget.Effect == Effect.Ask ? budget.Reason : null }.OfType<string>();
        return sheet.Decide(
            asks ? Effect.Ask : Effect.Allow,
            [.. decision.Rules, .. budget.Effect == Effect.Ask ? budget.Budgets : []],
            asks ? string.Join(" ", reasons) : decision.Reason) with
        {
            Seats = Join(decision.Seats, budget.Effect == Effect.Ask ? budget.Seats : []),
            ExpiresAfter = new[] { decision.ExpiresAfter, budget.Effect == Effect.Ask ? budget.ExpiresAfter : null }.Min() ?? TimeSpan.FromDays(2),
            AskingBudgets = budget.Effect == Effect.Ask ? budget.Budgets : [],
            Reservations = budget.Reservations,
            Guards = budget.Guards,
        };
    }

    private async Task<BudgetDecision> BudgetAsync(
        Tool tool, JsonText args, PinnedFacts facts, WorkTask? task, WorkflowState state, ApprovalState? approval, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = tool.Money is { } path ? new Amounts(Money: AmountOf(path, args, facts)) : Amounts.None;
        return await budgets.LookAsync(
            new BudgetRequest(tool.Name, args, facts.Json, wanted, state, task, now, approval?.Requested.Budgets ?? [], approval?.Requested.Approval), cancellationToken);
    }

    private static decimal AmountOf(WhenExpression path, JsonText args, PinnedFacts facts) =>
        path.Value(new WhenFacts { Args = WhenValue.FromJson(args.ToElement()), Facts = facts.Values }) is WhenNumber { Value: >= 0 and var amount }
            ? amount
            : throw new FactException("the amount that the call would spend is not a number of at least 0");

    /// <summary>Facts as they are now. A fact without a value is an error.</summary>
    internal static async Task<PinnedFacts> FactsAsync(Tool tool, JsonElement args, CancellationToken cancellationToken)
    {
        var json = new StringBuilder("{");
        var values = new Dictionary<string, WhenValue>(StringComparer.Ordinal);
        foreach (var fact in tool.Facts)
        {
            if (await fact.Query.ReadAsync(args, cancellationToken) is not { } read || FactValues.Fit(fact.Kind, read) is not { } value)
            {
                throw new FactException($"'{fact.Name}' of {tool.Name} has no value for these arguments.");
            }

            json.Append(json.Length > 1 ? "," : string.Empty).Append(JsonText.OfString(fact.Name)).Append(':').Append(value.Text);
            values[fact.Name] = FactValues.Value(fact.Kind, value.ToElement());
        }

        return new PinnedFacts(CanonicalJson.Of(JsonText.Parse(json.Append('}').ToString())), new WhenRecord(values));
    }

    /// <summary>Per role, the largest number that anybody wants.</summary>
    private static ImmutableArray<Seat> Join(ImmutableArray<Seat> left, ImmutableArray<Seat> right) =>
        [.. left.Concat(right).GroupBy(s => s.Role).Select(g => new Seat(g.Key, g.Max(s => s.Count)))];

    /// <summary>The steps as they are taken.</summary>
    private sealed class Sheet(ToolCall call, JsonText args, Tool? tool, string policyHash)
    {
        private readonly List<GateStep> _steps = [];
        private JsonText _facts = JsonText.EmptyObject;

        public void Pass(string step) => _steps.Add(new GateStep(step, "passed"));

        public void Note(string step, string verdict) => _steps.Add(new GateStep(step, verdict));

        public void Say(string step, Effect effect, string detail) => _steps.Add(effect switch
        {
            Effect.Deny => new GateStep(step, "denied", detail),
            Effect.Ask => new GateStep(step, "asked", detail),
            _ => new GateStep(step, "passed"),
        });

        public string Step(string step, string reason)
        {
            _steps.Add(new GateStep(step, "denied", reason));
            return reason;
        }

        public void Pin(JsonText facts) => _facts = facts;

        public Judgement Deny(ImmutableArray<string> rules, string reason) => Decide(Effect.Deny, rules, reason);

        public Judgement Decide(Effect effect, ImmutableArray<string> rules, string reason) =>
            new(new CallDecided(call.Call, effect, rules, _facts, reason, policyHash, tool?.Info.Version ?? string.Empty, [.. _steps]), tool)
            {
                Digest = CanonicalJson.Digest(call.Tool, tool?.Info.Version ?? string.Empty, args.Text),
            };
    }
}

/// <summary>Facts as pinned for one decision.</summary>
/// <param name="Json">For the journal.</param>
/// <param name="Values">For conditions.</param>
internal sealed record PinnedFacts(JsonText Json, WhenRecord Values);
