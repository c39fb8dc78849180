namespace AiManager.Tools.Tests;

public sealed class ApproverChangesTests
{
    private const string Lead = "{ role: procurement-lead }";
    private const string Two = "{ role: procurement-lead, quorum: 2 }";
    private const string Both = "{ all: [ { role: procurement-lead }, { role: cfo } ] }";
    private const string InOrder = "{ inOrder: [ { role: procurement-lead }, { role: cfo } ] }";
    private const string Shift = "{ role: procurement-lead, onShift: true }";
    private const string Climbs = "{ role: procurement-lead, escalateAfter: 4h, escalateTo: cfo }";
    private const string ClimbsSoon = "{ role: procurement-lead, escalateAfter: 2h, escalateTo: cfo }";
    private const string ClimbsElsewhere = "{ role: procurement-lead, escalateAfter: 4h, escalateTo: warehouse }";

    [Theory]
    [InlineData("", Climbs, "")]
    [InlineData(Climbs, "", "")]
    [InlineData(Lead, Climbs, "wider surely x: cfo may decide for procurement-lead in time")]
    [InlineData(Climbs, ClimbsElsewhere, "wider surely x: warehouse may decide for procurement-lead in time")]
    [InlineData(Climbs, Climbs, "")]
    [InlineData(Climbs, Lead, "")]
    [InlineData(Climbs, ClimbsSoon, "wider surely x: others may decide sooner (escalateAfter)")]
    [InlineData(ClimbsSoon, Climbs, "")]
    [InlineData(Shift, Lead, "wider surely x: procurement-lead may decide off shift")]
    [InlineData(Shift, Both, "wider surely x: procurement-lead may decide off shift")]
    [InlineData(Lead, Shift, "")]
    [InlineData(Shift, Shift, "")]
    [InlineData(Shift, "{ role: cfo }", "")]
    [InlineData(Both, Lead, "")]
    public void Whom_an_ask_lets_in_later_or_sooner(string was, string now, string expected) => Assert.Equal(expected, Policies.Told(ApproverChanges.Of("x", Asked(was), Asked(now))));

    [Theory]
    [InlineData(Both, Lead, "wider surely x: cfo need not agree any more")]
    [InlineData(Both, "{ role: cfo, quorum: 2 }", "wider surely x: procurement-lead need not agree any more")]
    [InlineData(Two, Lead, "wider surely x: 2 × procurement-lead need not agree any more")]
    [InlineData(Lead, Both, "")]
    [InlineData(Lead, Two, "")]
    [InlineData(Two, Two, "")]
    [InlineData(InOrder, Both, "wider surely x: cfo may agree before procurement-lead has")]
    [InlineData(InOrder, InOrder, "")]
    [InlineData(Both, InOrder, "")]
    [InlineData(Lead, Climbs, "wider surely x: cfo may decide for procurement-lead in time")]
    [InlineData(Both, "", "wider surely x: cfo need not agree any more; wider surely x: procurement-lead need not agree any more")]
    public void Seats_and_their_order_of_an_ask_that_is_known_by_its_id(string was, string now, string expected) =>
        Assert.Equal(expected, Policies.Told(ApproverChanges.WithSeats("x", Asked(was), Asked(now))));

    private static Approvers Asked(string approvers) => Policies.OfRules(
        approvers.Length == 0 ? "{ id: x, effect: deny, tools: [erp.low_stock] }" : $"{{ id: x, effect: ask, tools: [erp.low_stock], approvers: {approvers} }}").Rules[0].Approvers;
}
