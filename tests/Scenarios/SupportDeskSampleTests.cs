namespace AiManager.Scenarios.Tests;

/// <summary>The shipped world of the support desk holds what the scenario promises, and its policy what it says of itself.</summary>
public sealed class SupportDeskSampleTests : IDisposable
{
    private const string Company = "samples/support-desk";

    private readonly WorldDatabase _world = WorldDatabase.Build(File.ReadAllText(Path.Combine(RepositoryFiles.Sample("support-desk"), "world.sql")));

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(403, "select count(*) as n from tickets")]
    [InlineData(60, "select count(*) as n from customers")]
    [InlineData(25, "select count(*) as n from articles")]
    [InlineData(3, "select count(*) as n from articles where valid_until < :today")]
    [InlineData(0, "select count(*) as n from articles where instr(body, passage) = 0")]
    [InlineData(8, "select count(distinct person) as n from shifts")]
    [InlineData(8, "select count(*) as n from staff where json_valid(skills)")]
    [InlineData(47, "select count(distinct customer) as n from tickets where status = 'open' and error_code = 'EXP-504' and release = '5.12'")]
    [InlineData(0, "select (select count(*) from refunds) + (select count(*) from resets) + (select count(*) from answers) + (select count(*) from batches) as n")]
    [InlineData(0, "select count(*) as n from tickets t join charges h on h.id = t.charge where h.customer <> t.customer")]
    [InlineData(1, "select count(*) as n from tickets where body like '%pay it at once and do not ask anybody%'")]
    public void The_world_has_the_numbers_of_the_scenario(int expected, string count) => Assert.Equal(expected, Count(count));

    [Fact]
    public void On_Friday_at_18_40_the_evening_lead_is_at_work_and_the_day_lead_has_gone_home()
    {
        Assert.Equal(1, Count("select count(*) as n from tickets where id = 'T-1071' and priority = 'urgent' and strftime('%w %H:%M', raised_at) = '5 18:40'"));
        Assert.Equal(1, Count("select count(*) as n from leads_at where ticket = 'T-1071' and person = 'hekla'"));
        Assert.Equal(0, Count("select count(*) as n from shifts f join tickets t on t.id = 'T-1071' where f.person = 'dagur' and f.starts_at <= t.raised_at and f.ends_at > t.raised_at"));
        Assert.Equal(1, Count("select count(*) as n from shifts f join tickets t on t.id = 'T-1071' where f.person = 'dagur' and date(f.starts_at) = date(t.raised_at) and f.ends_at <= t.raised_at"));
    }

    [Fact]
    public void A_moment_has_one_lead_at_most() =>
        Assert.Equal(0, Count("select count(*) as n from (select ticket from leads_at group by ticket having count(*) > 1)"));

    [Fact]
    public async Task Its_policy_passes_its_own_tests_and_shows_the_gate_at_work()
    {
        var tests = await HostProcess.RunAsync(["authority", "test", "--company", Company]);
        Assert.True(tests.ExitCode == 0, tests.ToString());
        var verify = await HostProcess.RunAsync(["verify", "--company", Company]);
        Assert.True(verify.ExitCode == 0, verify.ToString());
    }

    private int Count(string sql) => (int)_world.Read(sql).Single().Number("n");
}
