using AiManager.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools.Tests;

/// <summary>Questions to models: permitted by naming them, taken back by a deny, bounded by budgets that are reserved before anything is sent.</summary>
public sealed class ModelGateTests
{
    private const string Budgets = """
        version: 1
        budgets:
          - { id: per-goal, scope: workflow, tokens: 1000, calls: 10, onExceeded: deny }
          - { id: per-day, scope: company, per: 1d, modelCost: 100, onExceeded: ask, approvers: { role: cfo } }
        """;

    private static readonly ModelAnswer Words = new(ModelOutcome.Replied, "It is done.", [], new ModelUsage(30, 5), null);

    private readonly ManualTime _time = new();
    private readonly Ledger _ledger = new();
    private readonly CrashDouble _crash = new();
    private readonly CompanyDouble _company = new();
    private readonly MemoryLog _log;

    public ModelGateTests()
    {
        _ledger.CompanySeq = () => _company.SeqInStore;
        _log = Workflow(1);
    }

    [Theory]
    [InlineData("agent/manager", false)]
    [InlineData("all/*", true)]
    public async Task A_suspension_made_elsewhere_keeps_a_question_in_that_was_about_to_leave(string what, bool holdsAll)
    {
        var model = new ModelClientDouble(_ => Words);
        _log.Meanwhile = events =>
        {
            if (events.Any(e => e is ModelAsked) && _company.State.Suspensions.IsEmpty)
            {
                _company.SuspendElsewhere(what);
            }
        };

        var replied = await Gate(model, Budgets).AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal(ModelOutcome.Refused, replied.Outcome);
        Assert.Contains("is suspended", replied.Error, StringComparison.Ordinal);
        Assert.Empty(model.Asked);
        Assert.Equal(holdsAll ? "all/*" : null, _log.State.HeldBy);
    }

    [Fact]
    public async Task A_question_for_a_task_whose_agent_is_suspended_meanwhile_is_held_with_it_and_asked_once_that_is_lifted()
    {
        var model = new ModelClientDouble(_ => Words);
        var question = Question() with { Task = _log.State.Tasks[0].Task.Id, Role = "purchaser" };
        _log.Meanwhile = events =>
        {
            if (events.Any(e => e is ModelAsked) && _company.State is { WasSuspended: false })
            {
                _company.SuspendElsewhere("agent/purchaser");
            }
        };
        var gate = Gate(model, Budgets);

        Assert.Equal(ModelOutcome.Refused, (await gate.AskAsync(question, _log, CancellationToken.None)).Outcome);
        Assert.Equal("agent/purchaser", _log.State.Tasks[0].HeldBy);
        Assert.DoesNotContain(_log.Events, e => e is ModelAsked or ModelReplied);

        _company.Lift();
        _log.Add(Actor.System, _company.State.Released(_log.State));
        Assert.Equal(ModelOutcome.Replied, (await gate.AskAsync(question, _log, CancellationToken.None)).Outcome);
        Assert.Single(model.Asked);
    }

    [Fact]
    public async Task What_a_question_may_use_is_reserved_before_it_is_sent_and_settled_by_what_it_used()
    {
        var question = Question(maxTokens: 200);
        ModelAsked? seen = null;
        var model = new ModelClientDouble(_ =>
        {
            seen = Assert.Single(_log.Events.OfType<ModelAsked>());
            Assert.Equal(new Amounts(Tokens: seen.PromptBytes + 200, Calls: 1), _ledger.Used("per-goal"));
            return Words;
        });

        var replied = await Gate(model, Budgets).AskAsync(question, _log, CancellationToken.None);

        Assert.Equal((ModelOutcome.Replied, "It is done."), (replied.Outcome, replied.Text));
        Assert.Equal(["per-goal"], seen!.Reserved.Select(r => r.Budget));
        Assert.Equal([new Amounts(Tokens: 35, Calls: 1)], replied.Settled.Select(r => r.Amounts));
        Assert.DoesNotContain(_log.Events, e => e is ModelReplied);
        Assert.Same(replied, await Gate(model, Budgets).AskAsync(question, _log, CancellationToken.None));
        Assert.Single(model.Asked);
    }

