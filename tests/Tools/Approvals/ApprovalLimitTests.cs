namespace AiManager.Tools.Tests;

/// <summary>How much one person may decide within an hour.</summary>
public sealed class ApprovalLimitTests
{
    private static readonly Seat Lead = new("lead", 1);

    [Fact]
    public async Task Beyond_the_limit_a_person_is_told_when_they_may_go_on_and_somebody_else_may_decide()
    {
        var office = Busy(new ApprovalLimits(3, false), ("petra", -59), ("petra", -30), ("petra", -1), ("petra", -61), ("pavel", -5));
        var late = Assert.IsType<DecideResult.TooMany>(await office.DecideAsync("petra"));
        Assert.Equal(office.Time.Now.AddMinutes(1), late.Until);
        Assert.Contains("You may go on at", late.Reason, StringComparison.Ordinal);
        Assert.Empty(office.Approval.EscalatedTo);
        Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("pavel"));
        Assert.Equal(2, office.Counted.Count(c => c.Person == "pavel"));
    }

    [Fact]
    public async Task After_a_while_they_may_go_on()
    {
        var office = Busy(new ApprovalLimits(1, false), ("petra", -59));
        Assert.IsType<DecideResult.TooMany>(await office.DecideAsync("petra", agrees: false));
        office.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("petra", agrees: false));
    }

    [Fact]
    public async Task A_limit_that_was_lowered_is_waited_for_as_long_as_it_takes()
    {
        var office = Busy(new ApprovalLimits(1, false), ("petra", -50), ("petra", -40), ("petra", -10));
        Assert.Equal(office.Time.Now.AddMinutes(50), Assert.IsType<DecideResult.TooMany>(await office.DecideAsync("petra")).Until);
    }

    [Fact]
    public async Task It_goes_to_others_at_once_where_the_company_wants_that()
    {
        var office = Busy(new ApprovalLimits(1, true), ("petra", -10));
        Assert.IsType<DecideResult.TooMany>(await office.DecideAsync("petra"));
        Assert.Equal(["cfo"], office.Approval.EscalatedTo.AsEnumerable());
        Assert.IsType<DecideResult.TooMany>(await office.DecideAsync("petra"));
        Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("carla"));
    }

    [Fact]
    public async Task A_no_an_edit_and_an_answer_count_as_a_yes_does_and_without_a_limit_nothing_is_counted()
    {
        foreach (var answer in new ApprovalAnswer[] { new ApprovalAnswer.Reject(), new ApprovalAnswer.Respond(null, "No need."), new ApprovalAnswer.Edit(JsonText.Parse("""{"quantity":3,"supplier":"acme"}""")) })
        {
            var office = new Office([], new ApprovalLimits(5, false), [], Lead);
            Assert.IsType<DecideResult.Recorded>(await office.SayAsync("petra", answer));
            Assert.Equal("petra", Assert.Single(office.Counted).Person);
        }

        var free = new Office(Lead);
        await free.DecideAsync("petra");
        Assert.Empty(free.Counted);
    }

    [Fact]
    public async Task Who_may_not_decide_at_all_is_told_that_first()
    {
        var office = Busy(new ApprovalLimits(1, false), ("walt", -1));
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("walt"));
    }

    [Theory]
    [InlineData("approvals: { perPersonPerHour: 0 }", "perPersonPerHour")]
    [InlineData("approvals: { onExceeded: wait }", "'perPersonPerHour' is missing")]
    [InlineData("approvals: { perPersonPerHour: 3, onExceeded: panic }", "must be wait or escalate")]
    [InlineData("approvals: { perPersonPerHour: 3, perDay: 3 }", "perDay")]
    public void What_is_badly_said_is_named(string yaml, string message) =>
        Assert.Contains(Policies.Read($"version: 1\nrules: []\n{yaml}\n").Reader.Faults, f => !f.IsWarning && f.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Raising_the_limit_is_wider_and_lowering_it_is_not()
    {
        Assert.IsNotType<WideningAnswer.None>(Widening.Of(Side(3), Side(4), Policies.Noon));
        Assert.IsType<WideningAnswer.None>(Widening.Of(Side(4), Side(3), Policies.Noon));

        static PolicySide Side(int most) => new(Policies.Sound($"version: 1\nrules: []\napprovals: {{ perPersonPerHour: {most} }}\n"), Policies.Tools, []);
    }

    private static Office Busy(ApprovalLimits limits, params (string Person, int Minutes)[] decided)
    {
        var office = new Office([], limits, [], Lead);
        office.Counted.AddRange(decided.Select(d => (d.Person, office.Time.Now.AddMinutes(d.Minutes))));
        return office;
    }
}
