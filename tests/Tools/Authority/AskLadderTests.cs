using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>How long those who are asked have, and who is asked next.</summary>
public sealed class AskLadderTests
{
    private static readonly DateTimeOffset Noon = Policies.Noon;

    /// <summary>Remind, escalate and expire after so many hours; 0 where a rule does not say.</summary>
    [Theory]
    [InlineData(1, 4, 48, 1, 2, 4)]      // stand-ins when the reminder has gone unanswered for as long again
    [InlineData(3, 4, 48, 3, 4, 4)]      // … but not later than the escalation
    [InlineData(30, 0, 48, 30, 39, 0)]   // … and not later than halfway to the end
    [InlineData(0, 0, 48, 0, 24, 0)]     // without a reminder, at half the time
    [InlineData(0, 4, 48, 0, 4, 4)]
    [InlineData(0, 0, 0, 0, 24, 0)]      // two days where nothing is said
    [InlineData(4, 4, 4, 0, 2, 0)]       // at the end is as late as after it
    [InlineData(5, 6, 4, 0, 2, 0)]       // what another rule's earlier end leaves no time for is left out
    public void Rungs_are_reckoned_from_the_request(double remind, double escalate, double expires, double reminds, double standIns, double escalates)
    {
        var ladder = new AskLadder(Hours(remind), Hours(escalate), Hours(expires), escalate > 0 ? [new SeatEscalation("lead", "cfo")] : []);
        var (end, rungs) = ladder.Begin(Noon);

        Assert.Equal(Noon + (Hours(expires) ?? TimeSpan.FromDays(2)), end);
        Assert.Equal(Noon + Hours(reminds), rungs.RemindAt);
        Assert.Equal(Noon + Hours(standIns), rungs.StandInsAt);
        Assert.Equal(Noon + Hours(escalates), rungs.EscalateAt);
        Assert.Equal(escalates > 0, !rungs.Escalations.IsEmpty);
    }

    [Fact]
    public void Of_several_asks_the_earliest_times_hold_and_each_opens_only_its_own_seats()
    {
        var policy = Policies.OfRules(
            "{ id: a, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead, remindAfter: 2h, escalateAfter: 4h, escalateTo: cfo, expiresAfter: 3d } }",
            "{ id: b, effect: ask, tools: [erp.create_purchase_order], approvers: { role: warehouse, remindAfter: 1h, expiresAfter: 1d } }",
            "{ id: c, effect: ask, tools: [erp.create_purchase_order], approvers: { role: procurement-lead } }");
        var ladder = Policies.Order(policy, "{}").Ladder;

        Assert.Equal((Hours(1), Hours(4), TimeSpan.FromDays(1)), (ladder.RemindAfter, ladder.EscalateAfter, ladder.ExpiresAfter));
        Assert.Equal([new SeatEscalation("procurement-lead", "cfo")], ladder.Escalations.AsEnumerable());
    }

    [Fact]
    public void Seats_have_rungs_of_their_own_or_those_that_are_said_for_all()
    {
        const string Rule = "{ id: a, effect: ask, tools: [erp.create_purchase_order], approvers: { remindAfter: 2h, escalateAfter: 6h, escalateTo: cfo, all: "
            + "[ { role: procurement-lead }, { role: cfo }, { role: warehouse, remindAfter: 1h, escalateAfter: 4h, escalateTo: procurement-lead } ] } }";
        var ladder = Policies.Order(Policies.OfRules(Rule), "{}").Ladder;

        Assert.Equal((Hours(1), Hours(4)), (ladder.RemindAfter, ladder.EscalateAfter));
        Assert.Equal([new SeatEscalation("procurement-lead", "cfo"), new SeatEscalation("warehouse", "procurement-lead")], ladder.Escalations.OrderBy(e => e.Role));
    }

