using System.Text.Json;

namespace AiManager.Tools.Tests;

/// <summary>What is drafted from an approval lets the approved call through, and nothing that is larger, goes to somebody else, or has more to it.</summary>
public sealed class StandingDraftTests
{
    private const string Parameters =
        """{"type":"object","additionalProperties":false,"required":["supplier","quantity"],"properties":{"supplier":{"type":"string"},"quantity":{"type":"integer"},"note":{"type":"string"}}}""";

    private const string Args = """{"supplier":"acme","quantity":20,"note":"soon \"please\""}""";

    private static readonly StandingTerms NoTerms = new(null, null);

    [Fact]
    public void It_names_the_agent_the_tool_the_asks_and_the_bounds_and_ends_within_thirty_days()
    {
        var rule = Draft(Args, NoTerms);
        Assert.Equal("allow", rule.GetProperty("effect").GetString());
        Assert.Equal(("purchaser", "erp.order", "large"), (rule.GetProperty("agents")[0].GetString(), rule.GetProperty("tools")[0].GetString(), rule.GetProperty("answers")[0].GetString()));
        Assert.Equal("2026-12-21T12:00:00Z", rule.GetProperty("validUntil").GetString());
        Assert.Equal("args.quantity <= 20", rule.GetProperty("when").GetString());
    }

    [Theory]
    [InlineData(Args, true)]
    [InlineData("""{"supplier":"acme","quantity":3,"note":"soon \"please\""}""", true)]
    [InlineData("""{"supplier":"acme","quantity":21,"note":"soon \"please\""}""", false)]
    [InlineData("""{"supplier":"acme","quantity":-1,"note":"soon \"please\""}""", false)]
    [InlineData("""{"supplier":"globex","quantity":3,"note":"soon \"please\""}""", false)]
    [InlineData("""{"supplier":"acme","quantity":3,"note":"pay twice"}""", false)]
    [InlineData("""{"supplier":"acme","quantity":3}""", false)]
    public void It_lets_through_what_is_no_larger(string args, bool gets) => Assert.Equal(gets ? Effect.Allow : Effect.Ask, Decide(Draft(Args, NoTerms), args).Effect);

    [Fact]
    public void What_was_not_there_must_not_be_there()
    {
        var rule = Draft("""{"supplier":"acme","quantity":20}""", NoTerms);
        Assert.Equal(Effect.Allow, Decide(rule, """{"supplier":"acme","quantity":20}""").Effect);
        Assert.Equal(Effect.Ask, Decide(rule, """{"supplier":"acme","quantity":20,"note":"and more"}""").Effect);
    }

    [Fact]
    public void Where_a_tool_says_which_arguments_decide_the_others_are_free()
    {
        var rule = Draft(Args, NoTerms, new AuthorityArguments([new AuthorityArgument("supplier", null, null)]));
        Assert.Equal(Effect.Allow, Decide(rule, """{"supplier":"acme","quantity":3,"note":"whatever"}""").Effect);
        Assert.Equal(Effect.Ask, Decide(rule, """{"supplier":"globex","quantity":3,"note":"whatever"}""").Effect);
    }

    [Fact]
    public void It_may_be_used_only_so_often()
    {
        var rule = Draft(Args, new StandingTerms(Policies.Noon.AddDays(1), 3));
        Assert.Equal((3, "2026-11-22T12:00:00Z"), (rule.GetProperty("uses").GetInt32(), rule.GetProperty("validUntil").GetString()));
        Assert.Equal(3, Assert.Single(Decide(rule, Args).Uses).Cap.ToolCalls);
    }

    [Theory]
    [InlineData(31, null, "within 30 days")]
    [InlineData(-1, null, "within 30 days")]
    [InlineData(1, 0L, "once or more")]
    public void What_has_no_end_or_no_use_is_not_drafted(int days, long? uses, string why) =>
        Assert.Contains(why, Hindrance(Asked(Args), new StandingTerms(Policies.Noon.AddDays(days), uses)), StringComparison.Ordinal);

