namespace AiManager.Tools.Tests;

/// <summary>Who made a call what it is does not approve it.</summary>
public sealed class SteeredCallTests
{
    [Fact]
    public async Task Whoever_steered_a_call_does_not_approve_it()
    {
        using var shop = await Shop.OpenAsync();
        Say(shop, "petra", "Order a motor from acme, please.");

        var asked = await AskAsync(shop);

        Assert.Equal(["jana", "petra"], asked.Excluded.AsEnumerable());
        Assert.Equal(new Steerer("petra", "sku, supplier as in their message"), Assert.Single(asked.Steered!.Value));
        Assert.Throws<InvalidOperationException>(() => shop.Log.Add(Actor.Person("petra"), new SeatFilled(asked.Approval, "lead", "petra", "api", null)));
    }

    [Fact]
    public async Task Whoever_only_talks_keeps_their_seat()
    {
        using var shop = await Shop.OpenAsync();
        Say(shop, "petra", "Thank you, that looks good. Go on!");

        var asked = await AskAsync(shop);

        Assert.Equal((1, null), (asked.Excluded.Length, asked.Steered));
        shop.Log.Add(Actor.Person("petra"), new SeatFilled(asked.Approval, "lead", "petra", "api", null));
    }

    [Fact]
    public async Task Where_nobody_is_left_whom_the_rule_escalates_to_may_decide_at_once()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Shop.Authority.Replace("when: facts.total > 5000, approvers: { role: lead }", "when: facts.total > 5000, approvers: { role: lead, escalateAfter: 4h, escalateTo: cfo }", StringComparison.Ordinal));
        SayAllLeads(shop);

        var asked = await AskAsync(shop);

        Assert.Contains("Nobody who may decide it is left for lead, so it goes to cfo at once.", asked.Reason, StringComparison.Ordinal);
        var approval = shop.Log.State.Approvals[asked.Approval];
        Assert.Equal("cfo", Assert.Single(approval.EscalatedTo));
        shop.Log.Add(
            Actor.Person("helena"),
            new SeatFilled(asked.Approval, "lead", "helena", "api", null, EscalatedTo: "cfo"),
            new ApprovalDecided(asked.Approval, "helena", "api", ApprovalVerdict.Approved, null));
    }

    [Fact]
    public async Task Where_nobody_comes_later_either_it_says_so_and_waits()
    {
        using var shop = await Shop.OpenAsync();
        SayAllLeads(shop);

        var asked = await AskAsync(shop);

        Assert.EndsWith("Nobody who may decide it is left for lead.", asked.Reason, StringComparison.Ordinal);
        Assert.Equal((null, 0), (shop.Log.State.Approvals[asked.Approval].Verdict, shop.Log.State.Approvals[asked.Approval].EscalatedTo.Length));
    }

    private static void SayAllLeads(Shop shop)
    {
        foreach (var person in new DirectoryDouble([]).People.Where(p => p.Roles.Contains("lead")))
        {
            Say(shop, person.Id, "From acme.");
        }
    }

    private static void Say(Shop shop, string person, string words) => shop.Log.Add(Actor.Person(person), new MessagePosted(new PrivateText(person, words)));

    private static async Task<ApprovalRequested> AskAsync(Shop shop)
    {
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(20, "motor")));
        return Assert.Single(shop.Log.State.Approvals.Values).Requested;
    }
}
