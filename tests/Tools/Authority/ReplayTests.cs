using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

public sealed class ReplayTests
{
    private const string Was = "{ id: was, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 5000 }";

    private static readonly GateStep Passed = new("authority", "passed");
    private static readonly WorkflowId Workflow = PrefixedId.Derive<WorkflowId>(Guid.Empty, "workflow");

    private int _position;
    private DateTimeOffset _at = Policies.Noon;

    [Fact]
    public async Task Flips_are_told_by_rule_with_a_count_and_at_most_three_examples()
    {
        var replay = await UnderAsync("{ id: small, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 100 }", "{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 100, approvers: { role: cfo } }");
        foreach (var total in new[] { 50, 200, 300, 400, 500 })
        {
            await CallAsync(replay, $"{{\"total\":{total}}}", Passed);
        }

        var report = replay.Report();
        Assert.Equal((5, 0, 4), (report.Calls, report.RefusedEarlier, report.Flipped));
        var flip = Assert.Single(report.Flips);
        Assert.Equal((Effect.Allow, Effect.Ask, "large", 4), (flip.Before, flip.After, Assert.Single(flip.Rules), flip.Count));
        Assert.Equal(["""{"total":200}""", """{"total":300}""", """{"total":400}"""], flip.Examples.Select(e => e.Facts.Text));
        Assert.Equal((Workflow.ToString(), "purchaser", "erp.create_purchase_order"), (flip.Examples[0].Workflow, flip.Examples[0].Agent, flip.Examples[0].Tool));
    }

    [Fact]
    public async Task The_same_policy_flips_nothing()
    {
        var replay = await UnderAsync(Was);
        await CallAsync(replay, """{"total":50}""", Passed);
        await CallAsync(replay, """{"total":9000}""", new GateStep("authority", "denied", "No."));

        Assert.Empty(replay.Report().Flips);
    }

    [Fact]
    public async Task What_no_rule_would_decide_any_more_is_told_by_the_rules_that_did()
    {
        var replay = await UnderAsync("{ id: other, effect: allow, tools: [erp.low_stock] }");
        await CallAsync(replay, """{"total":50}""", Passed);

        var flip = Assert.Single(replay.Report().Flips);
        Assert.Equal((Effect.Allow, Effect.Deny, "was"), (flip.Before, flip.After, Assert.Single(flip.Rules)));
    }

    [Fact]
    public async Task A_tool_that_is_gone_is_denied() => Assert.Equal(Effect.Deny, Assert.Single((await ReplayedAsync("erp.gone", Passed)).Flips).After);

    [Fact]
    public async Task What_was_refused_before_authority_is_counted_apart()
    {
        var report = await ReplayedAsync("erp.create_purchase_order", new GateStep("schema", "denied", "No."));

        Assert.Equal((0, 1, 0), (report.Calls, report.RefusedEarlier, report.Flipped));
    }

    [Fact]
    public async Task A_call_counts_once_however_often_it_was_decided_and_is_judged_by_its_goal()
    {
        var replay = await UnderAsync("{ id: petra, effect: allow, tools: [erp.create_purchase_order], when: goal.requester == 'petra' }");
        var decided = await CallAsync(replay, """{"total":9000}""", new GateStep("authority", "asked", "Ask."));
        await AddAsync(replay, decided);

        var report = replay.Report();
        Assert.Equal((1, Effect.Ask, Effect.Allow), (report.Calls, Assert.Single(report.Flips).Before, report.Flips[0].After));
    }

    [Theory]
    [InlineData("adopted")]
    [InlineData("revised")]
    [InlineData("expanded")]
    public async Task A_call_is_judged_by_its_task_however_that_came_about(string how)
    {
        var (id, template) = (PrefixedId.Derive<TaskId>(Guid.Empty, "task"), PrefixedId.Derive<TaskId>(Guid.Empty, "template"));
        var task = new WorkTask(id, "order", "Order", "Order.", [], "purchasing", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant([]), null, null, JsonText.Null, null, Risk.High);
        var replay = await UnderAsync("{ id: risky, effect: allow, tools: [erp.create_purchase_order], when: task.risk == 'high' && task.key == 'order' }");
        await AddAsync(replay, Agreed(null));
        await AddAsync(replay, new PlanAdopted(new Plan(1, how switch
        {
            "adopted" => [task],
            "revised" => [],
            _ => [task with { Id = template, Key = "each", ForEach = "orders" }],
        })));
        if (how != "adopted")
        {
            await AddAsync(replay, how == "revised" ? new PlanRevised(new Plan(2, [task]), "Better.") : new TaskExpanded(template, [task with { Template = template }]));
        }

        await CallAsync(replay, """{"total":50}""", new GateStep("authority", "denied", "No."), task: id);
        await CallAsync(replay, """{"total":50}""", new GateStep("authority", "denied", "No."), task: template);

        Assert.Equal((Effect.Deny, Effect.Allow, 1), (Assert.Single(replay.Report().Flips).Before, replay.Report().Flips[0].After, replay.Report().Flips[0].Count));
    }

