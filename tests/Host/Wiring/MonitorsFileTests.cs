namespace AiManager.Host.Tests;

public sealed class MonitorsFileTests
{
    private const string Tools =
        """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=nowhere.db"
            tools:
              - { name: low, description: d, effect: observe, readOnly: true, parameters: { sku: string }, sql: "select 1 as n" }
              - { name: buy, description: d, effect: spend, money: args.total, parameters: { total: number }, sql: "select 1" }
        """;

    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n  - { id: petra, name: Petra, roles: [lead] }\n";

    [Fact]
    public void A_monitor_is_read_with_everything_it_can_have()
    {
        var all = Assert.Single(Load(
            """
            monitors:
              - name: nightly
                schedule: { cron: "0 2 * * *", timeZone: America/New_York }
                when: { tool: erp.low, args: { sku: A-1 }, is: "size(result.rows) > 0" }
                submit: { goal: Restock., inputs: { items: "${result.rows}" } }
                owner: petra
                overlap: queue
                catchUp: none
                quiet: { from: "22:00", to: "06:00", days: [Sat, Sun] }
                spend: { perRun: 200, perDay: 1000.50 }
                coolDown: 4h
            """));
        Assert.Equal(("nightly", "cron 0 2 * * * America/New_York", MonitorOverlap.Queue, MonitorCatchUp.None), (all.Name, all.Schedule.Words, all.Overlap, all.CatchUp));
        Assert.Equal(("erp.low", """{"sku":"A-1"}""", "size(result.rows) > 0"), (all.Condition!.Tool, all.Condition.Args.Text, all.Condition.Is));
        Assert.Equal(("Restock.", "petra", null), (all.Submission.Goal, all.Submission.Owner, all.Submission.Playbook));
        Assert.Equal((200m, 1000.50m, TimeSpan.FromHours(4)), (all.MoneyPerRun, all.MoneyPerDay, all.CoolDown));
        Assert.Equal((new TimeOnly(22, 0), new TimeOnly(6, 0), "Europe/Prague"), (all.Quiet!.From, all.Quiet.To, all.Quiet.Zone.Id));
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], all.Quiet.Days.ToArray());
        Assert.StartsWith("mon_", all.Id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_said_is_the_default()
    {
        var least = Assert.Single(Load("monitors:\n  - { name: m, schedule: { every: 15m }, submit: { goal: Look. } }\n"));
        Assert.Equal(
            (MonitorOverlap.Skip, MonitorCatchUp.One, "jana", "every 900s", null, null, null),
            (least.Overlap, least.CatchUp, least.Submission.Owner, least.Schedule.Words, least.Condition, least.Quiet, least.MoneyPerDay));
    }

    [Fact]
    public void A_webhook_needs_no_tool_and_its_secret_is_nowhere_to_be_read()
    {
        var hook = Assert.Single(Load("""monitors: [ { name: m, schedule: { webhook: { secret: "${HOOK}" } }, when: { is: "result.kind == 'low'" }, submit: { goal: Look., inputs: { order: "${body.order}" } } } ]"""));
        Assert.Equal("sesame", Assert.IsType<MonitorSchedule.Webhook>(hook.Schedule).Secret);
        Assert.DoesNotContain("sesame", hook.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_company_need_not_have_the_file() => Assert.Empty(Load(null));

    [Theory]
    [InlineData("name: m, model: default, schedule: { every: 1h }, submit: { goal: g }", "1:24", "'model' is not built yet")]
    [InlineData("name: m, when2: 1, schedule: { every: 1h }, submit: { goal: g }", "1:24", "Unknown key 'when2'")]
    [InlineData("name: Big, schedule: { every: 1h }, submit: { goal: g }", "1:21", "small letters")]
    [InlineData("name: m, submit: { goal: g }", "1:13", "'schedule' is missing")]
    [InlineData("name: m, schedule: { every: 1h }", "1:13", "'submit' is missing")]
    [InlineData("name: m, schedule: { every: 1h, cron: \"0 2 * * *\" }, submit: { goal: g }", "1:34", "one of cron, every and webhook")]
    [InlineData("name: m, schedule: { every: 9s }, submit: { goal: g }", "1:43", "at least 10s")]
    [InlineData("name: m, schedule: { every: 1h, timeZone: UTC }, submit: { goal: g }", "1:57", "belongs to 'cron'")]
    [InlineData("name: m, schedule: { cron: \"0 25 * * *\" }, submit: { goal: g }", "1:42", "'25' is no hour")]
    [InlineData("name: m, schedule: { cron: \"0 2 * * *\", timeZone: Mars/Olympus }, submit: { goal: g }", "1:65", "no time zone 'Mars/Olympus'")]
    [InlineData("name: m, schedule: { webhook: { secret: plain } }, submit: { goal: g }", "1:55", "A secret does not belong")]
    [InlineData("name: m, schedule: { webhook: { secret: \"${UNSET}\" } }, submit: { goal: g }", "1:55", "UNSET is not set")]
    [InlineData("name: m, schedule: { every: 1h }, when: { tool: erp.gone, is: \"true\" }, submit: { goal: g }", "1:63", "no tool 'erp.gone'")]
    [InlineData("name: m, schedule: { every: 1h }, when: { tool: erp.buy, is: \"true\" }, submit: { goal: g }", "1:63", "does more than read")]
    [InlineData("name: m, schedule: { every: 1h }, when: { tool: erp.low, args: { skew: 1 }, is: \"true\" }, submit: { goal: g }", "1:78", "do not fit erp.low")]
    [InlineData("name: m, schedule: { every: 1h }, when: { is: \"true\" }, submit: { goal: g }", "1:55", "'tool' is missing")]
    [InlineData("name: m, schedule: { every: 1h }, when: { tool: erp.low, args: { sku: a }, is: \"result.rows > 3\" }, submit: { goal: g }", "1:95", "have an order")]
    [InlineData("name: m, schedule: { every: 1h }, when: { tool: erp.low, args: { sku: a }, is: \"facts.n > 3\" }, submit: { goal: g }", "1:95", "cannot be read here")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g, playbook: gone }", "1:78", "no playbook 'gone'")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: \" \" }", "1:65", "A goal has 1 to")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g, inputs: { a: \"${env.X}\" } }", "1:76", "is no place")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, owner: nobody", "1:77", "no person 'nobody'")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, overlap: never", "1:79", "skip, queue, replace")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, catchUp: some", "1:79", "one, all, none")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, quiet: { from: 22h, to: \"06:00\" }", "1:85", "a time of day")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, quiet: { from: \"22:00\", to: \"06:00\", days: [Tag] }", "1:113", "'Tag' is no day")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, spend: { perDay: 0 }", "1:87", "more than nothing")]
    [InlineData("name: m, schedule: { every: 1h }, submit: { goal: g }, coolDown: soon", "1:80", "a duration")]
    public void A_mistake_is_named_with_its_place(string keys, string place, string words)
    {
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => Load($"monitors: [ {{ {keys} }} ]\n")).Faults);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal("monitors.yaml:" + place, fault.Place.ToString());
    }

    [Theory]
    [InlineData("size(result.rows == ", "playbooks/restock.md:5:")]
    [InlineData("size(result.row) == 0", "playbooks/restock.md:5:")]
    public void A_playbook_whose_acceptance_cannot_be_judged_is_refused_at_its_place_and_not_after_the_money_is_spent(string condition, string place)
    {
        using var folder = SmallCompany.Make(("tools.yaml", Tools), ("people.yaml", People));
        folder.Write("playbooks/restock.md", $"---\nname: restock\noutcome: All is there.\nacceptance:\n  - {{ tool: erp.low, is: \"{condition}\" }}\n---\n1. **Buy** (skill `buying`).\n");
        using var data = new TempFolder();

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, data.Path, _ => null)).Faults, f => !f.IsWarning);

        Assert.StartsWith(place, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_an_agent_lists_and_nobody_has_is_named_where_it_is_listed()
    {
        using var folder = SmallCompany.Make(("tools.yaml", Tools), ("people.yaml", People));
        folder.Write("agents/buyer.md", "---\nname: buyer\ndescription: Buys.\nskills: [buying]\ntools: [erp.low, erp.gone]\n---\nBuy.\n");
        using var data = new TempFolder();

        var faults = Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, data.Path, _ => null)).Faults;

        Assert.Equal("agents/buyer.md:5:18", Assert.Single(faults, f => f.Message.Contains("erp.gone", StringComparison.Ordinal)).Place.ToString());
    }

    [Fact]
    public void Two_of_one_name_are_refused() => Assert.Contains(
        "already",
        Assert.Single(Assert.Throws<ConfigException>(() => Load("monitors:\n  - { name: m, schedule: { every: 1h }, submit: { goal: g } }\n  - { name: m, schedule: { every: 1h }, submit: { goal: g } }\n")).Faults).Message,
        StringComparison.Ordinal);

    private static System.Collections.Immutable.ImmutableArray<MonitorDefinition> Load(string? monitors)
    {
        using var folder = SmallCompany.Make(("tools.yaml", Tools), ("people.yaml", People));
        if (monitors is not null)
        {
            folder.Write("monitors.yaml", monitors);
        }

        using var data = new TempFolder();
        return LoadedCompany.Load(folder.Path, data.Path, name => name == "HOOK" ? "sesame" : null).Monitors;
    }
}
