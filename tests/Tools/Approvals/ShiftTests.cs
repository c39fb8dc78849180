namespace AiManager.Tools.Tests;

/// <summary>Seats that are only for people who are at work.</summary>
public sealed class ShiftTests
{
    private static readonly Seat Lead = new("lead", 1);

    [Fact]
    public async Task Who_is_off_shift_is_told_when_theirs_begins_and_who_is_on_shift_decides()
    {
        var office = Shifts(("petra", Of(office => office.Time.Now.AddHours(2))), ("pavel", Of(office => office.Time.Now.AddHours(-1))));
        var off = Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("petra"));
        Assert.Contains($"yours begins at {office.Time.Now.AddHours(2):yyyy-MM-dd HH:mm} UTC", off.Reason, StringComparison.Ordinal);
        Assert.Equal("pavel", await office.InboxesAsync());
        Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("pavel"));
    }

    [Fact]
    public async Task Somebody_of_whose_hours_nobody_knows_is_never_on_shift()
    {
        var office = Shifts();
        Assert.Contains("nothing of your hours", Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("petra")).Reason, StringComparison.Ordinal);
        Assert.Contains("takes one of the roles", Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("walt")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nobody_is_on_shift_the_ladder_goes_on_and_whom_it_is_escalated_to_decides_at_any_hour()
    {
        var office = Shifts(("petra", Of(office => office.Time.Now.AddHours(12))));
        office.Pass(1);
        office.Pass(2);
        Assert.IsType<DecideResult.Forbidden>(await office.DecideAsync("omar"));
        office.Pass(1);
        Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("carla"));
    }

    [Fact]
    public async Task A_stand_in_sits_down_during_their_own_shift()
    {
        var office = Shifts(("omar", Of(office => office.Time.Now.AddHours(-1))));
        office.Pass(1);
        office.Pass(2);
        Assert.IsType<DecideResult.Recorded>(await office.DecideAsync("omar"));
    }

    [Theory]
    [InlineData("approvers: { role: procurement-lead, onShift: true }", "procurement-lead")]
    [InlineData("approvers: { all: [ { role: procurement-lead, onShift: true }, { role: cfo } ] }", "procurement-lead")]
    [InlineData("approvers: { onShift: true, all: [ { role: procurement-lead }, { role: cfo, onShift: false } ] }", "procurement-lead")]
    [InlineData("approvers: { onShift: true, inOrder: [ { role: procurement-lead }, { role: cfo } ] }", "cfo,procurement-lead")]
    [InlineData("approvers: { role: procurement-lead }", "")]
    public void It_is_said_for_all_seats_or_of_one(string approvers, string roles)
    {
        var (policy, reader) = Policies.Read($"version: 1\nrules:\n  - {{ id: x, effect: ask, tools: [erp.create_purchase_order], {approvers} }}\n");
        Assert.Equal(roles, string.Join(',', Policies.Order(policy, "{}").Ladder.OnShift));
        Assert.Equal(roles.Length > 0, reader.Faults.Any(f => f.IsWarning && f.Message.Contains("nobody is ever on shift", StringComparison.Ordinal)));
    }

    private static Func<Office, WorkHours> Of(Func<Office, DateTimeOffset> begins) => office =>
    {
        var from = begins(office);
        return new WorkHours([.. Enum.GetValues<DayOfWeek>()], TimeOnly.FromDateTime(from.UtcDateTime), TimeOnly.FromDateTime(from.UtcDateTime.AddHours(8)), TimeZoneInfo.Utc);
    };

    private static Office Shifts(params (string Person, Func<Office, WorkHours> Hours)[] people)
    {
        var office = new Office([], ApprovalLimits.None, ["lead"], Lead);
        foreach (var (person, hours) in people)
        {
            var place = office.Staff.FindIndex(p => p.Id == person);
            office.Staff[place] = office.Staff[place] with { Hours = hours(office) };
        }

        return office;
    }
}
