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

    private static TimeSpan? Hours(double hours) => hours > 0 ? TimeSpan.FromHours(hours) : null;
}