    [Fact]
    public async Task The_longest_wait_for_an_answer_is_set_aside_and_how_long_it_took_is_settled_whatever_it_was()
    {
        var model = new ModelClientDouble(_ =>
        {
            Assert.Equal(TimeSpan.FromMinutes(2), _ledger.Used("waiting").Time);
            _time.Advance(TimeSpan.FromSeconds(7));
            return new ModelAnswer(ModelOutcome.Unavailable, null, [], null, "Away.");
        });

        var replied = await Gate(model, "version: 1\nbudgets:\n  - { id: waiting, scope: agent, time: 2m, onExceeded: deny }").AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal([("agent|manager", new Amounts(Time: TimeSpan.FromSeconds(7)))], replied.Settled.Select(r => (r.Key, r.Amounts)));
    }

    [Theory]
    [InlineData("2.5", "10", 1_000_000, 1_000_000, "12.500000")]
    [InlineData("2.5", "10", 30, 5, "0.000125")]
    [InlineData("0.15", "0", 1, 0, "0.000000")]
    [InlineData("0.5", "0", 1, 0, "0.000001")]
    [InlineData("0", "1", 0, 3_000_000_000, "3000.000000")]
    public async Task A_reply_costs_its_tokens_at_the_models_prices(string inputPrice, string outputPrice, long input, long output, string cost)
    {
        var prices = (decimal.Parse(inputPrice), decimal.Parse(outputPrice));
        var model = new ModelClientDouble(_ => Words with { Usage = new ModelUsage(input, output) }, prices);

        var replied = await Gate(model, Budgets).AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal("EUR", replied.Cost!.Currency);
        Assert.True(replied.Cost.TryRead(out var amount));
        Assert.Equal(decimal.Parse(cost), amount);
        Assert.Equal(amount, _log.State.Spend.Spent.ModelCost);
    }

    [Fact]
    public async Task The_price_that_is_reserved_is_that_of_the_most_it_could_use_and_a_model_without_a_price_has_none()
    {
        var priced = new ModelClientDouble(_ => Words, (InputPrice: 1_000, OutputPrice: 2_000));
        await Gate(priced, Budgets).AskAsync(Question(maxTokens: 50), _log, CancellationToken.None);
        var asked = Assert.Single(_log.Events.OfType<ModelAsked>());
        var bound = ((1_000m * asked.PromptBytes) + (2_000m * 50)) / 1_000_000;
        Assert.Equal(bound, asked.Reserved.Single(r => r.Budget == "per-day").Amounts.ModelCost);

        var free = Workflow(2);
        var replied = await Gate(new ModelClientDouble(_ => Words), Budgets).AskAsync(Question(), free, CancellationToken.None);
        Assert.Null(replied.Cost);
        Assert.DoesNotContain(replied.Settled, r => r.Budget == "per-day");
    }

    [Theory]
    [InlineData("tokens: 20, calls: 9, onExceeded: deny", "per-goal: The budget 'per-goal'")]
    [InlineData("tokens: 20, onExceeded: ask, approvers: { role: cfo }", "per-goal: The budget 'per-goal'")]
    public async Task A_budget_that_is_too_small_lets_nothing_out_and_asks_nobody(string cap, string reason)
    {
        var model = new ModelClientDouble(_ => Words);
        var replied = await Gate(model, $"version: 1\nbudgets:\n  - {{ id: per-goal, scope: workflow, {cap} }}\n").AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal(ModelOutcome.Refused, replied.Outcome);
        Assert.StartsWith("The question was not let out: " + reason, replied.Error, StringComparison.Ordinal);
        Assert.Empty(model.Asked);
        Assert.Empty(_log.State.Approvals);
    }