    [Fact]
    public async Task What_was_told_first_of_a_goal_stays()
    {
        var replay = await UnderAsync("{ id: petra, effect: allow, tools: [erp.create_purchase_order], when: goal.requester == 'petra' && goal.playbook == 'restock' }");
        foreach (var (person, playbook) in new[] { ("petra", "restock"), ("omar", "other") })
        {
            await AddAsync(replay, Submitted(person));
            await AddAsync(replay, Agreed(playbook));
        }

        await CallAsync(replay, """{"total":50}""", new GateStep("authority", "denied", "No."));

        Assert.Equal(Effect.Allow, Assert.Single(replay.Report().Flips).After);
    }

    [Theory]
    [InlineData("third-party", "allow", Effect.Allow)]
    [InlineData("user", "allow", Effect.Deny)]
    [InlineData("", "allow", Effect.Deny)]
    [InlineData("third-party", "deny", Effect.Deny)]
    [InlineData("", "deny", Effect.Deny)]
    public async Task What_the_arguments_are_made_of_counts_and_not_knowing_counts_against_the_call(string label, string effect, Effect expected)
    {
        var replay = await UnderAsync($"{{ id: x, effect: {effect}, tools: [erp.create_purchase_order], when: \"'third-party' in labels\" }}", "{ id: low, effect: allow, tools: [erp.create_purchase_order], when: facts.total < 10 }");
        await CallAsync(replay, effect == "deny" ? """{"total":5}""" : """{"total":50}""", new GateStep("authority", "asked", "Ask."), labels: label.Length == 0 ? [] : [label]);

        Assert.Equal(expected, Assert.Single(replay.Report().Flips).After);
    }

    [Fact]
    public async Task What_would_be_let_through_comes_first_then_what_happens_most_often()
    {
        var replay = await UnderAsync(
            "{ id: small, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 100 }",
            "{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 100 && facts.total <= 1000, approvers: { role: cfo } }",
            "{ id: extra, effect: ask, tools: [erp.create_purchase_order], when: facts.total < 0, approvers: { role: cfo } }",
            "{ id: huge, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 1000, approvers: { role: cfo } }");
        foreach (var total in new[] { 200, 300, -1, -2, 2000, 3000, 4000 })
        {
            await CallAsync(replay, $"{{\"total\":{total}}}", Passed);
        }

        await CallAsync(replay, """{"total":50}""", new GateStep("authority", "denied", "No."));

        Assert.Equal(["small 1", "huge 3", "extra 2", "large 2"], replay.Report().Flips.Select(f => $"{f.Rules[0]} {f.Count}"));
    }

    [Fact]
    public async Task What_was_decided_is_decided_at_the_moment_that_was_pinned_and_not_at_that_of_writing_it_down()
    {
        var replay = await UnderAsync("{ id: passing, effect: allow, tools: [erp.create_purchase_order], validUntil: \"2026-11-21T12:00:00Z\" }");
        await CallAsync(replay, """{"total":50}""", Passed, now: Policies.Noon.AddMinutes(-1));
        Assert.Empty(replay.Report().Flips);
        await CallAsync(replay, """{"total":50}""", Passed);
        Assert.Equal(1, replay.Report().Flipped);
    }

    [Fact]
    public async Task What_a_host_could_not_decide_stays_refused_and_what_is_without_its_beginning_is_left_out()
    {
        var replay = await UnderAsync(Was);
        var broken = new CallDecided(PrefixedId.Derive<CallId>(Guid.Empty, "call"), Effect.Deny, [], JsonText.EmptyObject, "It is a no.", "hash", "1", [new GateStep("exists", "passed"), new GateStep("authority", "denied", "It is a no.")]);
        await AddAsync(replay, new CallProposed(broken.Call, null, "purchaser", "erp.create_purchase_order", JsonText.EmptyObject, []));
        await AddAsync(replay, broken);
        await replay.AddAsync(PrefixedId.Derive<WorkflowId>(Guid.Empty, "other").ToString(), Record(broken), CancellationToken.None);

        Assert.Equal((0, 1, 1), (replay.Report().Calls, replay.Report().RefusedEarlier, replay.Report().LeftOut));
    }

