using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What may happen in a workflow, in an order in which it may happen; touches every read model and every way of storing.</summary>
public static class Tale
{
    /// <summary>Private words in it.</summary>
    public const string Goal = "Restock everything below its reorder point, for Elm Street.";

    /// <summary>How many events it has.</summary>
    public const int Length = 29;

    /// <summary>The events of workflow <paramref name="id"/>.</summary>
    public static IReadOnlyList<WorkflowEvent> Of(WorkflowId id, DateTimeOffset now)
    {
        TId Id<TId>(string name)
            where TId : struct, IPrefixedId<TId> => PrefixedId.Derive<TId>(id.Value, name);
        var (quotes, order) = (Id<TaskId>("quotes"), Id<TaskId>("order"));
        var (ask, asked, waits) = (Id<AskId>("ask"), Id<CallId>("asked"), Id<CallId>("waits"));
        var (granted, pending) = (Id<ApprovalId>("granted"), Id<ApprovalId>("pending"));
        var (finding, open) = (Id<EscalationId>("finding"), Id<EscalationId>("open"));
        var contract = new Contract("Stock is full.", [], [], null, null);
        Reservation[] money = [Ledger("per-day", 120.5m), Ledger("rolling-week", 120.5m, "rolling")];
        Reservation[] tokens = [new("per-goal", id.ToString(), "all", new Amounts(ModelCost: 0.0001234m, Tokens: 1500, Calls: 1), new Amounts(Tokens: 400_000))];
        Reservation[] used = [new("per-goal", id.ToString(), "all", new Amounts(ModelCost: 0.00008m, Tokens: 320, Calls: 1), new Amounts(Tokens: 400_000))];
        WorkflowEvent[] events =
        [
            new GoalSubmitted(new PrivateText("olga", Goal), "olga", "restock", null, JsonText.EmptyObject, null, null, null, "bundle", null, 2),
            new ContractAgreed(contract, "restock", "restock/" + id, "playbook"),
            new PlanAdopted(new Plan(1, [Work(quotes, "quotes"), Work(order, "order", quotes)])),
            new TaskAssigned(quotes, new Executor(Actor.Agent("buyer")), "default", null, "It has the skill."),
            new ModelAsked(ask, quotes, "act", "buyer", "default", "digest", 100, 500, [.. tokens]),
            new ModelReplied(ask, quotes, ModelOutcome.Replied, "Let me order.", [], new ModelUsage(300, 20), new Money("0.00008", "EUR"), null, [.. used]),
            new CallProposed(asked, quotes, "buyer", "erp.order", JsonText.Parse("""{"supplier":"acme"}"""), []),
            new CallDecided(asked, Effect.Ask, ["over-limit"], JsonText.EmptyObject, "It is much.", "policy", "v1", []),
            new ApprovalRequested(
                granted, asked, quotes, "buyer", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["over-limit"], [], "It is much.",
                [new Seat("lead", 1), new Seat("cfo", 1)], ["olga"], now.AddDays(2)),
            new SeatFilled(granted, "lead", "petra", "api", new PrivateText("petra", "Fine by me.")),
            new SeatFilled(granted, "cfo", "carl", "api", null),
            new ApprovalDecided(granted, "carl", "api", ApprovalVerdict.Approved, null),
            new CallDecided(asked, Effect.Ask, ["over-limit"], JsonText.EmptyObject, "It is approved.", "policy", "v1", []),
            new CallStarted(asked, "key", true, [.. money], granted),
            new CallSettled(asked, CallOutcome.Succeeded, JsonText.Parse("""{"order":1}"""), new Money("119.99", "EUR"), null, [Ledger("per-day", 119.99m), Ledger("rolling-week", 119.99m, "rolling")]),
            new DeliverableSubmitted(quotes, JsonText.Parse($$"""{"note":"{{new string('n', 70_000)}}"}""")),
            new DeliverableReviewed(quotes, Actor.System, true, [], [asked]),
            new TaskAssigned(order, new Executor(Actor.Person("petra")), null, null, "Only people may."),
            new Escalated(finding, EscalationKind.Finding, null, null, "The quote looks odd.", ["noted"], "lead", null),
            new EscalationAnswered(finding, "noted", new PrivateText("petra", "I saw it.")),
            new MessagePosted(new PrivateText("olga", "Please hurry.")),
            new WorkflowPaused(new PrivateText("olga", "Wait.")),
            new WorkflowResumed(),
            new CallProposed(waits, null, "system", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(waits, Effect.Ask, ["over-limit"], JsonText.EmptyObject, "It is much.", "policy", "v1", []),
            new ApprovalRequested(
                pending, waits, null, "system", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest2", ["over-limit"], [], "It is much.",
                [new Seat("lead", 1)], ["olga"], now.AddDays(3),
                new ApprovalLadder(now.AddHours(1), now.AddHours(2), now.AddHours(4), [new SeatEscalation("lead", "cfo")])),
            new TaskBlocked(order, "Nobody answers.", false),
            new Escalated(open, EscalationKind.BlockedTask, order, null, "What now?", ["retry", "skip", "giveUp"], "lead", null),
            new MessagePosted(new PrivateText("olga", new string('m', 70_000))),
        ];
        Assert.Equal(Length, events.Length);
        return events;
    }

    private static Reservation Ledger(string budget, decimal money, string window = "2026-11-21") =>
        new(budget, "company|acme", window, new Amounts(Money: money), new Amounts(Money: 100_000));

    private static WorkTask Work(TaskId id, string key, params TaskId[] needs) => new(
        id, key, $"Do {key}", $"Please do {key}.", [.. needs], "buying", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant(["erp.order"]), null, null,
        JsonText.Null, null, Risk.Low);
}