    [Fact]
    public void What_a_budget_or_the_flow_of_data_asks_no_rule_answers()
    {
        Assert.Contains("per-day", Hindrance(Asked(Args) with { Rules = ["large", "per-day"], Budgets = ["per-day"] }, NoTerms), StringComparison.Ordinal);
        Assert.Contains("proven", Hindrance(Asked(Args) with { Rules = ["proven"] }, NoTerms), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_are_bounded_element_by_element_and_an_empty_one_not_at_all()
    {
        const string Lists = """{"type":"object","additionalProperties":false,"required":["lines"],"properties":{"lines":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["sku","quantity"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer"},"gift":{"type":"string"}}}}}}""";
        var tool = Tool(Lists, AuthorityArguments.None);
        var full = Asked("""{"lines":[{"sku":"a","quantity":2,"gift":"no"},{"sku":"b","quantity":5,"gift":"no"}]}""");
        var rule = StandingDraft.Of(full, tool, Of(), NoTerms, Policies.Noon).Rule!.Value.ToElement();
        Assert.Contains("size(args.lines) <= 2", rule.GetProperty("when").GetString(), StringComparison.Ordinal);
        Assert.Equal(["lines.gift", "lines.quantity", "lines.sku"], rule.GetProperty("limits").EnumerateArray().Select(l => l.GetProperty("arg").GetString()));
        Assert.Contains("empty list", StandingDraft.Of(Asked("""{"lines":[]}"""), tool, Of(), NoTerms, Policies.Noon).Hindrance, StringComparison.Ordinal);
        Assert.Contains("lines.gift", StandingDraft.Of(Asked("""{"lines":[{"sku":"a","quantity":2}]}"""), tool, Of(), NoTerms, Policies.Noon).Hindrance, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_says_who_is_reached_is_that_number_and_one_below_nothing_has_a_floor()
    {
        const string Account = """{"type":"object","additionalProperties":false,"required":["customer","change"],"properties":{"customer":{"type":"integer"},"change":{"type":"integer"}}}""";
        var tool = Tool(Account, new AuthorityArguments([new AuthorityArgument("customer", null, null)]));
        var limits = StandingDraft.Of(Asked("""{"customer":48213,"change":-5}"""), tool, Of(), NoTerms, Policies.Noon).Rule!.Value.ToElement().GetProperty("limits").EnumerateArray().ToList();
        Assert.Equal("""{"arg":"change","atMost":-5,"atLeast":-5}""", limits[0].GetRawText());
        Assert.Equal("""{"arg":"customer","oneOf":[48213]}""", limits[1].GetRawText());
    }

    [Fact]
    public void What_was_left_out_of_a_list_that_says_who_is_reached_must_stay_out()
    {
        const string Mail = """{"type":"object","additionalProperties":false,"required":["to"],"properties":{"to":{"type":"string"},"cc":{"type":"array","items":{"type":"object","properties":{"address":{"type":"string"}}}}}}""";
        var tool = Tool(Mail, new AuthorityArguments([new AuthorityArgument("cc.*.address", null, null)]));
        var rule = StandingDraft.Of(Asked("""{"to":"a"}"""), tool, Of(), NoTerms, Policies.Noon).Rule!.Value.ToElement();
        Assert.Equal("!(\"cc\" in args)", rule.GetProperty("when").GetString());
    }

    private static Policy Of(params string[] more) => Policies.OfRules(
        ["{ id: large, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead } }", .. more]);

    private static JsonElement Draft(string args, StandingTerms terms, AuthorityArguments? authority = null)
    {
        var (rule, hindrance) = StandingDraft.Of(Asked(args), Tool(Parameters, authority ?? AuthorityArguments.None), Of(), terms, Policies.Noon);
        Assert.Null(hindrance);
        return rule!.Value.ToElement();
    }

    private static string Hindrance(ApprovalRequested asked, StandingTerms terms) => StandingDraft.Of(asked, Tool(Parameters, AuthorityArguments.None), Of(), terms, Policies.Noon).Hindrance!;

    /// <summary>The draft as a company would have it, about the one tool that test policies have with such arguments.</summary>
    private static PolicyDecision Decide(JsonElement rule, string args)
    {
        var about = rule.GetRawText().Replace("erp.order", "erp.create_purchase_order", StringComparison.Ordinal).Replace("args.quantity", "facts.total", StringComparison.Ordinal);
        var json = JsonText.Parse(args);
        var quantity = json.ToElement().GetProperty("quantity").GetRawText();
        return Policies.Order(Of(about), $$"""{"total":{{quantity}}}""", "purchaser", args);
    }

    private static ApprovalRequested Asked(string args)
    {
        var call = PrefixedId.Derive<CallId>(Guid.Parse("0193a4c0-0000-7000-8000-000000000000"), "call");
        return new ApprovalRequested(
            PrefixedId.Derive<ApprovalId>(call.Value, "1"), call, null, "purchaser", "erp.order", JsonText.Parse(args), JsonText.EmptyObject, "digest", ["large"], [], "It is much.", [new Seat("lead", 1)], ["jana"], Policies.Noon.AddDays(2));
    }

    private static Tool Tool(string parameters, AuthorityArguments authority)
    {
        Assert.True(JsonSchema.TryLoad(JsonText.Parse(parameters), out var schema, out _));
        var money = parameters == Parameters ? "args.quantity" : null;
        var info = new ToolInfo("erp.order", "Orders.", EffectClass.Spend, JsonText.Parse(parameters), "1", TimeSpan.FromSeconds(30)) { Money = money };
        return new Tool(info, schema!, null!)
        {
            ArgsType = new WhenType.Dynamic(),
            Authority = authority,
            Money = money is null ? null : Assert.IsType<WhenParsed.Sound>(When.Parse(money, WhenPosition.Start)).Expression,
        };
    }
}