    [Fact]
    public void Together_the_earlier_times_hold_in_any_order_and_lists_are_sorted()
    {
        var one = new AskLadder(Hours(1), Hours(6), Hours(9), [new SeatEscalation("b", "y"), new SeatEscalation("b", "x")]) { Order = [new SeatOrder("b", "y"), new SeatOrder("b", "x")], OnShift = ["b"] };
        var two = new AskLadder(Hours(2), Hours(5), Hours(8), [new SeatEscalation("a", "z"), new SeatEscalation("b", "x")]) { Order = [new SeatOrder("a", "z"), new SeatOrder("b", "x")], OnShift = ["a", "b"] };

        foreach (var both in new[] { AskLadder.Together([one, two]), AskLadder.Together([two, one]) })
        {
            Assert.Equal((Hours(1), Hours(5), Hours(8)), (both.RemindAfter, both.EscalateAfter, both.ExpiresAfter));
            Assert.Equal([new SeatEscalation("a", "z"), new SeatEscalation("b", "x"), new SeatEscalation("b", "y")], both.Escalations.AsEnumerable());
            Assert.Equal([new SeatOrder("a", "z"), new SeatOrder("b", "x"), new SeatOrder("b", "y")], both.Order.AsEnumerable());
            Assert.Equal(["a", "b"], both.OnShift.AsEnumerable());
        }
    }

    [Fact]
    public void What_nobody_said_is_not_in_the_rungs()
    {
        var (_, rungs) = AskLadder.None.Begin(Noon);
        Assert.Equal((null, null), (rungs.Order, rungs.OnShift));
        (_, rungs) = (AskLadder.None with { Order = [new SeatOrder("a", "b")], OnShift = ["a"] }).Begin(Noon);
        Assert.Equal((1, "a"), (rungs.Order!.Value.Length, Assert.Single(rungs.OnShift!.Value)));
    }

    [Fact]
    public void Equal_ladders_are_equal_and_a_difference_in_one_place_is_one()
    {
        AskLadder Ladder() => new(Hours(1), Hours(2), Hours(3), [new SeatEscalation("a", "b")]) { Order = [new SeatOrder("a", "b")], OnShift = ["a"] };
        AskLadder[] others =
        [
            Ladder() with { RemindAfter = null }, Ladder() with { EscalateAfter = null }, Ladder() with { ExpiresAfter = null }, Ladder() with { Escalations = [] },
            Ladder() with { Order = [] }, Ladder() with { OnShift = [] },
        ];

        Assert.Equal(Ladder(), Ladder());
        Assert.Equal(Ladder().GetHashCode(), Ladder().GetHashCode());
        Assert.All(others, other => Assert.NotEqual(Ladder(), other));
        Assert.False(Ladder().Equals(null));
    }

    [Theory]
    [InlineData("expiresAfter: 4h, all: [ { role: cfo, expiresAfter: 1h }, { role: warehouse } ]", 1)]
    [InlineData("expiresAfter: 1h, all: [ { role: cfo, expiresAfter: 4h }, { role: warehouse } ]", 1)]
    [InlineData("all: [ { role: cfo, expiresAfter: 4h }, { role: warehouse, expiresAfter: 2h } ]", 2)]
    public void Seats_of_one_approval_end_together_with_the_earliest(string approvers, double hours) => Assert.Equal(
        Hours(hours), Policies.Order(Policies.OfRules($"{{ id: a, effect: ask, tools: [erp.create_purchase_order], approvers: {{ {approvers} }} }}"), "{}").Ladder.ExpiresAfter);

    [Theory]
    [InlineData("lead", false)]
    [InlineData("cfo", true)]
    public void A_shift_that_nobody_ever_works_is_warned_about_and_one_that_somebody_works_is_not(string role, bool isWarned)
    {
        var reader = new ConfigReader();
        var bundle = Shop.Bundle("sources: []", $"version: 1\nrules:\n  - {{ id: a, effect: ask, tools: ['*'], approvers: {{ role: {role}, onShift: true }} }}\n");
        Policy.Bind(bundle, Policies.Tools, new Shifts(), reader);

        Assert.Equal(isWarned, reader.Faults.Any(f => f.Message.Contains("nobody is ever on shift", StringComparison.Ordinal)));
    }

    private sealed class Shifts : IDirectory
    {
        private static readonly WorkHours Hours = new([DayOfWeek.Monday], new TimeOnly(8, 0), new TimeOnly(16, 0), TimeZoneInfo.Utc);

        public ImmutableArray<Person> People { get; } = [Of("petra", "lead"), Of("omar", "lead") with { Hours = Hours }, Of("helena", "cfo")];

        public ImmutableArray<AgentProfile> Agents => [];

        private static Person Of(string id, string role) => new(id, id, null, [role], ImmutableDictionary<string, decimal>.Empty);
    }

    private static TimeSpan? Hours(double hours) => hours > 0 ? TimeSpan.FromHours(hours) : null;
}
