using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class GrantTests
{
    private static readonly string[] Tools = ["erp.read", "erp.order", "mail.send"];

    private static readonly Gen<ImmutableArray<string>> SomeTools = Gen.SubListOf(Tools).Select(t => t.ToImmutableArray());

    private static readonly Gen<ArgumentLimit> Limits =
        from tool in Gen.Elements(Tools)
        from arg in Gen.Elements("total", "to", "lines.quantity")
        from least in Gen.Elements<decimal?>(null, 0, 5)
        from most in Gen.Elements<decimal?>(null, 3, 10)
        from one in Gen.Elements<ImmutableArray<JsonText>?>(null, [Given.Json("1"), Given.Json("7"), Given.Json("\"/in/a\"")], [Given.Json("7.0"), Given.Json("\"/in/b\"")])
        from start in Gen.Elements(null, "/", "/in/", "/out/")
        select new ArgumentLimit(tool, arg, least, most, one, start);

    private static readonly Gen<ImmutableArray<string>?> Resources = Gen.Elements<ImmutableArray<string>?>(
        null, [], ["file:/in/*"], ["file:/*", "account:7"], ["account:*"], ["file:/in/a"], ["*"]);

    private static readonly Gen<ImmutableArray<string>?> Labels = Gen.Elements<ImmutableArray<string>?>(null, [], ["customer-data"], ["customer-data", "secret"], ["vetted", "secret"], ["vetted", "third-party", "customer-data"]);

    private static readonly Label[] Data =
    [
        .. new string[][] { [], ["customer-data"], ["secret"], ["customer-data", "secret"] }
            .SelectMany(m => new[] { Integrity.Vetted, Integrity.ThirdParty }.Select(i => new Label(i, ImmutableSortedSet.Create(StringComparer.Ordinal, m)))),
    ];

    private static readonly Gen<Grant> Grants =
        from tools in SomeTools
        from money in Gen.Elements<decimal?>(null, 10, 100)
        from hours in Gen.Elements<int?>(null, 1, 5)
        from limits in Limits.ListOf()
        from resources in Resources
        from reads in Labels
        from releases in Labels
        select new Grant(
            tools, money is null ? null : new Amounts(Money: money), hours is { } h ? Given.Noon.AddHours(h) : null, limits.Count == 0 ? null : [.. limits.Take(4)], resources, reads, releases);

    private static readonly Gen<(string Tool, JsonText Args, string? Resource, int Hours)> Calls =
        from tool in Gen.Elements(Tools)
        from total in Gen.Elements("", "\"total\":1,", "\"total\":7,", "\"total\":20,", "\"total\":\"/in/a\",")
        from to in Gen.Elements("", "\"to\":\"/in/a\",", "\"to\":[\"/in/a\",\"/in/b\"],", "\"to\":\"/in/../out/x\",", "\"to\":7,")
        from lines in Gen.Elements("\"lines\":[{\"quantity\":1},{\"quantity\":7}]", "\"lines\":[{\"quantity\":7},{}]", "\"lines\":[]")
        from resource in Gen.Elements<string?>(null, "file:/in/a", "file:/in/../b", "account:7", "account:8")
        from hours in Gen.Choose(0, 6)
        select (tool, Given.Json("{" + total + to + lines + "}"), resource, hours);

    [Fact]
    public void What_is_handed_on_covers_nothing_that_the_giver_does_not_cover_nor_the_asker_asked_for() =>
        Prop.ForAll(Arb.From(Gen.Zip(Grants, Grants)), Arb.From(Calls), (pair, call) => IsNarrower(GrantMeet.Of(pair.Item1, pair.Item2).Granted, pair.Item1, pair.Item2, call)).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Of_a_hundred_thousand_random_pairs_none_escalates()
    {
        var grants = Grants.Sample(500);
        var calls = Calls.Sample(500);
        var random = new Random(20261126);
        var (covered, bounded) = (0, new int[5]);
        for (var pair = 0; pair < 100_000; pair++)
        {
            var (parent, asked, call) = (grants[random.Next(grants.Length)], grants[random.Next(grants.Length)], calls[random.Next(calls.Length)]);
            var granted = GrantMeet.Of(parent, asked).Granted;
            if (!IsNarrower(granted, parent, asked, call) || !IsQuieter(granted, parent, asked, random) || !IsBounded(granted, parent, asked))
            {
                Assert.Fail($"pair {pair}: {Written(parent)} gave {Written(asked)} for {call}");
            }

            foreach (var (bound, index) in new object?[] { granted.Budget, granted.Expires, granted.Limits, granted.Resources, granted.Releases }.Select((bound, index) => (bound, index)))
            {
                bounded[index] += bound is null ? 0 : 1;
            }

            covered += Covers(granted, call) ? 1 : 0;
        }

        Assert.True(covered > 100, $"Only {covered} calls were covered at all, which would prove little.");
        Assert.All(bounded, count => Assert.InRange(count, 4_000, 100_000));
    }

    [Fact]
    public void A_budget_a_term_and_labels_are_never_more_than_the_givers() =>
        Prop.ForAll(Arb.From(Grants), Arb.From(Grants), (parent, asked) =>
        {
            var granted = GrantMeet.Of(parent, asked).Granted;
            return (parent.Budget?.Money is not { } cap || granted.Budget?.Money <= cap)
                && (parent.Expires is not { } ends || granted.Expires <= ends)
                && (parent.Reads is not { } reads || granted.Reads!.Value.All(reads.Contains))
                && (parent.Releases is not { } releases || granted.Releases!.Value.All(releases.Contains))
                && granted.Tools.All(parent.Tools.Contains);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void What_lies_within_is_given_whole() => Prop.ForAll(Arb.From(Grants), Arb.From(Grants), (parent, asked) =>
    {
        var once = GrantMeet.Of(parent, asked).Granted;
        var again = GrantMeet.Of(parent, once);
        return again.Refused.IsEmpty && again.Granted.Tools.SequenceEqual(once.Tools) && Written(again.Granted) == Written(once);
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void What_is_refused_is_named()
    {
        var parent = new Grant(["erp.read", "erp.order"], Limits: [new ArgumentLimit("erp.order", "to", StartsWith: "/in/")], Resources: ["file:/in/*"]);
        var asked = new Grant(["erp.read", "erp.order", "mail.send"], Limits: [new ArgumentLimit("erp.order", "to", StartsWith: "/out/")], Resources: ["file:/*"]);
        var meet = GrantMeet.Of(parent, asked);
        Assert.Equal("erp.read", Assert.Single(meet.Granted.Tools));
        Assert.Equal("file:/in/*", Assert.Single(meet.Granted.Resources!.Value));
        Assert.Equal(
            [
                "Nothing of erp.order lies within the grant that it would be handed on from.",
                "mail.send is not in the grant that it would be handed on from.",
                "It may not reach file:/*, or not all of it.",
            ],
            meet.Refused.AsEnumerable());
    }

    [Theory]
    [InlineData("""{"to":"/in/a"}""", true)]
    [InlineData("""{"to":["/in/a","/in/b"]}""", true)]
    [InlineData("""{"to":["/in/a","/out/b"]}""", false)]
    [InlineData("""{"to":[]}""", false)]
    [InlineData("""{}""", false)]
    [InlineData("""{"to":null}""", false)]
    [InlineData("""{"to":"/in/../out/b"}""", false)]
    [InlineData("""{"to":"/in/%2e%2e/out/b"}""", false)]
    [InlineData("""{"to":"/in/..\\out"}""", false)]
    [InlineData("""{"to":"/in/a..b"}""", true)]
    [InlineData("""{"to":"/IN/a"}""", false)]
    public void A_beginning_is_no_beginning_for_what_climbs_out_and_what_is_left_out_does_not_pass(string args, bool isCovered)
    {
        var grant = new Grant(["files.write"], Limits: [new ArgumentLimit("files.write", "to", StartsWith: "/in/")]);
        Assert.Equal(isCovered, grant.WhyNot("files.write", Given.Json(args), [], Given.Noon) is null);
    }

    [Theory]
    [InlineData("""{"lines":[{"quantity":5},{"quantity":5.0}]}""", true)]
    [InlineData("""{"lines":[{"quantity":5},{"quantity":5.1}]}""", false)]
    [InlineData("""{"lines":[{"quantity":5},{}]}""", false)]
    [InlineData("""{"lines":[{"quantity":"5"}]}""", false)]
    [InlineData("""{"lines":[{"quantity":1e400}]}""", false)]
    public void A_bound_holds_for_every_line_and_for_numbers_only(string args, bool isCovered)
    {
        var grant = new Grant(["erp.order"], Limits: [new ArgumentLimit("erp.order", "lines.quantity", AtMost: 5)]);
        Assert.Equal(isCovered, grant.WhyNot("erp.order", Given.Json(args), [], Given.Noon) is null);
    }

    [Fact]
    public void A_grant_ends_with_its_last_moment_and_reaches_only_its_resources()
    {
        var grant = new Grant(["bank.read"], Expires: Given.Noon, Resources: ["account:DE1*"]);
        Assert.NotNull(grant.WhyNot("bank.read", JsonText.EmptyObject, ["account:DE12"], Given.Noon));
        Assert.Null(grant.WhyNot("bank.read", JsonText.EmptyObject, ["account:DE12"], Given.Noon.AddTicks(-1)));
        Assert.NotNull(grant.WhyNot("bank.read", JsonText.EmptyObject, ["account:DE12", "account:FR12"], Given.Noon.AddTicks(-1)));
        Assert.NotNull((grant with { Resources = [] }).WhyNot("bank.read", JsonText.EmptyObject, ["account:DE12"], Given.Noon.AddTicks(-1)));
    }

    private static bool IsNarrower(Grant granted, Grant parent, Grant asked, (string Tool, JsonText Args, string? Resource, int Hours) call) =>
        !Covers(granted, call) || (Covers(parent, call) && Covers(asked, call));

    /// <summary>Money, time, tools and labels: no more than either has.</summary>
    private static bool IsBounded(Grant granted, Grant parent, Grant asked) => new[] { parent, asked }.All(g =>
        granted.Tools.All(g.Tools.Contains)
        && (g.Budget?.Money is not { } cap || granted.Budget?.Money <= cap)
        && (g.Expires is not { } ends || granted.Expires <= ends)
        && (g.Reads is not { } reads || granted.Reads?.All(reads.Contains) == true)
        && (g.Releases is not { } releases || granted.Releases?.All(releases.Contains) == true));

    /// <summary>Of any data: what neither may read or let out, what is handed on may not either; nor may the check of what comes of it.</summary>
    private static bool IsQuieter(Grant granted, Grant parent, Grant asked, Random random)
    {
        Label[] data = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Data[random.Next(Data.Length)])];
        var check = asked.ToRead("erp.read", parent);
        return new[] { parent, asked }.All(g => g.Unreadable(data).All(l => granted.Unreadable(data).Contains(l) && check.Unreadable(data).Contains(l))
            && g.Unreleasable(data).All(l => granted.Unreleasable(data).Contains(l) && check.Unreleasable(data).Contains(l)));
    }

    private static bool Covers(Grant grant, (string Tool, JsonText Args, string? Resource, int Hours) call) =>
        grant.WhyNot(call.Tool, call.Args, call.Resource is null ? [] : [call.Resource], Given.Noon.AddHours(call.Hours)) is null;

    private static string Written(Grant grant) => string.Join(
        '|',
        grant.Budget,
        grant.Expires,
        string.Join(',', (grant.Limits ?? []).OrderBy(l => l.Tool, StringComparer.Ordinal).ThenBy(l => l.Arg, StringComparer.Ordinal).Select(l => $"{l.Tool} {l.Arg} {l.AtLeast} {l.AtMost} {l.StartsWith} {string.Join(' ', l.OneOf ?? [])}")),
        string.Join(',', grant.Resources ?? ["any"]),
        string.Join(',', grant.Reads ?? ["any"]),
        string.Join(',', grant.Releases ?? ["any"]));
}
