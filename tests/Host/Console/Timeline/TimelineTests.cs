using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace AiManager.Host.Tests;

/// <summary>The timeline: by days, neighbours that say the same together, in stretches, and as stored only where somebody wants it.</summary>
public sealed class TimelineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly WorkflowId Workflow = PrefixedId.New<WorkflowId>(Noon, new Random(1));

    [Fact]
    public void Neighbours_that_say_the_same_stand_together_and_only_where_one_looks_at_what_came_of_it()
    {
        StoryLine[] told = [Line(1, "Look."), Line(2, "Receive."), Line(3, "Receive."), Line(4, "Receive."), Line(5, "Receive.", actor: "agent:other"), Line(6, "Receive.")];
        var page = Page(told, "compact");
        Assert.Equal([("Look.", 1), ("Receive.", 3), ("Receive.", 1), ("Receive.", 1)], page.Days.Single().Entries.Select(e => (e.Line.Text, e.Count)));
        Assert.Equal((1, 6), page.Shown);
        Assert.Equal(6, Page(told, "all").Days.Single().Entries.Length);
    }

    [Fact]
    public void A_day_begins_where_the_clock_of_whoever_looks_says_so()
    {
        StoryLine[] told = [Line(1, "a", at: Noon), Line(2, "b", at: Noon.AddHours(11.5)), Line(3, "c", at: Noon.AddHours(13))];
        Assert.Equal([2, 1], Page(told, "all").Days.Select(d => d.Entries.Length));
        var prague = TimelinePage.Of(Workflow, "Goal", "all", told, null, null, TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague"));
        Assert.Equal([1, 2], prague.Days.Select(d => d.Entries.Length));
        Assert.Equal("Saturday, Nov 28, 2026", Written.Weekday(prague.Days[1].Day));
    }

    [Theory]
    [InlineData("all", 250, 100)]
    [InlineData("raw", 250, 50)]
    [InlineData("compact", 250, 100)]
    public void Stretches_lead_to_one_another_without_a_gap(string zoom, int count, int size)
    {
        // Every second event is a detail, which the compact timeline leaves out.
        StoryLine[] told = [.. Enumerable.Range(1, count * 2).Select(i => Line(i, $"Line {i}.", i % 2 == 0 ? StoryWeight.Milestone : StoryWeight.Detail))];
        var page = Page(told, zoom, 0);
        Assert.Null(page.Earlier);
        var seen = new List<int>(Seqs(page));
        for (; page.Later is { } later; seen.AddRange(Seqs(page)))
        {
            Assert.Equal(size, Seqs(page).Count());
            page = Page(told, zoom, later);
        }

        Assert.Equal(told.Where(l => zoom != "compact" || l.Weight == StoryWeight.Milestone).Select(l => l.Seq), seen);

        // From the end backwards nothing is left out either; where the first stretch would be short, it reaches into the one behind it.
        page = Page(told, zoom);
        Assert.Null(page.Later);
        while (page.Earlier is { } earlier)
        {
            var after = page.After;
            page = Page(told, zoom, earlier);
            Assert.True(Seqs(page).Last() >= after, $"between {Seqs(page).Last()} and {after}");
        }

        Assert.Equal(seen[0], Seqs(page).First());
    }

    [Fact]
    public void Only_what_a_line_of_the_report_rests_on_is_shown()
    {
        StoryLine[] told = [.. Enumerable.Range(1, 300).Select(i => Line(i, $"Line {i}.", StoryWeight.Detail))];
        var page = TimelinePage.Of(Workflow, "Goal", "all", told, null, TimelineChoice.Read("7.3.290"), TimeZoneInfo.Utc);
        Assert.Equal([3, 7, 290], Seqs(page));
        Assert.Equal((null, null), (page.Earlier, page.Later));
        Assert.Equal($"/workflows/{Workflow}/timeline?zoom=all&only=3.7", TimelineChoice.Address(Workflow, [3, 7]));
        Assert.Null(TimelineChoice.Read(""));
        foreach (var wrong in new[] { "a", "1..2", "0", "-1", "99999999999", string.Join('.', Enumerable.Range(1, 101)) })
        {
            Assert.Contains("'only' must be", Assert.Throws<BadHttpRequestException>(() => TimelineChoice.Read(wrong)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_asked_stands_once_and_what_is_stored_is_folded()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var workflow = await api.SubmittedAsync();
        await api.AskedAsync(workflow);
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.Single(Regex.Matches(await jana.WordsAsync($"/workflows/{workflow}/timeline"), "It is large\\."));
        var all = await jana.WordsAsync($"/workflows/{workflow}/timeline?zoom=all");
        Assert.Single(Regex.Matches(all, "It is large\\."));
        Assert.Contains("CallDecided", all, StringComparison.Ordinal);
        var raw = await jana.PageAsync($"/workflows/{workflow}/timeline?zoom=raw");
        Assert.Matches("<details class=\"wide\" id=\"raw-1\"><summary[^>]*>[\\d,]+ characters as stored</summary><pre>", raw);
        Assert.DoesNotContain("<details open", raw, StringComparison.Ordinal);
        Assert.Contains("data-reader-zone>Europe/Prague<", raw, StringComparison.Ordinal);
        using var odd = await jana.Client.GetAsync(new Uri($"/workflows/{workflow}/timeline?only=x", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, odd.StatusCode);
    }

    [Fact]
    public void Who_agreed_is_who_says_so_and_what_was_stopped_says_what_was_wanted()
    {
        var task = new WorkTask(
            PrefixedId.Derive<TaskId>(Workflow.Value, "quotes"), "quotes", "Choose the quotes", "Do it.", [], "analysis", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
        var (call, look, approval) = (PrefixedId.Derive<CallId>(Workflow.Value, "call"), PrefixedId.Derive<CallId>(Workflow.Value, "look"), PrefixedId.Derive<ApprovalId>(Workflow.Value, "ap"));
        CallDecided Denied(CallId id) => new(id, Effect.Deny, [], JsonText.EmptyObject, "The task's grant does not cover it.", "p", "v", []);
        (WorkflowEvent Event, Actor By)[] told =
        [
            (new GoalSubmitted(new PrivateText("jana", "Restock."), "jana", null, null, JsonText.EmptyObject, null, null, null, "c", null, 0), Actor.Person("jana")),
            (new ContractAgreed(new Contract("All is there.", [], [], null, null), null, null, "manager"), Actor.Manager),
            (new PlanAdopted(new Plan(1, [task])), Actor.Manager),
            (new CallProposed(call, task.Id, "analyst", "erp.create_purchase_order", JsonText.Parse("""{"supplier":"baltic-surplus","lines":[{"sku":"LU-2502"}]}"""), []), Actor.Agent("analyst")),
            (Denied(call), Actor.Agent("analyst")),
            (new CallProposed(look, null, "system", "erp.stock", JsonText.EmptyObject, []), Actor.System),
            (Denied(look), Actor.System),
            (new ApprovalDecided(approval, "petra", "edit", ApprovalVerdict.Approved, null), Actor.Agent("purchaser")),
            (new ApprovalDecided(approval, "petra", "console", ApprovalVerdict.Approved, null), Actor.Person("petra")),
            (new SeatFilled(approval, "lead", "petra", "edit", null), Actor.Agent("purchaser")),
        ];
        ImmutableArray<Recorded> events = [.. told.Select((t, i) => new Recorded(i + 1, i + 1, Noon, t.By, t.Event))];
        var lines = new Story(WorkflowFold.Of(Workflow, events.Take(7)), new PlainWords(_ => null)).Tell(events);

        Assert.Equal(("system", StoryWeight.Talk, "deny"), (lines[4].Actor, lines[4].Weight, lines[4].State));
        Assert.Equal("Stopped: analyst wanted create purchase order (supplier baltic-surplus, one entry in lines). The task's grant does not cover it.", lines[4].Text);
        Assert.Equal(StoryWeight.Milestone, lines[6].Weight); // a look of the service's own is nobody's wish
        Assert.Equal(("person:petra", "Approved by writing the arguments."), (lines[7].Actor, lines[7].Text));
        Assert.Equal(("person:petra", "Approved."), (lines[8].Actor, lines[8].Text));
        Assert.Equal("person:petra", lines[9].Actor);
    }

    [Fact]
    public void On_what_grounds_each_person_agreed_and_to_what_is_told()
    {
        var (call, approval) = (PrefixedId.Derive<CallId>(Workflow.Value, "call"), PrefixedId.Derive<ApprovalId>(Workflow.Value, "ap"));
        var (args, facts) = (JsonText.Parse("""{"supplier":"bohemia"}"""), JsonText.Parse("""{"total":61000,"approved":true}"""));
        (WorkflowEvent Event, Actor By)[] told =
        [
            (new GoalSubmitted(new PrivateText("jana", "Restock."), "jana", null, null, JsonText.EmptyObject, null, null, null, "c", null, 0), Actor.Person("jana")),
            (new CallProposed(call, null, "purchaser", "erp.order", args, []), Actor.Agent("purchaser")),
            (new CallDecided(call, Effect.Ask, ["large"], facts, "It is large.", "p", "v", []), Actor.Agent("purchaser")),
            (new ApprovalRequested(approval, call, null, "purchaser", "erp.order", args, facts, "digest", ["large"], [], "It is large.", [new Seat("lead", 1), new Seat("cfo", 1)], ["jana"], Noon.AddDays(2), new ApprovalLadder(Noon, Noon, null, [])), Actor.Agent("purchaser")),
            (new StandInsAdmitted(approval, [new StandIn("omar", "helena", "cfo")]), Actor.System),
            (new SeatFilled(approval, "lead", "petra", "console", new PrivateText("petra", "The price is right.")), Actor.Person("petra")),
            (new SeatFilled(approval, "cfo", "omar", "console", new PrivateText("omar", "It is in the plan"), "helena"), Actor.Person("omar")),
            (new ApprovalDecided(approval, "omar", "console", ApprovalVerdict.Approved, new PrivateText("omar", "It is in the plan")), Actor.Person("omar")),
        ];
        ImmutableArray<Recorded> events = [.. told.Select((t, i) => new Recorded(i + 1, i + 1, Noon, t.By, t.Event))];
        var lines = new Story(WorkflowFold.Of(Workflow, events), new PlainWords(_ => null)).Tell(events);

        Assert.Equal("purchaser wants order (supplier bohemia · total 61,000); lead and cfo must agree. It is large.", lines[3].Text);
        Assert.Equal(("petra agreed to order (supplier bohemia · total 61,000) as lead: The price is right.", StoryWeight.Talk), (lines[5].Text, lines[5].Weight));
        Assert.Equal("omar agreed to order (supplier bohemia · total 61,000) as cfo, standing in for helena: It is in the plan.", lines[6].Text);
        Assert.Equal(("Approved. It was about order (supplier bohemia · total 61,000).", "approved"), (lines[7].Text, lines[7].State)); // the ground stands with who gave it
        Assert.Equal("erp.order: somebody must agree first.", lines[2].Text); // a tool is named, and is no sentence
    }

    [Fact]
    public async Task Earlier_events_are_above_and_the_days_say_whose_clock_they_are_of()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var workflow = await api.SubmittedAsync();
        await api.AppendAsync(workflow, [.. Enumerable.Range(0, 120).Select(i => new MessagePosted(new PrivateText("jana", $"Line {i}.")))]);
        using var jana = await Visitor.OfAsync(api, "jana");
        var end = await jana.PageAsync($"/workflows/{workflow}/timeline");
        Assert.True(end.IndexOf("id=\"earlier-page\"", StringComparison.Ordinal) is > 0 and var earlier && earlier < end.IndexOf("class=\"day\"", StringComparison.Ordinal));
        Assert.Matches("<section class=\"day\" data-day=\"[\\d-]{10}\">\\s*<header><h2>[^<]+</h2><span class=\"quiet small\" data-reader-zone>", end);
        var begin = await jana.PageAsync($"/workflows/{workflow}/timeline?after=0");
        Assert.True(begin.IndexOf("id=\"later-page\"", StringComparison.Ordinal) > begin.LastIndexOf("class=\"story\"", StringComparison.Ordinal));
    }

    private static TimelinePage Page(IEnumerable<StoryLine> told, string zoom, int? after = null) => TimelinePage.Of(Workflow, "Goal", zoom, told, after, null, TimeZoneInfo.Utc);

    private static IEnumerable<int> Seqs(TimelinePage page) => page.Days.SelectMany(d => d.Entries).Select(e => e.Line.Seq);

    private static StoryLine Line(int seq, string text, StoryWeight weight = StoryWeight.Milestone, string actor = "agent:clerk", DateTimeOffset? at = null) =>
        new(seq, seq + 1000, at ?? Noon.AddSeconds(seq), actor, "CallSettled", text, weight, null);
}
