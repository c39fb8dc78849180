using System.Collections.Immutable;
using System.Text;
using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// Steps 1 to 6 of the gate: does the tool exist, do the arguments fit, does the grant cover it, what are the facts, what does authority say, is there
/// budget. Reads, and writes nothing. The first step that says no ends it; whatever goes wrong in judging is a no.
/// </summary>
internal sealed class CallJudge(
    Catalog catalog, Policy policy, Permits permits, BudgetDesk budgets, RecordDesk records, FlowDesk flows, IDirectory directory, StopList stops, TimeProvider time, ILogger<CallJudge> logger)
{
    private readonly AuthorityStep _authority = new(policy, permits, flows, time);

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
            if (fault is FactException or PermitsException)
            {
                return sheet.Deny([], sheet.Step(fault is FactException ? "facts" : "authority", fault.Message));
            }

            logger.DecidingFailed(fault, call.Call, call.Tool);
            return sheet.Deny([], sheet.Step("authority", "The decision could not be made, so it is a no."));
        }
    }

    /// <summary>What is agreed to already when it is asked: whoever wrote the arguments sits where they may.</summary>
    public ImmutableArray<WorkflowEvent> AgreedBefore(ApprovalRequested requested, CallState? call) => Seating.OfEditor(requested, call, directory, time.GetUtcNow());

    /// <summary>The question as it is put, and what goes with it: nobody who made the call what it is decides it.</summary>
    public (ApprovalRequested Asked, ImmutableArray<WorkflowEvent> Escalated) WithoutSteerers(ApprovalRequested requested, WorkflowState state) => Exclusion.Of(requested, state, directory);

    /// <summary>A no for a reason that is not in the call: it could not be brought to an end.</summary>
    public Judgement Refuse(ToolCall call, string reason)
    {
        var sheet = new Sheet(call, CallArguments.Canonical(call.Args), catalog.Find(call.Tool), policy.Hash);
        return sheet.Deny([], sheet.Step("budget", reason));
    }

    /// <summary>Steps 1 to 3.</summary>
    private string? Refusal(ToolCall call, JsonText args, Tool? tool, WorkflowState state, Sheet sheet)
    {
        if (Missing(call, tool, state) is { } missing)
        {
            return sheet.Step("exists", missing);
        }

        sheet.Pass("exists");
        if (Misfit(call, args, tool!) is { } misfit)
        {
            return sheet.Step("schema", misfit);
        }

        sheet.Pass("schema");
        var uncovered = call.Caller == Actor.System
            ? !tool!.Info.IsReadOnly ? "The system itself only reads." : call.Grant is null ? null : Outside(call, args, tool)
            : Outside(call, args, tool!) is { } outside ? outside
            : directory.Agent(call.Caller.AgentName ?? string.Empty)?.Tools.Contains(tool!.Name) != true ? $"{call.Caller} does not have {tool!.Name}."
            : null;
        if (uncovered is not null)
        {
            return sheet.Step("grant", uncovered);
        }

        sheet.Pass("grant");
        return null;
    }

    /// <summary>Why the call lies outside the task's grant; null when it lies inside. A call that cannot be said to touch only what it may lies outside.</summary>
    private string? Outside(ToolCall call, JsonText args, Tool tool)
    {
        if (call.Grant is not { } grant)
        {
            return $"The task's grant does not cover {tool.Name}.";
        }

        var touched = tool.Resource is { } resource ? resource.Of(WhenValue.FromJson(args.ToElement())) : [];
        return touched is null && grant.Resources is not null
            ? $"It cannot be said which {tool.Resource!.Type} the call touches, and the task's grant is limited to some."
            : grant.WhyNot(tool.Name, args, touched ?? [], time.GetUtcNow());
    }

    private string? Missing(ToolCall call, Tool? tool, WorkflowState state) => tool is null
        ? catalog.WhyNot(call.Tool) ?? $"There is no tool '{(call.Tool.Length <= 100 ? call.Tool : call.Tool[..100] + "…")}'."
        : call.Caller.PersonId is not null ? "People do not call tools here."
        : stops.WhyNot(tool.Name, call.Caller.AgentName ?? call.Caller.Value, state);

    /// <summary>
    /// What is wrong with the arguments. Those that the model wrote are looked at before those in canonical form, in which a key that was there
    /// twice is there once.
    /// </summary>
    private static string? Misfit(ToolCall call, JsonText args, Tool tool)
    {
        if (Encoding.UTF8.GetByteCount(call.Args.Text) > CallArguments.MostBytes)
        {
            return $"The arguments are longer than {CallArguments.MostBytes / 1024} KB.";
        }

        var errors = tool.Schema.Validate(call.Args);
        if (errors.IsEmpty && args != call.Args)
        {
            errors = tool.Schema.Validate(args);
        }

        return errors.IsEmpty ? null : "The arguments do not fit the tool: " + string.Join("; ", errors);
    }

    /// <summary>Steps 4 to 6.</summary>
    private async Task<Judgement> WeighAsync(
        ToolCall call, JsonText args, Tool tool, WorkflowState state, ApprovalState? approval, Sheet sheet, CancellationToken cancellationToken)
    {
        var weighed = await _authority.WeighAsync(call, tool, args, state, cancellationToken);
        var (decision, facts) = (weighed.Decision, weighed.Facts);
        args = weighed.Args;
        sheet.Weigh(weighed);
        if (!weighed.Changes.IsEmpty && (call.Caller != Actor.System || call.Grant is not null) && Outside(call, args, tool) is { } outside)
        {
            return sheet.Deny([], sheet.Step("grant", outside));
        }

        sheet.Note("facts", tool.Facts.IsEmpty ? "notConfigured" : "passed");
        sheet.Say("authority", decision.Effect, decision.Reason);
        if (decision.Effect == Effect.Deny)
        {
            return sheet.Judged(sheet.Owing(decision, Effect.Deny, decision.Rules, decision.Reason));
        }

        if (decision.Effect == Effect.Defer)
        {
            return sheet.Judged(sheet.Owing(decision, Effect.Defer, decision.Rules, decision.Reason)) with
            {
                RetryAfter = decision.RetryAfter,
                Tries = decision.Tries,
            };
        }

        var task = call.Task is { } id ? state.Task(id)?.Task : null;
        var now = time.GetUtcNow();
        var look = weighed.Look;
        var flow = look?.Decision ?? FlowDecision.Free;
        if (look is null)
        {
            sheet.Note("flow", "notConfigured");
        }
        else
        {
            sheet.Say("flow", flow.Effect, flow.Reason);
        }

        if (flow.Effect == Effect.Deny)
        {
            return sheet.Deny(flow.Rules, flow.Reason);
        }

        var budget = await BudgetAsync(call.Caller, tool, args, facts, task, state, approval, decision.Uses, now, cancellationToken);
        sheet.Say("budget", budget.Effect, budget.Reason);
        if (budget.Effect == Effect.Deny)
        {
            return sheet.Deny(budget.Budgets, budget.Reason);
        }

        var record = await records.LookAsync(tool, args, state, approval, cancellationToken);
        if (record.Effect == Effect.Deny)
        {
            return sheet.Deny([RecordDesk.Rule], sheet.Step("record", record.Reason));
        }

        if (!record.Records.IsEmpty)
        {
            sheet.Say("record", record.Effect, record.Reason);
        }

        if (tool.Precondition is { } condition)
        {
            if (!await FactReader.HoldsAsync(tool, condition, args.ToElement(), time, cancellationToken))
            {
                return sheet.Deny([], sheet.Step("precondition", condition.Words));
            }

            sheet.Pass("precondition");
        }

        var reasons = new[] { (decision.Effect, decision.Reason), (flow.Effect, flow.Reason), (budget.Effect, budget.Reason), (record.Effect, record.Reason) }.Where(s => s.Effect == Effect.Ask).Select(s => s.Reason).ToList();
        var asks = reasons.Count > 0;
        var (effect, reason) = asks ? (Effect.Ask, string.Join(" ", reasons)) : (decision.Effect, decision.Reason);
        var ladder = AskLadder.Together(
        [
            .. decision.Effect == Effect.Ask ? [decision.Ladder] : Array.Empty<AskLadder>(),
            .. flow.Effect == Effect.Ask ? [flow.Approvers.Ladder] : Array.Empty<AskLadder>(),
            .. budget.Effect == Effect.Ask ? [budget.Ladder] : Array.Empty<AskLadder>(),
            .. record.Effect == Effect.Ask ? [record.Approvers.Ladder] : Array.Empty<AskLadder>(),
        ]);
        if (SeatOrder.IsCircular(ladder.Order))
        {
            return sheet.Deny([.. decision.Rules, .. flow.Rules], sheet.Step("authority", "What asks for it wants the same people in opposite orders, so nobody could agree first."));
        }

        ImmutableArray<string> by = [.. decision.Rules, .. flow.Rules, .. budget.Effect == Effect.Ask ? budget.Budgets : [], .. record.Effect == Effect.Ask ? [RecordDesk.Rule] : Array.Empty<string>()];
        return sheet.Judged(sheet.Owing(decision, effect, by, reason) with { Records = record.Records.IsEmpty ? null : record.Records }) with
        {
            Seats = Join([.. decision.Seats, .. flow.Approvers.Seats, .. record.Approvers.Seats], budget.Effect == Effect.Ask ? budget.Seats : []),
            Ladder = ladder,
            AskingBudgets = budget.Effect == Effect.Ask ? budget.Budgets : [],
            After = weighed.LooksBack ? CallHistory.LastStart(state) : null,
            Reservations = [.. budget.Reservations, .. record.Reservations],
            Guards = [.. budget.Guards, .. record.Guards],
            BegunElsewhere = record.Begun,
            Low = budget.Low,
            Money = tool.AmountOf(args, facts.Json),
        };
    }

    private async Task<BudgetDecision> BudgetAsync(
        Actor caller, Tool tool, JsonText args, PinnedFacts facts, WorkTask? task, WorkflowState state, ApprovalState? approval, ImmutableArray<Budget> uses, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var wanted = new Amounts(
            Money: tool.Money is { } path ? tool.AmountOf(args, facts.Json) ?? throw new FactException($"What the call would spend ({path.Text}) is not a number of at least 0.") : null,
            ToolCalls: 1,
            Time: tool.Longest,
            Recipients: tool.Recipients is { } whom ? tool.RecipientsOf(args, facts.Json) ?? throw new FactException($"It cannot be said how many people the call addresses ({whom.Text}).") : null);
        return await budgets.LookAsync(
            new BudgetRequest(caller.AgentName ?? caller.Value, tool.Name, args, facts.Json, wanted, state, task, now, approval?.Requested.Approval)
            {
                FoundOut = tool.IsFoundOut ? tool.Governed : null,
                Uses = uses,
            },
            cancellationToken);
    }

    /// <summary>Per role, the largest number that anybody wants.</summary>
    private static ImmutableArray<Seat> Join(ImmutableArray<Seat> left, ImmutableArray<Seat> right) =>
        [.. left.Concat(right).GroupBy(s => s.Role).Select(g => new Seat(g.Key, g.Max(s => s.Count)))];

    /// <summary>The steps as they are taken.</summary>
    private sealed class Sheet(ToolCall call, JsonText args, Tool? tool, string policyHash)
    {
        private readonly List<GateStep> _steps = [];
        private Weighed? _weighed;

        public void Pass(string step) => _steps.Add(new GateStep(step, "passed"));

        public void Note(string step, string verdict) => _steps.Add(new GateStep(step, verdict));

        public void Say(string step, Effect effect, string detail) => _steps.Add(effect switch
        {
            Effect.Deny => new GateStep(step, "denied", detail),
            Effect.Ask => new GateStep(step, "asked", detail),
            Effect.Defer => new GateStep(step, "deferred", detail),
            Effect.Transform => new GateStep(step, "changed", detail),
            _ => new GateStep(step, "passed"),
        });

        public string Step(string step, string reason)
        {
            _steps.Add(new GateStep(step, "denied", reason));
            return reason;
        }

        /// <summary>What authority was asked, and about which arguments from here on.</summary>
        public void Weigh(Weighed weighed) => _weighed = weighed;

        /// <summary>A no, with what is known so far.</summary>
        public Judgement Deny(ImmutableArray<string> rules, string reason) => Judged(Decide(Effect.Deny, rules, reason));

        /// <summary>A verdict, with what is known so far.</summary>
        public Judgement Judged(CallDecided decided) => new(decided, tool)
        {
            Args = Sent,
            Wanted = args,
            Labels = _weighed?.Look is { } look ? LabelNames.Of(look.Arguments) : [],
            Changes = _weighed?.Changes ?? [],
            FactsBefore = _weighed?.Before ?? JsonText.EmptyObject,
            Digest = CanonicalJson.Digest(call.Tool, tool?.Info.Version ?? string.Empty, Sent.Text),
        };

        /// <summary>The verdict, with what the rules want done about it and what the agent may read.</summary>
        public CallDecided Owing(PolicyDecision decision, Effect effect, ImmutableArray<string> rules, string reason) => Decide(effect, rules, reason) with
        {
            Obligations = decision.Obligations.IsNone ? null : decision.Obligations,
            Advice = decision.Advice,
        };

        private JsonText Sent => _weighed?.Args ?? args;

        private CallDecided Decide(Effect effect, ImmutableArray<string> rules, string reason) => new(
            call.Call,
            effect,
            rules,
            _weighed?.Facts.Json ?? JsonText.EmptyObject,
            reason,
            policyHash,
            tool?.Info.Version ?? string.Empty,
            [.. _steps],
            _weighed?.Verdict,
            Shadow: _weighed?.Decision.Shadow,
            Permits: _weighed?.Permits);
    }
}