    [Theory]
    [InlineData("{ id: outside, effect: deny, tools: [\"model:*\"], when: tool.openWorld, reason: Not outside. }", "outside: Not outside.")]
    [InlineData("{ id: named, effect: deny, tools: [\"model:big\"], reason: Too dear. }", "named: Too dear.")]
    [InlineData("{ id: whose, effect: deny, agents: [analyst], tools: [\"model:*\"], reason: Not for you. }", "whose: Not for you.")]
    public async Task A_deny_rule_takes_a_model_away_and_the_refusal_is_on_record(string rule, string reason)
    {
        var model = new ModelClientDouble(_ => Words);
        var question = Question() with { Role = "analyst" };

        var replied = await Gate(model, $"version: 1\nrules:\n  - {rule}\n").AskAsync(question, _log, CancellationToken.None);

        Assert.Equal((ModelOutcome.Refused, "The question was not let out: " + reason), (replied.Outcome, replied.Error));
        Assert.Empty(model.Asked);
        Assert.Equal(["ModelAsked", "ModelReplied"], Assert.Single(_log.Appends).Select(e => e.GetType().Name));
        Assert.Empty(Assert.Single(_log.Events.OfType<ModelAsked>()).Reserved);
        Assert.Equal(replied, await Gate(model, "version: 1\nrules: []\n").AskAsync(question, _log, CancellationToken.None));
    }

    [Theory]
    [InlineData("{ id: outside, effect: deny, tools: [\"model:*\"], when: tool.openWorld, reason: Not outside. }", true)]
    [InlineData("{ id: another, effect: deny, tools: [\"model:small\"], reason: Too small. }", false)]
    [InlineData("{ id: whose, effect: deny, agents: [purchaser], tools: [\"model:*\"], reason: Not for you. }", false)]
    [InlineData("{ id: arguments, effect: deny, tools: [\"*\"], when: args.supplier == \"acme\", reason: Not them. }", false)]
    public async Task A_deny_that_is_about_something_else_leaves_the_model_alone(string rule, bool isInside)
    {
        var model = new ModelClientDouble(_ => Words, isInside: isInside);
        var replied = await Gate(model, $"version: 1\nrules:\n  - {rule}\n").AskAsync(Question() with { Role = "analyst" }, _log, CancellationToken.None);
        Assert.Equal(ModelOutcome.Replied, replied.Outcome);
    }

    [Fact]
    public async Task A_model_that_nobody_named_is_refused_and_default_is_the_first()
    {
        var model = new ModelClientDouble(_ => Words);
        var unknown = await Gate(model, Budgets).AskAsync(Question() with { Model = "huge" }, _log, CancellationToken.None);
        Assert.Equal((ModelOutcome.Refused, "The question was not let out: there is no model 'huge'."), (unknown.Outcome, unknown.Error));
        Assert.Empty(model.Asked);

        await Gate(model, Budgets).AskAsync(Question(2), _log, CancellationToken.None);
        Assert.Equal(["huge", "big"], _log.Events.OfType<ModelAsked>().Select(a => a.Model));
    }

    [Fact]
    public async Task Sixty_four_questions_at_once_never_pass_the_cap_together()
    {
        var question = Question(maxTokens: 60);
        var model = new ModelClientDouble(_ => Words with { Usage = null });
        var logs = Enumerable.Range(2, 64).Select(Workflow).ToList();
        var gate = Gate(model, "version: 1\nbudgets:\n  - { id: all, scope: company, per: 1d, calls: 20, onExceeded: deny }\n");

        var replies = await Task.WhenAll(logs.Select((log, i) => Task.Run(() => gate.AskAsync(Question(100 + i), log, CancellationToken.None))));

        Assert.Equal(20, replies.Count(r => r.Outcome == ModelOutcome.Replied));
        Assert.Equal(44, replies.Count(r => r.Outcome == ModelOutcome.Refused));
        Assert.Equal(20, model.Asked.Count);
        Assert.Equal(20, _ledger.Used("all").Calls);
    }

    [Fact]
    public async Task A_question_whose_answer_a_crash_swallowed_is_sent_again_under_the_reservation_it_has()
    {
        var model = new ModelClientDouble(_ => Words);
        var (gate, question) = (Gate(model, Budgets), Question());
        foreach (var point in (CrashPoint[])[CrashPoint.AfterModelAsked, CrashPoint.AfterModelReplied])
        {
            _crash.At = point;
            await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => gate.AskAsync(question, _log, CancellationToken.None));
            _log.Crash();
        }

