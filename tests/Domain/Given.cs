namespace AiManager.Domain.Tests;

/// <summary>Ids, tasks and other small things that tests are made of.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly WorkflowId Workflow = Id<WorkflowId>("workflow");

    public static readonly JsonText OneText = Json("""{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"]}""");

    public static TId Id<TId>(string name)
        where TId : struct, IPrefixedId<TId> => PrefixedId.Derive<TId>(Guid.Parse("0193a4c0-0000-7000-8000-000000000000"), name);

    public static TaskId Task(string key) => Id<TaskId>(key);

    public static CallId Call(string key) => Id<CallId>(key);

    public static ApprovalId Approval(string key) => Id<ApprovalId>(key);

    public static JsonText Json(string text) => JsonText.Parse(text);

    public static WorkTask WorkTask(string key, params string[] needs) => new(
        Task(key), key, $"Do {key}", $"Please do {key}.", [.. needs.Select(Task)], "buying", new DeliverableContract(OneText, null, null), new Grant(["erp.read", "erp.order"]),
        null, null, JsonText.Null, null, Risk.Low);

    public static WorkTask Template(string key, string list, params string[] needs) => WorkTask(key, needs) with { ForEach = list };

    public static WorkTask Child(string template, int place) =>
        WorkTask($"{template}/{place}") with { Template = Task(template), Item = Json($"{{\"n\":{place}}}") };

    public static Plan Plan(params WorkTask[] tasks) => new(1, [.. tasks]);

    public static PrivateText Words(string words, string person = "petra") => new(person, words);

    public static GoalSubmitted Goal(string words = "Restock", string? singleton = null) =>
        new(Words(words), "petra", null, singleton, JsonText.EmptyObject, null, null, null, "bundle", null, 0);

    public static ContractAgreed Contract(params AcceptanceCheck[] acceptance) =>
        new(new Contract("Stock is full.", [], [.. acceptance], null, null), null, null, "manager");

    public static AcceptanceCheck Check(string tool = "erp.read") => new(tool, JsonText.EmptyObject, "result.ok", null);

    public static TaskAssigned Assigned(string task, string agent = "purchaser", TurnLimits? limits = null) =>
        new(Task(task), new Executor(Actor.Agent(agent)), "default", limits, "fits");

    public static TaskAssigned AssignedToPerson(string task, string person = "nora") => new(Task(task), new Executor(Actor.Person(person)), null, null, "fits");

    public static CallProposed Proposed(string call, string? task = null, string tool = "erp.order", string args = "{}", string agent = "purchaser") =>
        new(Call(call), task is null ? null : Task(task), agent, tool, Json(args), []);

    public static CallDecided Decided(CallId call, Effect effect) => new(call, effect, ["rule"], JsonText.EmptyObject, $"It says {effect}.", "policy", "v1", []);

    public static CallStarted Started(CallId call, ApprovalId? approval = null, decimal? money = null) =>
        new(call, "key-" + call, false, money is null ? [] : [Reserved(money.Value)], approval);

    public static CallSettled Settled(CallId call, CallOutcome outcome = CallOutcome.Succeeded, string result = "{}", string? cost = null) =>
        new(call, outcome, Json(result), cost is null ? null : new Money(cost, "EUR"), null, []);

    public static Reservation Reserved(decimal money, string budget = "orders") =>
        new(budget, "company|acme", "2026-11-21", new Amounts(Money: money), new Amounts(Money: 10_000));

    public static ApprovalRequested Requested(ApprovalId approval, CallId call, TaskId? task = null, TimeSpan? expires = null, params Seat[] seats) => new(
        approval, call, task, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["rule"], [], "It is much.",
        seats.Length == 0 ? [new Seat("lead", 1)] : [.. seats], ["petra"], Noon + (expires ?? TimeSpan.FromDays(2)));

    public static SeatFilled Seat(ApprovalId approval, string by = "lena", string role = "lead") => new(approval, role, by, "api", null);

    public static ApprovalDecided Verdict(ApprovalId approval, ApprovalVerdict verdict, string by = "lena", string? reason = null) =>
        new(approval, by, "api", verdict, reason is null ? null : Words(reason, by));

    public static Escalated Escalated(string name, EscalationKind kind, string? task = null, CallId? call = null, params string[] choices) => new(
        Id<EscalationId>(name), kind, task is null ? null : Task(task), call, "What now?", choices.Length == 0 ? ["retry", "giveUp"] : [.. choices], "lead", null);

    public static EscalationAnswered Answered(string name, string choice) => new(Id<EscalationId>(name), choice, null);

    public static ModelAsked Asked(AskId ask, string? task = null, string step = "act") =>
        new(ask, task is null ? null : Task(task), step, task is null ? "manager" : "purchaser", "default", "digest", 100, 1000, []);

    public static ModelReplied Replied(AskId ask, string? task, string? text, params ModelToolCall[] calls) =>
        new(ask, task is null ? null : Task(task), ModelOutcome.Replied, text, [.. calls], new ModelUsage(100, 20), null, null, []);

    public static ModelToolCall Wants(string tool = "erp.order", string args = "{}") => new("c", tool, Json(args));

    public static Recorded At(WorkflowEvent fact, int seq, Actor? actor = null) => new(seq, seq, Noon.AddSeconds(seq), actor ?? Actor.System, fact);
}
