using System.Collections.Immutable;
using System.Net;

namespace AiManager.Host.Tests;

/// <summary>The pages about agents and people, about knowledge, and about jobs.</summary>
public sealed class CompanyPageTests
{
    private const string Open = "---\nowner: petra\napprovedBy: helena\n---\n# Buying\n\nPens come from <i>acme</i> only.\n";
    private const string Expired = "---\nowner: petra\napprovedBy: helena\nvalidUntil: 2020-01-01\n---\n# Old\n\nPens came from globex.\n";
    private const string Secret = "---\napprovedBy: helena\naudience: [cfo]\nlabels: [confidential]\nvalidFrom: 2020-01-01\n---\n# Prices\n\nPens cost four.\n";
    private const string Later = "---\napprovedBy: helena\nvalidFrom: 2999-01-01\n---\n# Later\n\nPens will be free.\n";

    [Fact]
    public async Task What_is_written_down_says_whether_it_holds_and_is_found_by_those_whom_it_is_meant_for()
    {
        await using var api = await ApiUnderTest.StartAsync(
            "", ("knowledge/buying.md", Open), ("knowledge/old.md", Expired), ("knowledge/prices.md", Secret), ("knowledge/later.md", Later), ("knowledge/rumour.md", "# Rumour\n\nPens are poison.\n"));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.PageAsync("/knowledge?q=pens");
        Assert.Contains("Pens come from &lt;i&gt;acme&lt;/i&gt; only.", page, StringComparison.Ordinal);
        Assert.All(new[] { "globex", "cost four", "will be free", "poison" }, word => Assert.DoesNotContain(word, page, StringComparison.Ordinal));
        foreach (var (id, state) in new[] { ("buying", "holds"), ("old", "expired"), ("later", "not yet"), ("rumour", "unapproved"), ("prices", "holds") })
        {
            Assert.Matches($"(?s)id=\"source-{id}\"[^/]*(/[^/]*){{0,12}}>{state}<", page);
        }

        Assert.Matches("(?s)id=\"source-prices\".*cfo.*confidential", page);
        Assert.DoesNotContain("href=\"/knowledge/prices\"", page, StringComparison.Ordinal);

        // A passage leads to where it stands.
        var link = System.Text.RegularExpressions.Regex.Match(page, "href=\"(/knowledge/buying[^\"#]+)#passage\"").Groups[1].Value;
        Assert.Contains("<div class=\"passage\" id=\"passage\"><p>Pens come from &lt;i&gt;acme&lt;/i&gt; only.", await jana.PageAsync(WebUtility.HtmlDecode(link)), StringComparison.Ordinal);
        Assert.Contains("Pens came from globex.", await jana.PageAsync("/knowledge/old"), StringComparison.Ordinal);

        // What is for the cfo alone, and what nobody approved, is told to nobody who knows its address.
        foreach (var (id, status) in new[] { ("prices", HttpStatusCode.Forbidden), ("rumour", HttpStatusCode.Forbidden), ("gone", HttpStatusCode.NotFound), ("..%2Fcompany", HttpStatusCode.NotFound), ("old?from=9999999", HttpStatusCode.BadRequest) })
        {
            using var reply = await jana.Client.GetAsync(new Uri("/knowledge/" + id, UriKind.Relative));
            Assert.Equal(status, reply.StatusCode);
            Assert.DoesNotContain("Pens", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var helena = await Visitor.OfAsync(api, "helena");
        Assert.Contains("Pens cost four.", await helena.PageAsync("/knowledge?q=pens"), StringComparison.Ordinal);
        Assert.Contains("Pens cost four.", await helena.PageAsync("/knowledge/prices"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_track_record_counts_what_was_accepted_at_once_sent_back_taken_away_and_failed_and_goes_on_where_it_was()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", ControlledCompany.Tools), ("agents/buyer.md", ControlledCompany.Buyer));
        var stream = await api.SubmittedAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.Contains("Nothing to go by yet.", await jana.PageAsync("/people"), StringComparison.Ordinal);

        TaskId Task(string name) => PrefixedId.Derive<TaskId>(stream.Value, name);
        CallId Call(string name) => PrefixedId.Derive<CallId>(stream.Value, name);
        TaskAssigned To(string name, Actor actor) => new(Task(name), new Executor(actor), null, null, "It fits.");
        var (buyer, petra) = (Actor.Agent("buyer"), Actor.Person("petra"));
        await JournaledAsync(
            api,
            stream,
            To("first", buyer),
            new DeliverableReviewed(Task("first"), Actor.System, true, [], []),
            To("second", buyer),
            new DeliverableReviewed(Task("second"), Actor.System, false, ["No."], []),
            new DeliverableReviewed(Task("second"), Actor.System, true, [], []),
            To("third", buyer),
            new TaskReassigned(Task("third"), new Executor(petra), null, null, "Too slow."),
            new CallProposed(Call("one"), null, "buyer", "erp.order", JsonText.EmptyObject, []),
            new CallSettled(Call("one"), CallOutcome.Failed, JsonText.EmptyObject, null, null, []));
        Assert.Contains("1 of 2 tasks accepted at once · 1 later · sent back once · 1 taken over by others · 1 of 1 calls failed", await jana.WordsAsync("/people"), StringComparison.Ordinal);

        await JournaledAsync(api, stream, new DeliverableReviewed(Task("third"), Actor.System, true, [], []), To("fourth", petra), new TaskFailed(Task("fourth"), "No."));
        var page = await jana.WordsAsync("/people");
        Assert.Contains("1 of 2 tasks accepted at once · 1 failed", page, StringComparison.Ordinal);
        Assert.Contains("1 of 2 tasks accepted at once · 1 later · sent back once", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_people_says_who_is_at_work_and_how_much_more_may_come()
    {
        const string People =
            """
            people:
              - { id: jana, name: Jana, roles: [operator], hours: "Mon-Sun 00:00-24:00 UTC", capacity: 6 }
              - { id: petra, name: Petra, roles: [lead], standIn: jana, skills: { sourcing: 0.9 } }
            """;
        await using var api = await ApiUnderTest.StartAsync("", ("people.yaml", People));
        using var jana = await Visitor.OfAsync(api, "jana");

        var page = await jana.WordsAsync("/people");

        Assert.Contains("at work", page, StringComparison.Ordinal);
        Assert.Contains("Mon-Sun 00:00-24:00 UTC", page, StringComparison.Ordinal);
        Assert.Contains("0 of 6", page, StringComparison.Ordinal);
        Assert.Contains("Jana stands in", page, StringComparison.Ordinal);
        Assert.Contains("no hours given", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4, 0, false)]
    [InlineData(1, 4, 25, false)]
    [InlineData(4, 4, 100, true)]
    [InlineData(5, 4, 100, true)]
    [InlineData(9, null, 0, false)]
    public void A_load_is_drawn_as_a_share_of_what_somebody_may_have(int open, int? capacity, int width, bool isFull)
    {
        var row = new PersonRow(new Person("petra", "Petra", null, [], System.Collections.Immutable.ImmutableDictionary<string, decimal>.Empty) { Capacity = capacity }, open, TrackRecord.None);
        Assert.Equal(((decimal)width, isFull), (row.LoadWidth, row.IsFull));
    }

    [Fact]
    public async Task An_attempt_that_came_to_nothing_is_made_again_from_the_list_and_one_that_has_come_out_well_since_is_not_offered()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", ControlledCompany.Tools), ("monitors.yaml", "monitors:\n  - { name: look, schedule: { cron: \"0 2 * * *\" }, submit: { goal: Look. } }\n  - { name: other, schedule: { cron: \"0 2 * * *\" }, submit: { goal: Look. } }\n"));
        var (rows, now) = (api.Get<IJobRuns>(), TimeProvider.System.GetUtcNow());
        foreach (var (id, job, outcome, minutes) in new[] { ("a", "look", "failed", 3), ("b", "look", "lost", 2), ("c", "other", "failed", 2), ("d", "other", "done", 1), ("e", "gone", "failed", 1) })
        {
            await rows.BeginAsync(new JobRun(id, "monitor/" + job, "schedule", "n1", null, now.AddMinutes(-minutes), now, outcome, "It could not.", null, 1), CancellationToken.None);
        }

        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.PageAsync("/jobs");
        Assert.Equal(["look"], System.Text.RegularExpressions.Regex.Matches(page[page.IndexOf("id=\"ran\"", StringComparison.Ordinal)..], "action=\"/inbox/monitors/([^\"]+)\"").Select(m => m.Groups[1].Value));
        // Whatever is looked for: what has come out well since is not offered among those that failed either.
        page = await jana.PageAsync("/jobs?status=failed");
        Assert.DoesNotContain("action=\"/inbox/monitors/other\"", page[page.IndexOf("id=\"ran\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
        var done = await jana.SendAsync("/jobs", "/inbox/monitors/look", ("do", "run"), ("back", "/jobs?status=lost"));
        Assert.Equal("/jobs?status=lost", done.Location?.ToString());
        Assert.Contains(await api.Get<IJobRuns>().ListAsync(new JobRunQuery("monitor/look"), CancellationToken.None) is var all ? all.Items : [], r => r.Trigger == "manual" && r.Outcome == JobOutcome.Submitted);
    }

    private static async Task JournaledAsync(ApiUnderTest api, WorkflowId workflow, params WorkflowEvent[] facts)
    {
        var (journal, stream, now) = (api.Get<IWorkflowJournal>(), workflow.ToString(), TimeProvider.System.GetUtcNow());
        var seq = (await journal.ReadAsync(stream, 0, 500, CancellationToken.None))[^1].Seq;
        ImmutableArray<NewEvent> events = [.. facts.Select(f => EventCodec.Encode(f, now, Actor.System, string.Empty))];
        Assert.IsType<AppendResult.Appended>(await journal.AppendAsync(new AppendRequest(stream, seq, null, events, [], []), CancellationToken.None));
    }
}