        var replied = await gate.AskAsync(question, _log, CancellationToken.None);

        Assert.Equal(ModelOutcome.Replied, replied.Outcome);
        Assert.Single(_log.Events.OfType<ModelAsked>());
        Assert.Equal(2, model.Asked.Count);
        Assert.Equal(1, _ledger.Used("per-goal").Calls);
        Assert.Equal(35, _log.State.Spend.Spent.Tokens);
    }

    [Theory]
    [InlineData("agent/manager", 1)]
    [InlineData("all/*", 0)]
    public async Task A_question_that_a_crash_swallowed_is_not_sent_again_behind_a_suspension(string what, int ended)
    {
        var model = new ModelClientDouble(_ => Words);
        var question = await CrashAsync(model);
        _log.Meanwhile = events =>
        {
            if (events.Any(e => e is ModelAskedAgain) && _company.State.Suspensions.IsEmpty)
            {
                _company.SuspendElsewhere(what);
            }
        };

        var replied = await Gate(model, Budgets).AskAsync(question, _log, CancellationToken.None);

        Assert.Equal(ModelOutcome.Refused, replied.Outcome);
        Assert.Contains("is suspended", replied.Error, StringComparison.Ordinal);
        Assert.Single(model.Asked);

        // One of a workflow that is held stays open, and is asked when the suspension is lifted.
        Assert.Equal(ended, _log.Events.Count(e => e is ModelReplied));
        Assert.Equal(ended == 0, _log.State.HeldBy is not null);
    }

    [Theory]
    [InlineData("agent/manager", 1)]
    [InlineData("all/*", 0)]
    public async Task A_question_that_is_suspended_between_two_tries_is_not_sent_again(string what, int ended)
    {
        var tries = 0;
        var model = new ModelClientDouble(question =>
        {
            for (tries = 1; tries < 4 && question.WhyNotAgain!() is null; tries++)
            {
                _company.Suspend(what);
            }

            return new ModelAnswer(ModelOutcome.Unavailable, null, [], null, "It was not asked again.");
        });

        var replied = await Gate(model, Budgets).AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal((2, ModelOutcome.Refused), (tries, replied.Outcome));
        Assert.Contains("is suspended", replied.Error, StringComparison.Ordinal);
        Assert.Equal(ended, _log.Events.Count(e => e is ModelReplied));
        Assert.Equal(ended == 0, _log.State.HeldBy is not null);
        Assert.Equal(1, _ledger.Used("per-goal").Calls);
    }

    [Theory]
    [InlineData("\nrules:\n  - { id: off, effect: deny, tools: [\"model:*\"], reason: Not now. }\n", "off: Not now.")]
    [InlineData("\nflows:\n  - { id: inside, effect: deny, labels: [user], to: \"model:big\" }\n", "inside: ")]
    public async Task A_question_that_rules_or_flows_forbid_by_now_ends_with_what_was_set_aside_for_it(string rules, string reason)
    {
        var model = new ModelClientDouble(_ => Words);
        var question = await CrashAsync(model);
        _log.Add(Actor.Person("jana"), new MessagePosted(new PrivateText("jana", "Hurry.")));

        var replied = await Gate(model, Budgets + rules).AskAsync(question, _log, CancellationToken.None);

        Assert.Contains(reason, replied.Error, StringComparison.Ordinal);
        Assert.Single(model.Asked);
        Assert.Equal(Assert.Single(_log.Events.OfType<ModelAsked>()).Reserved.AsEnumerable(), Assert.Single(_log.Events.OfType<ModelReplied>()).Settled.AsEnumerable());
    }

    [Theory]
    [InlineData(true, ModelOutcome.Replied)]
    [InlineData(false, ModelOutcome.Refused)]
    public async Task What_a_task_may_not_let_out_is_not_put_to_a_model_outside(bool isInside, ModelOutcome outcome)
    {
        var old = _log.State.Tasks[0].Task;
        var task = old with { Id = PrefixedId.Derive<TaskId>(old.Id.Value, "narrow"), Key = "narrow", Grant = old.Grant with { Releases = [] } };
        _log.Add(Actor.Manager, new PlanRevised(new Plan(2, [task]), "narrower"), new TaskAssigned(task.Id, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "skill"));
        var model = new ModelClientDouble(_ => Words, isInside: isInside);

        var replied = await Gate(model, Budgets).AskAsync(Question() with { Task = task.Id, Step = "act", Role = "purchaser" }, _log, CancellationToken.None);

        Assert.Equal(outcome, replied.Outcome);
        Assert.Equal(!isInside, replied.Error?.StartsWith("The question was not let out: The task's grant does not let user out of the company.", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task An_agents_own_question_is_found_again_in_its_turn()
    {
        var model = new ModelClientDouble(_ => Words);
        var task = TaskOf(_log);
        var question = Question() with { Task = task, Step = "act", Role = "purchaser" };
        _crash.At = CrashPoint.AfterModelReplied;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => Gate(model, Budgets).AskAsync(question, _log, CancellationToken.None));
        _log.Crash();

        await Gate(model, Budgets).AskAsync(question, _log, CancellationToken.None);

        Assert.Single(_log.Events.OfType<ModelAsked>());
        Assert.Equal(2, model.Asked.Count);
        Assert.Equal(35, _log.State.Task(task)!.Turn.Tokens);
    }

    [Fact]
    public async Task A_client_that_breaks_off_is_an_endpoint_that_is_away_and_costs_nothing()
    {
        var model = new ModelClientDouble(_ => throw new InvalidOperationException("key=sk-hunter2"));
        var replied = await Gate(model, Budgets).AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal(ModelOutcome.Unavailable, replied.Outcome);
        Assert.DoesNotContain("hunter2", replied.Error, StringComparison.Ordinal);
        Assert.Equal([Amounts.None], replied.Settled.Select(r => r.Amounts));
        Assert.Null(replied.Cost);
        Assert.Null(_log.State.Spend.Spent.Tokens);
    }

    [Fact]
    public async Task A_budget_of_the_goal_that_runs_low_is_said_once_and_one_that_is_used_up_is_said_with_the_refusal()
    {
        const string three = "version: 1\nbudgets:\n  - { id: per-goal, scope: workflow, calls: 3, warnAt: 0.6, onExceeded: deny }";
        var gate = Gate(new ModelClientDouble(_ => Words), three);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(ModelOutcome.Replied, (await gate.AskAsync(Question(i), _log, CancellationToken.None)).Outcome);
        }

        Assert.Equal([null, null, "Of the budget 'per-goal', which allows 3 calls of models, 2 calls of models is used."], _log.Events.OfType<ModelAsked>().Select(a => a.Low?.Words));
        var replied = await gate.AskAsync(Question(4), _log, CancellationToken.None);
        Assert.Equal((ModelOutcome.Refused, "per-goal"), (replied.Outcome, replied.UsedUp!.Budget));
        Assert.Equal((replied.UsedUp, 1), (_log.State.UsedUp, _log.State.LowBudgets.Length));
    }

    [Fact]
    public async Task A_budget_that_is_only_set_aside_for_questions_under_way_refuses_and_is_not_used_up()
    {
        var gate = Gate(new ModelClientDouble(_ => Words), "version: 1\nbudgets:\n  - { id: per-goal, scope: workflow, calls: 1, onExceeded: deny }");
        var task = TaskOf(_log);
        _log.Add(Actor.Agent("purchaser"), new ModelAsked(PrefixedId.New<AskId>(_time.Now, new Random(99)), task, "act", "purchaser", "big", "digest", 10, 10, [Held]));
        _ledger.Book("elsewhere", [Held], _time.Now);

        var replied = await gate.AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal((ModelOutcome.Refused, null), (replied.Outcome, replied.UsedUp));
        Assert.Null(_log.State.UsedUp);
    }

    private Reservation Held => new("per-goal", $"workflow|{_log.State.Id}", "all", new Amounts(Calls: 1), new Amounts(Calls: 1));

    [Fact]
    public async Task In_a_workflow_that_is_over_nothing_is_asked_and_nothing_recorded()
    {
        var model = new ModelClientDouble(_ => Words);
        _log.Add(Actor.Person("jana"), new GoalCancelled(new PrivateText("jana", "Stop.")));
        var before = _log.Events.Count();

        var replied = await Gate(model, Budgets).AskAsync(Question(), _log, CancellationToken.None);

        Assert.Equal(ModelOutcome.Refused, replied.Outcome);
        Assert.Contains("moved on", replied.Error, StringComparison.Ordinal);
        Assert.Empty(model.Asked);
        Assert.Equal(before, _log.Events.Count());
    }

    /// <summary>A question that was sent by a process which died before the answer came.</summary>
    [Fact]
    public async Task What_is_recalled_of_another_workflow_keeps_its_labels_and_a_model_that_may_not_be_told_is_not()
    {
        const string Stays = "version: 1\nflows:\n  - { id: stays, effect: deny, labels: [customer-data], to: openWorld }\n";
        var (outside, inside) = (Gate(new ModelClientDouble(_ => Words), Stays), Gate(new ModelClientDouble(_ => Words, isInside: true), Stays));
        Assert.False(outside.MayTell("default", ["customer-data"]));
        Assert.True(outside.MayTell("default", ["prices"]));
        Assert.True(inside.MayTell("default", ["customer-data"]));
        Assert.False(inside.MayTell("huge", []));
        Assert.False(outside.MayTell("default", [Memorable.Unlabelled]));
        Assert.True(inside.MayTell("default", [Memorable.Unlabelled]));
        Assert.False(Gate(new ModelClientDouble(_ => Words), "version: 1\nrules: []\n").MayTell("default", [Memorable.Unlabelled]));

        var log = new MemoryLog(_ledger, _time, PrefixedId.New<WorkflowId>(_time.Now, new Random(3)));
        log.Add(
            Actor.Manager,
            new GoalSubmitted(new PrivateText("jana", "Order."), "jana", null, null, JsonText.EmptyObject, null, null, null, "hash", null, 0),
            new WorkRecalled([new RecalledWork(_log.State.Id, "like", "completed", "It is done.", null, ["customer-data"])]));
        Assert.Equal(ModelOutcome.Refused, (await outside.AskAsync(Question(), log, CancellationToken.None)).Outcome);
        Assert.Equal(ModelOutcome.Replied, (await inside.AskAsync(Question(2), log, CancellationToken.None)).Outcome);
        Assert.Equal(ModelOutcome.Replied, (await outside.AskAsync(Question(), _log, CancellationToken.None)).Outcome);
    }

    private async Task<ModelQuestion> CrashAsync(ModelClientDouble model)
    {
        _crash.At = CrashPoint.AfterModelReplied;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => Gate(model, Budgets).AskAsync(Question(), _log, CancellationToken.None));
        _log.Crash();
        return Question();
    }

    private static TaskId TaskOf(MemoryLog log) => log.State.Tasks[0].Task.Id;

    private static ModelQuestion Question(int seed = 1, int maxTokens = 100) => new(
        PrefixedId.New<AskId>(Policies.Noon, new Random(seed)), null, "understand", "manager", "default",
        [new ModelMessage.System("Be brief."), new ModelMessage.User("Is it done? Žluťoučký kůň.")], [], JsonText.Null, maxTokens);

    private MemoryLog Workflow(int seed)
    {
        var log = new MemoryLog(_ledger, _time, PrefixedId.New<WorkflowId>(_time.Now, new Random(seed)));
        Shop.Begin(log, []);
        return log;
    }

    private ModelGate Gate(ModelClientDouble model, string authority)
    {
        var policy = Policies.Sound(authority);
        var flows = FlowPolicy.Bind(Shop.Bundle("sources: []", authority), new Catalog([], []), new DirectoryDouble([]), new ConfigReader());
        return new ModelGate(model, policy, new Permits("hash", policy, (_, _) => Task.FromResult<CompanyTools?>(null)), new BudgetDesk(policy, _ledger), new FlowDesk(flows, new Catalog([], []), new Results(new BlobsDouble())), new StopList(_company), _crash, _time, "EUR", NullLogger<ModelGate>.Instance);
    }
}