    [Fact]
    public async Task Of_calls_that_people_were_asked_about_it_says_how_they_answered()
    {
        var replay = await UnderAsync("{ id: all, effect: allow, tools: [erp.create_purchase_order] }");
        foreach (var (verdict, number) in new[] { ApprovalVerdict.Approved, ApprovalVerdict.Approved, ApprovalVerdict.Rejected, ApprovalVerdict.Expired }.Select((v, i) => (v, i)))
        {
            var call = await CallAsync(replay, """{"total":9000}""", new GateStep("authority", "asked", "Ask."));
            var approval = PrefixedId.Derive<ApprovalId>(Guid.Empty, $"approval {number}");
            await AddAsync(replay, new ApprovalRequested(
                approval, call.Call, null, "purchaser", "erp.create_purchase_order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["was"], [], "Ask.", [new Seat("lead", 1)], [], Policies.Noon.AddDays(1)));
            await AddAsync(replay, new ApprovalDecided(approval, "petra", "api", verdict, null));
        }

        await CallAsync(replay, """{"total":9000}""", new GateStep("authority", "asked", "Ask."));
        var report = replay.Report();
        var flip = Assert.Single(report.Flips);
        Assert.Equal((5, 2, 2), (flip.Count, flip.Agreed, flip.Refused));
        Assert.Equal((1, Policies.Noon, Policies.Noon), (report.Workflows, report.From, report.Until));
    }

    [Fact]
    public async Task The_time_that_was_looked_at_runs_from_its_earliest_call_to_its_latest_in_whatever_order_they_come()
    {
        var replay = await UnderAsync(Was);
        foreach (var hours in new[] { 5, 9, 1, 3 })
        {
            _at = Policies.Noon.AddHours(hours);
            await CallAsync(replay, """{"total":50}""", new GateStep("authority", "passed"));
        }

        Assert.Equal(((DateTimeOffset?)Policies.Noon.AddHours(1), (DateTimeOffset?)Policies.Noon.AddHours(9)), (replay.Report().From, replay.Report().Until));
    }

    private async Task<PolicyReplay> UnderAsync(params string[] rules)
    {
        var replay = PolicyReplay.Under(Policies.OfRules(rules), new ToolsThen(Policies.Tools), (_, _) => Task.FromResult<CompanyTools?>(null));
        await AddAsync(replay, Submitted("petra"));
        return replay;
    }

    private async Task<ReplayReport> ReplayedAsync(string tool, GateStep step)
    {
        var replay = await UnderAsync(Was);
        await CallAsync(replay, """{"total":50}""", step, tool);
        return replay.Report();
    }

    private async Task<CallDecided> CallAsync(PolicyReplay replay, string facts, GateStep step, string tool = "erp.create_purchase_order", TaskId? task = null, ImmutableArray<string> labels = default, DateTimeOffset? now = null)
    {
        var id = PrefixedId.Derive<CallId>(Guid.Empty, $"call {_position}");
        await AddAsync(replay, new CallProposed(id, task, "purchaser", tool, JsonText.Parse("""{"lines":[],"supplier":"acme"}"""), labels.IsDefault ? [] : labels));
        var effect = step.Verdict == "passed" ? Effect.Allow : step.Verdict == "asked" ? Effect.Ask : Effect.Deny;
        var decided = new CallDecided(id, effect, ["was"], JsonText.Parse(facts), "Because.", "hash", "1", [new GateStep("facts", "passed"), step], now is { } moment ? new PolicyVerdict(effect, ["was"], moment, "request") : null);
        await AddAsync(replay, decided);
        return decided;
    }

    private static GoalSubmitted Submitted(string person) => new(new PrivateText(person, "Buy."), person, null, null, JsonText.EmptyObject, null, null, null, "hash", null, 0);

    private static ContractAgreed Agreed(string? playbook) => new(new Contract("Bought.", [], [], null, null), playbook, null, "manager");

    private Task AddAsync(PolicyReplay replay, WorkflowEvent fact) => replay.AddAsync(Workflow.ToString(), Record(fact), CancellationToken.None);

    private Recorded Record(WorkflowEvent fact) => new(++_position, _position, _at, Actor.System, fact);
}
