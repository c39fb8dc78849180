using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

/// <summary>What the analysis says of all calls must be true of any call that comes along.</summary>
public sealed class AnalysisPropertyTests
{
    private static readonly Gen<string> Comparisons = Gen.Elements(
        "facts.total <= 5000", "facts.total > 100", "facts.total == 50", "facts.total in [50, 60]", "facts.approved", "facts.best == facts.approved", "args.supplier == 'acme'",
        "args.supplier in ['acme', 'globex']", "args.supplier.startsWith('ac')", "args.supplier.endsWith('x')", "args.supplier.contains('o')", "args.supplier.matches('^[a-g]+$')",
        "size(args.lines) > 1", "size(args.supplier) <= 4", "tool.readOnly", "task.risk == 'high'", "'supplier' in args", "args.supplier != 'beta'", "size(args.lines) < facts.total",
        "args.lines[0].sku == 'A'", "labels == []");

    private static readonly Gen<string> Conditions = Gen.Sized(size => ConditionOf(Math.Min(3, size)));

    private static readonly Gen<string> Rules =
        from effect in Gen.Elements("allow", "allow", "ask", "deny")
        from agents in Gen.Elements("", "agents: [purchaser], ", "agents: [analyst], ")
        from condition in Conditions
        from role in Gen.Elements("cfo", "procurement-lead")
        let approvers = effect == "ask" ? $", approvers: {{ role: {role} }}" : ""
        select $"effect: {effect}, {agents}tools: [erp.create_purchase_order], when: \"{condition}\"{approvers} }}";

    private static readonly Gen<Policy> Books = from rules in Rules.ArrayOf(4) select Policies.OfRules([.. rules.Select((r, i) => $"{{ id: r{i}, {r}")]);

    private static readonly Gen<(string Agent, string Args, string Facts)> Calls =
        from agent in Gen.Elements("purchaser", "analyst", "clerk")
        from supplier in Gen.Elements("", "\"supplier\":\"acme\"", "\"supplier\":\"globex\"", "\"supplier\":\"acx\"", "\"supplier\":\"beta\"", "\"supplier\":\"\"", "\"supplier\":\"o\"")
        from lines in Gen.Elements("\"lines\":[]", "\"lines\":[{\"sku\":\"A\"}]", "\"lines\":[{\"sku\":\"B\"},{\"sku\":\"A\"}]")
        from total in Gen.Elements("50", "60", "100", "100.01", "5000", "5000.01", "9000")
        from approved in Gen.Elements("true", "false")
        from best in Gen.Elements("true", "false")
        select (agent, "{" + (supplier.Length == 0 ? lines : supplier + "," + lines) + "}", $"{{\"total\":{total},\"approved\":{approved},\"best\":{best},\"quoted\":true,\"needed\":true,\"complete\":true,\"due\":\"2026-01-01T00:00:00Z\"}}");

    private static Config Often => Config.QuickThrowOnFailure.WithMaxTest(200);

    [Fact]
    public void What_is_never_so_is_so_of_no_call_and_an_example_is_one() => Prop.ForAll(Arb.From(Books), Arb.From(Calls.ArrayOf(30)), (policy, calls) =>
    {
        var tool = Policies.Tools.First(t => t.Name == "erp.create_purchase_order");
        foreach (var effect in Enum.GetValues<Effect>())
        {
            foreach (var agent in new[] { "purchaser", "analyst", "clerk" })
            {
                switch (WhenSolver.Solve(new PolicyView(policy, tool, agent).Of(effect), CallGround.Of(tool, agent, Policies.Noon)))
                {
                    case WhenAnswer.No when calls.Any(c => c.Agent == agent && Decide(policy, c) == effect):
                        return false;
                    case WhenAnswer.Yes yes when Decide(policy, agent, yes.Example) != effect:
                        return false;
                }
            }
        }

        return true;
    }).Check(Often);

    [Fact]
    public void A_policy_that_is_not_wider_lets_through_no_call_that_the_other_did_not() => Prop.ForAll(Arb.From(Books), Arb.From(Books), Arb.From(Calls.ArrayOf(40)), (before, after, calls) =>
        Widening.Of(Side(before), Side(after), Policies.Noon) is not WideningAnswer.None || calls.All(c => Decide(after, c) <= Decide(before, c))).Check(Often);

    [Fact]
    public void Every_example_of_a_change_is_decided_as_it_says() => Prop.ForAll(Arb.From(Books), Arb.From(Books), (before, after) =>
        Widening.Diff(Side(before), Side(after), Policies.Noon).Changes.Where(c => c is { Example: not null, IsCertain: true, After: not null } && c.Example.Task is null && c.Example.Goal is null).All(c =>
        {
            var request = Policies.Request(c.Example!.Tool, c.Example.Agent, c.Example.Args.Text, c.Example.Facts.Text);
            return before.Decide(request).Effect == c.Before && after.Decide(request).Effect == c.After;
        })).Check(Often);

    [Fact]
    public void A_policy_differs_in_nothing_from_itself() => Prop.ForAll(Arb.From(Books), policy => Widening.Diff(Side(policy), Side(policy), Policies.Noon).Changes.IsEmpty).Check(Often);

    private static PolicySide Side(Policy policy) => new(policy, [.. Policies.Tools.Where(t => t.Name == "erp.create_purchase_order")], ["purchaser", "analyst", "clerk"]);

    private static Effect Decide(Policy policy, (string Agent, string Args, string Facts) call) =>
        policy.Decide(Policies.Request("erp.create_purchase_order", call.Agent, call.Args, call.Facts)).Effect;

    /// <summary>On the example as it was made, with the task and the goal that it speaks of.</summary>
    private static Effect Decide(Policy policy, string agent, WhenFacts example)
    {
        var facts = new WhenFacts { Args = example.Args, Facts = example.Facts, Task = example.Task, Goal = example.Goal, Labels = example.Labels, Now = example.Now, Tool = example.Tool, Agent = example.Agent, Lists = policy.Lists };
        var request = Policies.Request("erp.create_purchase_order", agent, "{}", "{}");
        var matched = policy.RulesOf("erp.create_purchase_order").Where(r => r.IsFor(agent) && r.Trace(facts, request).IsMatch).ToList();
        return matched.Count == 0 ? Effect.Deny : matched.Min(r => r.Effect);
    }

    private static Gen<string> ConditionOf(int depth) => depth == 0
        ? Comparisons
        : Gen.OneOf(
            Comparisons,
            from left in ConditionOf(depth - 1) from right in ConditionOf(depth - 1) from sign in Gen.Elements("&&", "||") select $"({left}) {sign} ({right})",
            from inner in ConditionOf(depth - 1) select $"!({inner})");
}
