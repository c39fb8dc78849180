using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>The pages with tables: what is planned and how it came out, figures over time, tools in long lists.</summary>
public sealed class BoardPageTests
{
    private const string Monitors =
        """
        monitors:
          - { name: look, schedule: { cron: "0 2 * * *", timeZone: Europe/Prague }, submit: { goal: Look. } }
          - { name: often, schedule: { every: 10m }, submit: { goal: Look. } }
        """;

    [Fact]
    public async Task Schedules_stand_with_their_next_time_and_are_run_paused_and_resumed_on_the_page_of_jobs()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", ControlledCompany.Tools), ("monitors.yaml", Monitors));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/jobs");
        Assert.Matches("(?s)id=\"job-look\".*?>idle<.*?daily at 02:00, Europe/Prague.*?data-label=\"next\"><time", page);
        Assert.Contains("every 10 minutes", page, StringComparison.Ordinal);

        var paused = await jana.SendAsync("/jobs", "/inbox/monitors/look", ("do", "pause"), ("reason", "Stock <taking>."), ("back", "/jobs"));
        Assert.Equal("/jobs", paused.Location?.ToString());
        page = await jana.WordsAsync("/jobs");
        Assert.Matches("(?s)id=\"job-look\".*?>paused<.*?once it is resumed.*?Paused by Jana.*?Stock <taking>\\..*?value=\"resume\"", page);
        await jana.SendAsync("/jobs", "/inbox/monitors/look", ("do", "resume"), ("back", "/jobs"));
        await jana.SendAsync("/jobs", "/inbox/monitors/look", ("do", "run"), ("back", "/jobs"));
        Assert.Matches("(?s)id=\"job-look\".*?data-label=\"last\"><span class=\"badge good\">submitted<", await jana.PageAsync("/jobs"));

        var silent = await jana.SendAsync("/jobs", "/inbox/monitors/look", ("do", "pause"), ("reason", " "));
        Assert.Equal(HttpStatusCode.BadRequest, silent.Status);
        Assert.Contains("Say why it should pause", silent.Page, StringComparison.Ordinal);

        using var helena = await Visitor.OfAsync(api, "helena");
        Assert.Equal(HttpStatusCode.NotFound, (await helena.SendAsync("/jobs", "/jobs/upkeep/gone")).Status);
    }

    [Fact]
    public async Task The_last_hours_are_drawn_by_how_attempts_came_out_and_only_where_nothing_else_is_looked_for()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.DoesNotContain("Attempts by the hour", await jana.PageAsync("/jobs"), StringComparison.Ordinal);
        var (rows, now) = (api.Get<IJobRuns>(), TimeProvider.System.GetUtcNow());
        foreach (var (id, outcome) in new[] { ("a", "done"), ("b", "failed"), ("c", "lost"), ("d", "skipped") })
        {
            await rows.BeginAsync(new JobRun(id, "upkeep/seal", "schedule", "n1", null, now, now, outcome, "So.", null, 1), CancellationToken.None);
        }

        var page = await jana.PageAsync("/jobs");
        Assert.Matches("<title>[^<]*UTC: 1 done, 1 failed, 1 lost, 1 skipped</title>", page);
        Assert.Equal(24, Regex.Count(page, "class=\"ground\""));
        Assert.DoesNotContain("Attempts by the hour", await jana.PageAsync("/jobs?status=failed"), StringComparison.Ordinal);
        Assert.Contains("Show all attempts", await jana.PageAsync("/jobs?q=zzz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_that_began_late_says_when_it_was_due_and_one_is_found_by_its_host_and_its_day()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (rows, at) = (api.Get<IJobRuns>(), new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await rows.BeginAsync(new JobRun("a", "upkeep/late", "schedule", "host:1", at.AddHours(-3), at, at, "done", "So.", null, 1), CancellationToken.None);
        await rows.BeginAsync(new JobRun("b", "upkeep/prompt", "schedule", "host:2", at.AddSeconds(-1), at.AddDays(1), at.AddDays(1), "missed", "So.", null, 1), CancellationToken.None);
        await rows.BeginAsync(new JobRun("c", "upkeep/early", "schedule", "host:2", at.AddDays(2), at.AddDays(2), null, null, "", null, 1), CancellationToken.None);
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.PageAsync("/jobs");
        Assert.Matches("(?s)upkeep/late.*?due <time[^>]*>[^<]*</time>, 3 hours late", page);
        Assert.Contains("badge wait\">missed<", page, StringComparison.Ordinal);
        foreach (var (query, found) in new[] { ("node=host%3A1", "late"), ("node=host%3A2&to=2026-03-03", "prompt"), ("from=2026-03-04", "early"), ("status=missed", "prompt") })
        {
            page = await jana.PageAsync("/jobs?" + query);
            page = page[page.IndexOf("id=\"ran\"", StringComparison.Ordinal)..];
            Assert.Equal([found], Regex.Matches(page, "<th scope=\"row\">upkeep/([a-z]+)</th>").Select(m => m.Groups[1].Value));
        }

        using var odd = await jana.Client.GetAsync(new Uri("/jobs?from=yesterday", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
    }

    [Fact]
    public async Task Figures_over_time_stand_on_a_scale_of_a_fortnight_at_least_and_in_a_table()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var workflow = await api.SubmittedAsync();
        var approval = await api.AskedAsync(workflow);
        await api.AppendAsync(workflow, new SeatFilled(approval, "lead", "petra", "api", null));
        var journal = api.Get<IWorkflowJournal>();
        var paid = EventCodec.Encode(
            new CallSettled(PrefixedId.Derive<CallId>(workflow.Value, "paid"), CallOutcome.Succeeded, JsonText.EmptyObject, new Money("12.50", "EUR"), null, []), TimeProvider.System.GetUtcNow(), Actor.System, string.Empty);
        var seq = (await journal.ReadAsync(workflow.ToString(), 0, 500, CancellationToken.None))[^1].Seq;
        Assert.IsType<AppendResult.Appended>(await journal.AppendAsync(new AppendRequest(workflow.ToString(), seq, null, [paid], [], []), CancellationToken.None));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/insights");
        Assert.Equal(14, Regex.Count(page, "0 completed, 0 failed or cancelled, [01] not over</title>"));
        Assert.Single(Regex.Matches(page, "1 not over</title>"));
        Assert.Contains("tools 12.50 EUR, models 0 EUR</title>", page, StringComparison.Ordinal);
        Assert.Contains(">20</text>", page, StringComparison.Ordinal); // the scale's topmost line
        Assert.Equal(14, Regex.Count(page, "data-label=\"waited\""));
        Assert.Contains("1 approval asked for", Regex.Replace(page, "<[^>]+>", " ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(" ms", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_say_of_which_days_they_are_and_that_approvals_were_asked_for_is_no_nobody()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AskedAsync(await api.SubmittedAsync());
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/insights");
        Assert.Matches("Goals submitted from [A-Z][a-z]{2} \\d+, \\d{4} to [A-Z][a-z]{2} \\d+, \\d{4}\\.", page);
        Assert.Matches("(?s)Why people were asked.*Approval of a call</a>\\s*<span>1</span>", page);
        Assert.Contains("No wait is over yet.", page, StringComparison.Ordinal);
        Assert.Contains("Goals submitted from Nov 1, 2026 to Nov 2, 2026.", await jana.WordsAsync("/insights?from=2026-11-01&to=2026-11-02"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.067, "under a second")]
    [InlineData(1, "1 s")]
    [InlineData(400, "6 minutes")]
    public void What_took_no_time_that_anybody_noticed_is_not_counted_in_thousandths(double seconds, string words) => Assert.Equal(words, InsightsPage.Time(seconds));

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public async Task A_long_list_of_tools_is_folded_and_says_what_of_it_wants_somebody(int count, bool isFolded)
    {
        var tools = string.Concat(Enumerable.Range(1, count).Select(i => $"      - {{ name: t{i:00}, description: Reads., effect: observe, readOnly: true, sql: \"select 1 as n\" }}\n"));
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", "sources:\n  - name: erp\n    kind: sql\n    connection: \"Data Source=${world}\"\n    tools:\n" + tools), ("world.sql", "create table things(sku text);"));
        using var jana = await Visitor.OfAsync(api, "jana");
        await jana.SendAsync("/tools", "/suspensions", ("kind", "tool"), ("name", "erp.t01"), ("reason", "Drill."), ("do", "suspend"));
        var page = await jana.PageAsync("/tools");
        Assert.Equal(isFolded, page.Contains($"<summary>{count} tools: 1 suspended</summary>", StringComparison.Ordinal));
        Assert.Matches("(?s)id=\"tool-erp.t01\" class=\"stopped\".*?Drill\\..*?>suspended<", page);
        Assert.Matches("(?s)id=\"tool-erp.t02\">.*?>untried<", page);
    }

    [Theory]
    [InlineData("0.2.0", true)]
    [InlineData("0.3.0", false)]
    public async Task A_stop_names_the_hosts_that_do_not_heed_it(string version, bool isNamed)
    {
        await using var api = await ApiUnderTest.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await api.Get<INodes>().BeatAsync(new NodeBeat("old:1", now, now, TimeSpan.FromMinutes(5), version, "bundle", null, null, IsDraining: false), CancellationToken.None);
        using var jana = await Visitor.OfAsync(api, "jana");
        var (_, page, location) = await jana.SendAsync("/tools", "/suspensions", ("kind", "all"), ("name", "*"), ("reason", "Drill."), ("do", "suspend"));
        Assert.Equal(isNamed, page.Contains($"It is stopped, but not on old:1 (version {version})", StringComparison.Ordinal));
        Assert.Equal(isNamed, location is null);
        Assert.Contains("Drill.", await jana.PageAsync("/tools"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_stand_by_name_on_their_page_and_above_the_permissions_each_with_what_it_may_and_has()
    {
        var backup = ControlledCompany.Buyer.Replace("name: buyer", "name: buyer-backup", StringComparison.Ordinal);
        await using var api = await ApiUnderTest.StartAsync(
            "", ("tools.yaml", ControlledCompany.Tools), ("agents/buyer.md", ControlledCompany.Buyer), ("agents/buyer-backup.md", backup), ("authority.yaml", ControlledCompany.Authority(100)));
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.Matches("(?s)<th scope=\"col\">buyer</th><th scope=\"col\">buyer-backup</th>", await jana.PageAsync("/authority"));
        Assert.Contains("data-label=\"buyer-backup\"", await jana.PageAsync("/authority"), StringComparison.Ordinal);
        var page = await jana.PageAsync("/people");
        Assert.Matches("(?s)id=\"agent-buyer\".*id=\"agent-buyer-backup\"", page);
        Assert.Matches("(?s)id=\"agent-buyer\".*?data-label=\"tools\"[^>]*>[1-9]", page);
    }

    [Theory]
    [InlineData("""{"supplier":"acme","lines":[{"sku":"A"},{"sku":"B"}],"total":1500.5,"rush":true}""", "supplier acme, total 1,500.50, rush yes, 2 entries in lines")]
    [InlineData("""{"lines":[],"to":{"name":"x","city":"y"}}""", "nothing in lines, to with 2 fields")]
    [InlineData("""{"id":4482,"orderId":4483,"paid":4484}""", "id 4482, order id 4483, paid 4,484")]
    [InlineData("{}", "no arguments")]
    [InlineData("{\"note\":\"first\\nsecond\",\"why\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}", "note first second, why 01234567890123456789012345678901234567890123456789012345678…")]
    public void Arguments_in_one_line_say_what_is_one_value_and_how_much_there_is_of_the_rest(string json, string words) =>
        Assert.Equal(words, BriefArguments.Of(JsonText.Parse(json)));

    [Theory]
    [InlineData("cron 0 2 * * * Europe/Prague", "daily at 02:00, Europe/Prague")]
    [InlineData("cron 30 7 * * MON-FRI Europe/Prague", "on weekdays at 07:30, Europe/Prague")]
    [InlineData("cron 0 9,17 * * 1-5 UTC", "on weekdays at 09:00 and 17:00, UTC")]
    [InlineData("cron 0 6 1 * * UTC", "on the 1st of each month at 06:00, UTC")]
    [InlineData("cron 0 6 1,15 JAN,jul * UTC", "on the 1st and 15th of January and July at 06:00, UTC")]
    [InlineData("cron 5 0 * * 6,7 UTC", "on weekends at 00:05, UTC")]
    [InlineData("cron 5 0 * * MON,THU UTC", "on Mondays and Thursdays at 00:05, UTC")]
    [InlineData("cron 5 0 * 6 MON-THU UTC", "Monday to Thursday in June at 00:05, UTC")]
    [InlineData("cron 0 * * * * UTC", "every hour, UTC")]
    [InlineData("cron 1 * * * * UTC", "every hour, 1 minute past, UTC")]
    [InlineData("cron 30 */6 * * * UTC", "every 6 hours from 00:30, UTC")]
    [InlineData("cron */15 8-17 * * MON-FRI UTC", "every 15 minutes from 08:00 to 17:45 on weekdays, UTC")]
    [InlineData("cron * * * * * UTC", "every minute, UTC")]
    [InlineData("cron 0 2 13 * FRI UTC", "cron 0 2 13 * FRI UTC")]
    [InlineData("cron */7 * * * * UTC", "cron */7 * * * * UTC")]
    [InlineData("cron 3,9 2-4 * * * UTC", "cron 3,9 2-4 * * * UTC")]
    [InlineData("cron */5 * * * * UTC", "every 5 minutes, UTC")]
    [InlineData("every 600s", "every 10 minutes")]
    [InlineData("every 3600s", "every hour")]
    [InlineData("every 90s", "every 90 s")]
    [InlineData("every 172800s", "every 2 days")]
    [InlineData("webhook", "webhook")]
    public void A_schedule_is_said_as_people_say_it_where_that_is_simple(string written, string said) => Assert.Equal(said, ScheduleText.Of(written));
}
