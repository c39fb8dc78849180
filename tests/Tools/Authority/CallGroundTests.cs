namespace AiManager.Tools.Tests;

/// <summary>Over which calls the analysis reasons: whose, of which models, and what their arguments can be.</summary>
public sealed class CallGroundTests
{
    [Theory]
    [InlineData("""{"properties":{"a":{"type":"integer","minimum":1,"maximum":5}},"required":["a"]}""", "args.a", "there, whole, 1..5")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"required":["b"]}""", "args.a", "perhaps, ..")]
    [InlineData("""{"properties":{"a":{}}}""", "args.a", "perhaps, ..")]
    [InlineData("""{"properties":{"a":{"type":["integer","null"]}},"required":["a"]}""", "args.a", "there, ..")]
    [InlineData("""{"properties":{"a":{"type":"number","minimum":"x"}},"required":["a"]}""", "args.a", "there, ..")]
    [InlineData("""{"properties":{"a":true},"required":["a"]}""", "args.a", "there, ..")]
    [InlineData("""{"properties":{"a":true}}""", "args.a", "perhaps, ..")]
    [InlineData("""{"properties":{"a":{"enum":["x",2,null]}}}""", "args.a", "perhaps, .., one of \"x\" 2 null")]
    [InlineData("""{"properties":{"a":{"enum":"x"}}}""", "args.a", "perhaps, ..")]
    [InlineData("""{"properties":{"a":{"const":true}}}""", "args.a", "perhaps, .., one of true")]
    [InlineData("""{"properties":{"a":{}},"required":true}""", "args.a", "perhaps, ..")]
    [InlineData("""{"properties":{"a":{}},"required":[1,"a"]}""", "args.a", "there, ..")]
    [InlineData("""{"properties":{"o":{"properties":{"a":{"type":"integer"}},"required":["a"]}}}""", "args.o.a", "there, whole, ..")]
    [InlineData("""{"properties":["a"],"required":["a"]}""", "args.a", "nothing is known")]
    [InlineData("""{"required":["a"]}""", "args.a", "nothing is known")]
    [InlineData("true", "args.a", "nothing is known")]
    [InlineData("{}", "task.risk", "perhaps, .., one of \"low\" \"medium\" \"high\"")]
    public void What_a_schema_says_of_an_argument_is_known(string schema, string path, string expected)
    {
        var bounds = Ground(schema).Bounds.GetValueOrDefault(path);

        Assert.Equal(expected, bounds is null ? "nothing is known" : $"{(bounds.IsCertain ? "there" : "perhaps")}{(bounds.IsWhole ? ", whole" : "")}, {bounds.Least}..{bounds.Most}{(bounds.Choices is { } c ? ", one of " + string.Join(' ', c.Select(WhenJsonText.Of)) : "")}");
    }

    [Fact]
    public void A_schema_is_read_sixteen_levels_deep_and_no_deeper()
    {
        var schema = Enumerable.Range(0, 20).Aggregate("{}", (inner, _) => """{"properties":{"a":""" + inner + "}}");

        Assert.Equal(16, Ground(schema).Bounds.Keys.Count(k => k.StartsWith("args.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Facts_are_there_and_the_caller_and_the_moment_are_known()
    {
        var ground = CallGround.Of(Policies.Tools.First(t => t.Name == "erp.create_purchase_order"), "purchaser", Policies.Noon);

        Assert.True(ground.Bounds["facts.total"].IsCertain);
        Assert.Equal("""{"name":"purchaser"}""", WhenJsonText.Of(ground.Known.Agent!));
        Assert.Equal(new WhenTimestamp(Policies.Noon), ground.Known.Now);
    }

    [Fact]
    public void Calls_are_looked_at_for_the_companys_agents_first_then_for_whom_rules_name_then_for_everybody_else()
    {
        var rules = Policies.OfRules("{ id: a, effect: allow, agents: ['*', 'buyer-*', purchaser], tools: [erp.low_stock] }").Rules;

        Assert.Equal(["analyst", "purchaser", "buyer-", "system", AgentSet.Another], AgentSet.Of(["purchaser", "analyst"], rules).AsEnumerable());
    }

    [Fact]
    public void Models_that_rules_name_are_looked_at_inside_and_outside_and_so_are_those_that_none_names()
    {
        var rules = Policies.OfRules("{ id: m, effect: deny, tools: ['model:*', 'model:big-*', 'model:small', 'erp.*'] }").Rules;

        Assert.Equal(
            ["model:big- false", "model:big- true", "model:small false", "model:small true", "model:default false", "model:default true", "model:another-model false", "model:another-model true"],
            AgentSet.Models(rules).Select(m => $"{m.Name} {WhenJsonText.Of(m.Traits.Fields["openWorld"])}"));
    }

    [Fact]
    public void An_example_says_what_matters_and_leaves_out_what_does_not()
    {
        WhenRecord pair = new(new Dictionary<string, WhenValue> { ["b"] = new WhenNumber(2), ["a"] = new WhenText("x") });
        var whole = CallExample.Of("purchaser", "erp.order", new WhenFacts { Args = pair, Facts = pair, Task = pair, Goal = pair });
        var bare = CallExample.Of("purchaser", "erp.order", new WhenFacts());

        Assert.Equal("""purchaser calls erp.order {"a":"x","b":2}, facts {"a":"x","b":2}, task {"a":"x","b":2}, goal {"a":"x","b":2}""", whole.ToString());
        Assert.Equal("purchaser calls erp.order {}", bare.ToString());
        Assert.Equal((JsonText.EmptyObject, JsonText.EmptyObject, null, null), (bare.Args, bare.Facts, bare.Task, bare.Goal));
    }

    private static WhenGround Ground(string schema) => CallGround.Of(Policies.Tools[0] with { Parameters = JsonText.Parse(schema) }, "purchaser", Policies.Noon);
}
