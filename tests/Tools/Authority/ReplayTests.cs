namespace AiManager.Tools.Tests;

public sealed class ReplayTests
{
    private const string Was = "{ id: was, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 5000 }";

    private static readonly GateStep Passed = new("authority", "passed");

    private long _position;

    [Fact]
    public void Flips_are_told_by_rule_with_a_count_and_at_most_three_examples()
    {
        var replay = Under("{ id: small, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 100 }", "{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 100, approvers: { role: cfo } }");
        foreach (var total in new[] { 50, 200, 300, 400, 500 })
        {
            Call(replay, $"{{\"total\":{total}}}", Passed);
        }

        var report = replay.Report();
        Assert.Equal((5, 0, 4), (report.Calls, report.RefusedEarlier, report.Flipped));
        var flip = Assert.Single(report.Flips);
        Assert.Equal((Effect.Allow, Effect.Ask, "large", 4), (flip.Before, flip.After, Assert.Single(flip.Rules), flip.Count));
        Assert.Equal(["""{"total":200}""", """{"total":300}""", """{"total":400}"""], flip.Examples.Select(e => e.Facts.Text));
        Assert.Equal(("wf_1", "purchaser", "erp.create_purchase_order"), (flip.Examples[0].Workflow, flip.Examples[0].Agent, flip.Examples[0].Tool));
    }

    [Fact]
    public void The_same_policy_flips_nothing()
    {
        var replay = Under(Was);
        Call(replay, """{"total":50}""", Passed);
        Call(replay, """{"total":9000}""", new GateStep("authority", "denied", "No."));

        Assert.Empty(replay.Report().Flips);
    }

    [Fact]
    public void What_no_rule_would_decide_any_more_is_told_by_the_rules_that_did()
    {
        var replay = Under("{ id: other, effect: allow, tools: [erp.low_stock] }");
        Call(replay, """{"total":50}""", Passed);

        var flip = Assert.Single(replay.Report().Flips);
        Assert.Equal((Effect.Allow, Effect.Deny, "was"), (flip.Before, flip.After, Assert.Single(flip.Rules)));
    }

    [Fact]
    public void A_tool_that_is_gone_is_denied() => Assert.Equal(Effect.Deny, Assert.Single(Replayed("erp.gone", Passed).Flips).After);

    [Fact]
    public void What_was_refused_before_authority_is_counted_apart()
    {
        var report = Replayed("erp.create_purchase_order", new GateStep("schema", "denied", "No."));

        Assert.Equal((0, 1, 0), (report.Calls, report.RefusedEarlier, report.Flipped));
    }

    [Fact]
    public void A_call_counts_once_however_often_it_was_decided_and_is_judged_by_its_goal()
    {
        var replay = Under("{ id: petra, effect: allow, tools: [erp.create_purchase_order], when: goal.requester == 'petra' }");
        replay.Add("wf_1", Record(new GoalSubmitted(new PrivateText("petra", "Buy."), "petra", null, null, JsonText.EmptyObject, null, null, null, "hash", null, 0)));
        var decided = Call(replay, """{"total":9000}""", new GateStep("authority", "asked", "Ask."));
        replay.Add("wf_1", Record(decided));

        var report = replay.Report();
        Assert.Equal((1, Effect.Ask, Effect.Allow), (report.Calls, Assert.Single(report.Flips).Before, report.Flips[0].After));
    }

    [Fact]
    public void Of_calls_that_people_were_asked_about_it_says_how_they_answered()
    {
        var replay = Under("{ id: all, effect: allow, tools: [erp.create_purchase_order] }");
        foreach (var (verdict, number) in new[] { ApprovalVerdict.Approved, ApprovalVerdict.Approved, ApprovalVerdict.Rejected, ApprovalVerdict.Expired }.Select((v, i) => (v, i)))
        {
            var call = Call(replay, """{"total":9000}""", new GateStep("authority", "asked", "Ask.")).Call;
            var approval = PrefixedId.Derive<ApprovalId>(Guid.Empty, $"approval {number}");
            replay.Add("wf_1", Record(new ApprovalRequested(
                approval, call, null, "purchaser", "erp.create_purchase_order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["was"], [], "Ask.", [new Seat("lead", 1)], [], Policies.Noon.AddDays(1))));
            replay.Add("wf_1", Record(new ApprovalDecided(approval, "petra", "api", verdict, null)));
        }

        Call(replay, """{"total":9000}""", new GateStep("authority", "asked", "Ask."));
        var report = replay.Report();
        var flip = Assert.Single(report.Flips);
        Assert.Equal((5, 2, 2), (flip.Count, flip.Agreed, flip.Refused));
        Assert.Equal((1, Policies.Noon, Policies.Noon), (report.Workflows, report.From, report.Until));
    }

    private static PolicyReplay Under(params string[] rules) => PolicyReplay.Under(Policies.OfRules(rules), Policies.Tools);

    private ReplayReport Replayed(string tool, GateStep step)
    {
        var replay = Under(Was);
        Call(replay, """{"total":50}""", step, tool);
        return replay.Report();
    }

    private CallDecided Call(PolicyReplay replay, string facts, GateStep step, string tool = "erp.create_purchase_order")
    {
        var id = PrefixedId.Derive<CallId>(Guid.Empty, $"call {_position}");
        replay.Add("wf_1", Record(new CallProposed(id, null, "purchaser", tool, JsonText.Parse("""{"lines":[],"supplier":"acme"}"""), [])));
        var effect = step.Verdict == "passed" ? Effect.Allow : step.Verdict == "asked" ? Effect.Ask : Effect.Deny;
        var decided = new CallDecided(id, effect, ["was"], JsonText.Parse(facts), "Because.", "hash", "1", [step]);
        replay.Add("wf_1", Record(decided));
        return decided;
    }

    private Recorded Record(WorkflowEvent fact) => new(++_position, (int)_position, Policies.Noon, Actor.System, fact);
}
