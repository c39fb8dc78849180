using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

/// <summary>What one task may do is computed from what all may, what it may, and what is asked for.</summary>
public sealed class TaskGrantTests
{
    private static readonly ImmutableDictionary<string, ToolDescription> Tools = new[]
    {
        Tool("erp.read") with { IsReadOnly = true, MaySpend = false, MayAddress = false },
        Tool("erp.order") with { MayAddress = false },
        Tool("mail.send") with { MaySpend = false },
    }.ToImmutableDictionary(t => t.Name);

    private static readonly Grant All = new(["erp.read", "erp.order", "mail.send"], new Amounts(Money: 500), Given.Noon.AddHours(4), [new ArgumentLimit("erp.order", "total", AtMost: 100)]);

    private static readonly Contract Named = Contract(All, new NamedGrant("order", new Grant(["erp.read", "erp.order"], new Amounts(Money: 50), Given.Noon.AddHours(1), [new ArgumentLimit("erp.order", "total", AtMost: 10)])));

    private static readonly Gen<Grant> Grants =
        from tools in Gen.SubListOf("erp.read", "erp.order", "mail.send")
        from money in Gen.Elements<decimal?>(null, 0, 10, 1000)
        from calls in Gen.Elements<long?>(null, 1, 20)
        from hours in Gen.Elements<int?>(null, 1, 8)
        from most in Gen.Elements<decimal?>(null, 1, 1000)
        from resources in Gen.Elements<ImmutableArray<string>?>(null, [], ["supplier:acme"], ["supplier:*"])
        select new Grant(
            [.. tools], money is null && calls is null ? null : new Amounts(Money: money, ToolCalls: calls), hours is { } h ? Given.Noon.AddHours(h) : null,
            most is { } m ? [new ArgumentLimit("erp.order", "total", AtMost: m)] : null, resources);

    [Fact]
    public void A_named_task_has_the_meet_of_all_three()
    {
        var met = TaskGrant.Of(Named, "order", new Grant(["erp.order"], new Amounts(ToolCalls: 3), Limits: [new ArgumentLimit("erp.order", "supplier", OneOf: [Given.Json("\"acme\"")])]), Tools.GetValueOrDefault);

        Assert.Empty(met.Refused);
        Assert.Equal(["erp.order"], met.Granted.Tools.AsEnumerable());
        Assert.Equal(new Amounts(Money: 50, ToolCalls: 3, Recipients: 0), met.Granted.Budget);
        Assert.Equal(Given.Noon.AddHours(1), met.Granted.Expires);
        Assert.Equal(["supplier ", "total 10"], met.Granted.Limits!.Value.Select(l => FormattableString.Invariant($"{l.Arg} {l.AtMost}")).Order());
    }

    [Fact]
    public void Where_tasks_are_named_all_others_only_read()
    {
        var met = TaskGrant.Of(Named, "buy", new Grant(["erp.read", "erp.order", "unknown.tool"]), Tools.GetValueOrDefault);

        Assert.Equal(["erp.read"], met.Granted.Tools.AsEnumerable());
        Assert.Contains("erp.order changes something, and the playbook lets only the task 'order' do that; 'buy' may only read.", met.Refused);
        Assert.Contains(met.Refused, r => r.StartsWith("unknown.tool changes something", StringComparison.Ordinal));
    }

    [Fact]
    public void What_lies_outside_is_refused_with_the_reason_and_what_is_too_much_is_cut()
    {
        var met = TaskGrant.Of(Named, "order", new Grant(["erp.order", "mail.send"], new Amounts(Money: 9000), Limits: [new ArgumentLimit("erp.order", "total", AtLeast: 20)]), Tools.GetValueOrDefault);

        Assert.Empty(met.Granted.Tools);
        Assert.Contains(met.Refused, r => r.StartsWith("mail.send is not in the grant", StringComparison.Ordinal));
        Assert.Contains(met.Refused, r => r.StartsWith("Nothing of erp.order lies within", StringComparison.Ordinal));
        Assert.Equal(50, TaskGrant.Of(Named, "order", new Grant(["erp.order"], new Amounts(Money: 9000)), Tools.GetValueOrDefault).Granted.Budget!.Money);
    }

    [Theory]
    [InlineData("erp.read", 0, 0L)]
    [InlineData("erp.order", null, 0L)]
    [InlineData("mail.send", 0, null)]
    [InlineData("unknown.tool", null, null)]
    public void A_task_whose_tools_spend_nothing_may_spend_nothing_and_so_with_recipients(string tool, int? money, long? recipients)
    {
        var budget = TaskGrant.Of(Contract(null), "any", new Grant([tool]), Tools.GetValueOrDefault).Granted.Budget;

        Assert.Equal((money, recipients), ((int?)budget?.Money, budget?.Recipients));
    }

    [Fact]
    public void Nothing_that_is_asked_for_reaches_beyond_what_the_playbook_gives() =>
        Prop.ForAll(Arb.From(Gen.Zip(Grants, Grants)), Arb.From(Gen.Zip(Grants, Gen.Elements("order", "find"))), (given, want) =>
        {
            var granted = TaskGrant.Of(Contract(given.Item1, new NamedGrant("order", given.Item2)), want.Item2, want.Item1, Tools.GetValueOrDefault).Granted;
            ImmutableArray<Grant> givers = want.Item2 == "order" ? [given.Item1, given.Item2, want.Item1] : [given.Item1, want.Item1];
            return givers.All(g =>
                    granted.Tools.All(g.Tools.Contains)
                    && (granted.Budget?.Money ?? decimal.MaxValue) <= (g.Budget?.Money ?? decimal.MaxValue)
                    && (granted.Budget?.ToolCalls ?? long.MaxValue) <= (g.Budget?.ToolCalls ?? long.MaxValue)
                    && (granted.Expires ?? DateTimeOffset.MaxValue) <= (g.Expires ?? DateTimeOffset.MaxValue)
                    && new[] { 1, 5, 500 }.All(total => Reaches(granted, total) is false || Reaches(g, total)))
                && (want.Item2 == "order" || granted.Tools.All(t => t == "erp.read"));
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Repetitions_share_the_slice_of_their_template_whatever_the_plans_version()
    {
        Assert.Equal("order", Given.WorkTask("order").SliceKey);
        Assert.Equal("order", Given.Child("order", 12).SliceKey);
    }

    private static bool Reaches(Grant grant, int total) => grant.WhyNot("erp.order", Given.Json($$"""{"total":{{total}}}"""), ["supplier:acme"], Given.Noon) is null;

    private static Contract Contract(Grant? all, params NamedGrant[] named) => new("Done.", [], [], null, null) { Grant = all, TaskGrants = named.Length == 0 ? null : [.. named] };

    private static ToolDescription Tool(string name) => new(name, name, JsonText.EmptyObject);
}
