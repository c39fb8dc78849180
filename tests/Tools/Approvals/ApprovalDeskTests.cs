namespace AiManager.Tools.Tests;

/// <summary>Who may decide, when, and what their decision does.</summary>
public sealed class ApprovalDeskTests
{
    private static readonly Seat Lead = new("lead", 1);
    private static readonly Seat Cfo = new("cfo", 1);

    [Fact]
    public async Task The_last_seat_approves_and_each_is_filled_by_somebody_of_its_role()
    {
        var office = new Office(Lead, Cfo);
        Assert.Equal("petra pavel carla carl", await office.InboxesAsync());
        var first = Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("carla"));
        Assert.Equal(("pending", "carla"), (first.Status, first.Seats.Single(s => s.Role == "cfo").By));
        Assert.Equal("petra pavel", await office.InboxesAsync());
        Assert.Equal("approved", Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("petra")).Status);
        Assert.Equal("", await office.InboxesAsync());
    }

    [Fact]
    public async Task Whoever_asked_never_decides_whatever_their_roles()
    {
        var office = new Office(Lead);
        Assert.Contains("asked for something", Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("jana")).Reason);
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("jana", agrees: false));
    }

    [Fact]
    public async Task One_person_fills_one_seat_and_says_one_thing()
    {
        var office = new Office(new Seat("lead", 2));
        await office.DecideAsync("petra");
        Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("petra"));
        Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("petra", agrees: false));
        await office.DecideAsync("pavel");
        Assert.Contains("decided already", Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("pavel", agrees: false)).Reason);
        Assert.Equal(ApprovalVerdict.Approved, office.Approval.Verdict);
    }

    [Fact]
    public async Task Somebody_with_two_roles_leaves_the_easier_seat_to_others()
    {
        var office = new Office(Lead, Cfo);
        office.Staff.RemoveAll(p => p.Id is "carla" or "carl");
        office.Staff.Add(Office.Of("dora", null, "lead", "cfo"));
        await office.DecideAsync("dora");
        Assert.Equal("cfo", Assert.Single(office.Approval.Filled).Role);
    }

    [Fact]
    public async Task Who_has_no_seat_to_take_and_what_is_not_there_is_refused()
    {
        var office = new Office(Lead);
        Assert.Contains("lead", Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("walt")).Reason);
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("nobody"));
        Assert.IsType<DecideResult.NotFound>(await office.Desk.DecideAsync(default, "petra", new ApprovalAnswer.Approve(), "api", CancellationToken.None));
        Assert.Null(await office.Desk.FindAsync(default, CancellationToken.None));
    }

    [Fact]
    public async Task A_no_from_anybody_who_could_sit_there_rejects()
    {
        var office = new Office(Lead, Cfo);
        Assert.Equal("rejected", Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("carl", agrees: false)).Status);
        Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("petra"));
    }

    [Fact]
    public async Task After_the_end_nobody_decides()
    {
        var office = new Office(Lead);
        office.Pass(48);
        Assert.Equal(ApprovalVerdict.Expired, office.Approval.Verdict);
        Assert.Contains("expired by the service", Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("petra")).Reason);
    }

    [Fact]
    public async Task An_answer_between_the_end_and_its_being_noticed_does_not_count()
    {
        var office = new Office(Lead);
        office.Time.Advance(TimeSpan.FromHours(48));
        Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("petra"));
        Assert.Empty(office.Approval.Filled);
    }

    [Fact]
    public async Task A_stand_in_decides_once_the_reminder_has_gone_unanswered_and_it_says_for_whom()
    {
        var office = new Office(Lead);
        office.Pass(1);
        Assert.NotNull(office.Approval.RemindedAt);
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("omar"));
        office.Pass(1);
        Assert.Equal("petra pavel omar", await office.InboxesAsync());
        var view = (await office.Desk.FindAsync(office.Id, CancellationToken.None))!;
        Assert.Equal([new StandIn("omar", "petra", "lead")], view.StandIns.AsEnumerable());
        Assert.NotNull(view.RemindedAt);

        Assert.Equal("approved", Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("omar")).Status);
        var seat = Assert.Single(office.Approval.Filled);
        Assert.Equal(("lead", "omar", "petra", null), (seat.Role, seat.By, seat.StandsInFor, seat.EscalatedTo));
    }

    [Fact]
    public async Task Of_somebody_and_their_stand_in_one_decides()
    {
        var office = new Office(new Seat("lead", 2));
        office.Pass(2);
        await office.DecideAsync("omar");
        Assert.Contains("omar sits there in your place", Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("petra")).Reason);

        var other = new Office(new Seat("lead", 2));
        other.Pass(2);
        await other.DecideAsync("petra");
        Assert.IsType<DecideResult.Forbidden>(await other.DecideAsync("omar"));
    }

    [Fact]
    public void Whoever_asked_stands_in_for_nobody_and_nobody_stands_in_for_them()
    {
        var office = new Office(Lead);
        office.Staff[0] = Office.Of("jana", "walt", "operator", "lead");
        office.Pass(2);
        Assert.Equal([new StandIn("omar", "petra", "lead")], office.Approval.StandIns.AsEnumerable());
    }

    [Fact]
    public async Task What_the_directory_has_taken_back_is_no_right_any_more()
    {
        var office = new Office(Lead);
        office.Pass(2);
        office.Staff[1] = Office.Of("petra", null, "lead");
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("omar"));
        office.Staff[1] = Office.Of("petra", "omar", "warehouse");
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("omar"));
        office.Pass(2);
        office.Staff.RemoveAll(p => p.Id == "carl");
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("carl"));
    }

    [Fact]
    public async Task Once_it_is_escalated_the_other_role_fills_the_seat_that_was_and_no_other()
    {
        var office = new Office(Lead, new Seat("warehouse", 1));
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("carla"));
        office.Pass(4);
        Assert.Equal(["cfo"], office.Approval.EscalatedTo.AsEnumerable());
        Assert.Equal([new SeatEscalation("lead", "cfo")], (await office.Desk.FindAsync(office.Id, CancellationToken.None))!.Escalations.AsEnumerable());

        await office.DecideAsync("carla");
        var seat = Assert.Single(office.Approval.Filled);
        Assert.Equal(("lead", "carla", "cfo"), (seat.Role, seat.By, seat.EscalatedTo));
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("carl"));
        Assert.Equal("approved", Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("omar")).Status);
    }

    [Fact]
    public async Task A_no_from_those_who_were_let_in_counts_as_any_other()
    {
        foreach (var person in new[] { "omar", "carl" })
        {
            var office = new Office(Lead);
            office.Pass(4);
            Assert.Equal("rejected", Assert.IsType<DecideResult.Recorded>(await office.DecideAsync(person, agrees: false)).Status);
        }
    }

    [Fact]
    public async Task Of_a_hundred_thousand_that_wait_only_those_of_the_page_are_read()
    {
        var office = new Office(Lead) { Before = 99_999 };
        var page = await office.Desk.ListAsync(new InboxQuery("pending", Limit: 50), null, CancellationToken.None);
        Assert.Equal((50, 50, "50"), (page.Items.Length, office.Read, page.Next));
        var next = await office.Desk.ListAsync(new InboxQuery("pending", Cursor: page.Next, Limit: 50), null, CancellationToken.None);
        Assert.Equal((100, 100), (page.Items.Concat(next.Items).Select(a => a.Approval).Distinct().Count(), office.Read));
    }

    [Fact]
    public async Task What_is_ones_own_is_found_behind_what_is_others_and_a_page_looks_no_further_than_it_must()
    {
        var near = new Office(Lead) { Before = 300 };
        Assert.Equal(near.Id, Assert.Single((await near.Desk.ListAsync(new InboxQuery(), "petra", CancellationToken.None)).Items).Approval);
        Assert.Equal(301, near.Read);

        var far = new Office(Lead) { Before = 3_999 };
        var seen = new List<ApprovalView>();
        var query = new InboxQuery(Limit: 100);
        for (var pages = 1; query is not null; pages++)
        {
            var page = await far.Desk.ListAsync(query, "petra", CancellationToken.None);
            seen.AddRange(page.Items);
            Assert.True(far.Read <= pages * 500, "A page reads five hundred workflows at most.");
            query = page.Next is null ? null : query with { Cursor = page.Next };
        }

        Assert.Equal(far.Id, Assert.Single(seen).Approval);
        var full = await far.Desk.ListAsync(new InboxQuery(Limit: 100), "carla", CancellationToken.None);
        Assert.Equal((100, "100"), (full.Items.Length, full.Next));
    }
}
