using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

/// <summary>Two people, one after the other.</summary>
public sealed class SeatOrderTests
{
    private static readonly SeatOrder LeadThenCfo = new("lead", "cfo");

    [Fact]
    public async Task The_second_seat_opens_when_the_first_is_filled_and_stands_in_no_inbox_before()
    {
        var office = new Office([LeadThenCfo], new Seat("cfo", 1), new Seat("lead", 1));
        Assert.Equal("petra pavel", await office.InboxesAsync());
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("carla"));
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("carla", agrees: false));
        var seats = Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("petra")).Seats;
        Assert.Equal(("pending", false), (ApprovalView.StatusOf(office.Approval), seats.Single(s => s.Role == "cfo").Waits));
        Assert.Equal("carla carl", await office.InboxesAsync());
        Assert.Equal("approved", Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("carla")).Status);
    }

    [Fact]
    public void The_journal_takes_nobody_out_of_order_whoever_wrote_it()
    {
        var office = new Office([LeadThenCfo], new Seat("cfo", 1), new Seat("lead", 2));
        Assert.Throws<InvalidOperationException>(() => office.Tell(new SeatFilled(office.Id, "cfo", "carla", "api", null)));
        office.Tell(new SeatFilled(office.Id, "lead", "petra", "api", null));
        Assert.Throws<InvalidOperationException>(() => office.Tell(new SeatFilled(office.Id, "cfo", "carla", "api", null)));
        office.Tell(new SeatFilled(office.Id, "lead", "pavel", "api", null), new SeatFilled(office.Id, "cfo", "carla", "api", null));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("ab", false)]
    [InlineData("ab bc ac", false)]
    [InlineData("ab ba", true)]
    [InlineData("ab bc ca", true)]
    [InlineData("xy ab bc cb", true)]
    public void Orders_that_lead_back_to_where_they_began_are_found(string pairs, bool isCircular) =>
        Assert.Equal(isCircular, SeatOrder.IsCircular([.. pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => new SeatOrder(p[..1], p[1..]))]));

    [Fact]
    public void Every_order_that_is_not_circular_can_be_sat_down_in()
    {
        var pairs = Gen.Choose(0, 4).Two().Where(p => p.Item1 != p.Item2).Select(p => new SeatOrder($"r{p.Item1}", $"r{p.Item2}")).ListOf();
        Prop.ForAll(Arb.From(pairs), orders =>
        {
            var open = Enumerable.Range(0, 5).Select(i => $"r{i}").ToHashSet();
            while (open.FirstOrDefault(r => !orders.Any(o => o.Then == r && open.Contains(o.First))) is { } next)
            {
                open.Remove(next);
            }

            return (open.Count > 0) == SeatOrder.IsCircular([.. orders]);
        }).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public async Task Rules_that_want_it_in_order_are_asked_so_and_rules_in_opposite_orders_are_a_no()
    {
        using var shop = await Shop.OpenAsync();
        const string All = "approvers: { all: [ { role: lead }, { role: cfo } ] }";
        var ordered = Shop.Authority.Replace(All, "approvers: { inOrder: [ { role: lead }, { role: cfo } ] }");
        shop.Configure(Shop.Tools, ordered);
        var call = shop.Order(1, "plant");
        await shop.CallAsync(call);
        Assert.Equal([LeadThenCfo], Assert.Single(shop.Log.State.Approvals.Values).Requested.Ladder!.Order!.Value.AsEnumerable());

        shop.Configure(Shop.Tools, ordered.Replace("budgets:", "  - { id: opposite, effect: ask, tools: [erp.order], when: facts.total > 50000, approvers: { inOrder: [ { role: cfo }, { role: lead } ] } }\nbudgets:"));
        Assert.Contains("opposite orders", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1, "plant"))).Reason);
    }

    [Fact]
    public async Task An_approval_of_the_same_people_in_the_wrong_order_is_void()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(1, "plant");
        await shop.CallAsync(call);
        shop.Approve(call, ("helena", "cfo"), ("petra", "lead"));
        shop.Configure(Shop.Tools, Shop.Authority.Replace("approvers: { all: [ { role: lead }, { role: cfo } ] }", "approvers: { inOrder: [ { role: lead }, { role: cfo } ] }"));
        Assert.Contains("another order", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason);
    }
}
