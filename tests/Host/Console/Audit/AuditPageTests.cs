using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>What an auditor finds: by person and by time, with the way to each event, and taken away as it was searched.</summary>
public sealed class AuditPageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset LongAgo = new(2020, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_persons_deeds_are_found_too_and_each_leads_to_its_event()
    {
        var workflow = await _api.SubmittedAsync();
        var approval = await _api.AskedAsync(workflow);
        await _api.AppendAsync(workflow, new SeatFilled(approval, "lead", "petra", "api", null));
        using var jana = await _api.AsAsync("jana");
        Assert.Equal(HttpStatusCode.OK, (await jana.PostTextAsync($"/api/workflows/{workflow}/pause", """{"reason":"Lunch"}""")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await jana.PostTextAsync("/api/suspensions", """{"kind":"all","reason":"Drill"}""")).StatusCode);
        await _api.Get<KeyDesk>().CreateAsync("petra", [], null, Actor.System, CancellationToken.None);

        using var auditor = await Visitor.OfAsync(_api, "jana");
        var hers = await auditor.WordsAsync("/audit?person=jana");
        Assert.All(["Goal submitted", "Workflow paused", "Suspended", "all *"], words => Assert.Contains(words, hers, StringComparison.Ordinal));
        Assert.DoesNotContain("Drill", hers, StringComparison.Ordinal); // what people typed stays sealed
        Assert.DoesNotContain("It is large.", hers, StringComparison.Ordinal); // she decided nothing
        var place = Regex.Match(hers, $"Goal submitted.*?href=\"(/workflows/{workflow}/timeline[^\"]*)#(e1)\"", RegexOptions.Singleline);
        Assert.Contains($"id=\"{place.Groups[2].Value}\"", await auditor.PageAsync(place.Groups[1].Value), StringComparison.Ordinal);

        var petras = await auditor.WordsAsync("/audit?person=petra");
        Assert.All(["It is large.", "Key created", "of petra", "Besides, by or about Petra"], words => Assert.Contains(words, petras, StringComparison.Ordinal));
        Assert.DoesNotContain("Goal submitted", petras, StringComparison.Ordinal);
        Assert.Contains("Workflow paused", await auditor.WordsAsync($"/audit?person=jana&workflow={workflow}"), StringComparison.Ordinal);
        Assert.DoesNotContain("Workflow paused", await auditor.WordsAsync("/audit?person=jana&tool=order"), StringComparison.Ordinal);
        Assert.DoesNotContain("Workflow paused", await auditor.WordsAsync("/audit?person=jana&to=2020-01-01"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agreed_call_that_is_checked_again_before_it_runs_is_one_decision_and_says_what_was_wanted()
    {
        var workflow = await _api.SubmittedAsync();
        var approval = await _api.AskedAsync(workflow);
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        var again = new CallDecided(call, Effect.Ask, ["large"], JsonText.Parse("""{"total":6200}"""), "It is large.", "policy", "v1", []);
        await _api.AppendAsync(workflow, new SeatFilled(approval, "lead", "petra", "api", null), new SeatFilled(approval, "cfo", "helena", "api", null), new ApprovalDecided(approval, "helena", "api", ApprovalVerdict.Approved, null));
        await _api.AppendAsync(workflow, again);
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync("/audit");
        Assert.Contains("One decision", page, StringComparison.Ordinal);
        Assert.Contains("Checked again just before the call: still agreed.", page, StringComparison.Ordinal);
        Assert.Contains("supplier <b>acme</b>", page, StringComparison.OrdinalIgnoreCase); // decoded: it was no element
        Assert.Contains("total 6,200", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"href=\"/workflows/{workflow}\"", page, StringComparison.Ordinal);
        var timeline = await jana.WordsAsync($"/workflows/{workflow}/timeline?zoom=all");
        Assert.Contains("is looked at once more just before the call, with what was agreed.", timeline, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(timeline, "somebody must agree first"));
        Assert.Matches("(?i)proposes erp.order: supplier", timeline);

        using var client = await _api.AsAsync("jana");
        var taken = (await client.GetStringAsync(new Uri("/api/authority/decisions", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain("restsOn", taken[0], StringComparison.Ordinal);
        Assert.Matches("\"restsOn\":\\d+", taken[1]);

        // Where people are asked anew, it is a decision of its own.
        var anew = PrefixedId.Derive<ApprovalId>(workflow.Value, "anew");
        await _api.AppendAsync(
            workflow,
            new ApprovalRequested(
                anew, call, null, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["large"], [], "It is large.", [new Seat("cfo", 1)], [], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Contains("2 decisions", await jana.WordsAsync("/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_opened_says_on_what_grounds_each_person_agreed_for_whom_and_what_came_back()
    {
        var workflow = await _api.SubmittedAsync("Buy pens");
        var approval = await _api.AskedAsync(workflow, ladder: new ApprovalLadder(LongAgo, LongAgo, null, []));
        await _api.AppendAsync(
            workflow,
            new StandInsAdmitted(approval, [new StandIn("omar", "helena", "cfo")]),
            new SeatFilled(approval, "lead", "petra", "console", new PrivateText("petra", "The price is right.")),
            new SeatFilled(approval, "cfo", "omar", "console", null, "helena"),
            new ApprovalDecided(approval, "omar", "console", ApprovalVerdict.Approved, null));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = Regex.Replace(await jana.WordsAsync("/audit"), "<[^>]+>", string.Empty);
        Assert.Contains("For “Buy pens”, asked for by Jana.", page, StringComparison.Ordinal);
        Assert.Matches("Petra agreed as lead by console, [^:]+:\\d\\d[^:]*: The price is right\\.", page);
        Assert.Contains("Omar agreed as cfo, standing in for Helena, by console", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_decided_long_ago_is_found_on_the_first_page_however_much_came_after_it()
    {
        await DecidedAsync("early", LongAgo);
        for (var i = 0; i < 26; i++) // more than a page looks through from the end
        {
            await DecidedAsync("late", LongAgo.AddYears(2).AddMinutes(i), 256);
        }

        var reader = new AuditReader(_api.Get<IWorkflowJournal>(), _api.Get<IAuditIndex>(), _api.Get<AiManager.Tools.Catalog>(), _api.Get<CompanyStream>(), TimeProvider.System);
        var found = await reader.FindAsync(Query(null, LongAgo.AddDays(1)), null, CancellationToken.None);
        Assert.Equal(["early"], found.Decisions.Select(d => d.Reason));
        Assert.Empty((await reader.FindAsync(Query(null, LongAgo.AddDays(-1)), null, CancellationToken.None)).Decisions);

        // Nothing older can fit, so nobody is sent on to look for it.
        var none = await reader.FindAsync(Query(LongAgo.AddYears(1), LongAgo.AddYears(1).AddDays(1)), null, CancellationToken.None);
        Assert.Empty(none.Decisions);
        Assert.Null(none.Before);

        // Clocks differ: what stands a little too early or too late for its time is found all the same.
        await DecidedAsync("skewed", LongAgo.AddYears(2).AddMinutes(20));
        var skewed = await reader.FindAsync(Query(LongAgo.AddYears(2).AddMinutes(19), LongAgo.AddYears(2).AddMinutes(20).AddSeconds(1)), null, CancellationToken.None);
        Assert.Contains("skewed", skewed.Decisions.Select(d => d.Reason));

        static AuditQuery Query(DateTimeOffset? from, DateTimeOffset? to) => new(null, null, null, null, null, null, new TimeWindow(from, to));
    }

    [Fact]
    public async Task What_is_no_workflow_keeps_the_search_and_one_in_an_address_is_taken_by_its_id()
    {
        var workflow = await _api.SubmittedAsync();
        await _api.AskedAsync(workflow);
        using var jana = await Visitor.OfAsync(_api, "jana");
        foreach (var odd in new[] { "4484", "wf_short", "<b>" })
        {
            using var reply = await jana.Client.GetAsync(new Uri($"/audit?rule=large&from=2020-01-01&workflow={Uri.EscapeDataString(odd)}", UriKind.Relative));
            var page = WebUtility.HtmlDecode(await reply.Content.ReadAsStringAsync());
            Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
            Assert.Contains($"Nothing was looked for. '{odd}' is no workflow's id", page, StringComparison.Ordinal);
            Assert.Matches("<input id=\"workflow\".* aria-invalid=\"true\" aria-describedby=\"workflow-fault\"", page);
            Assert.Contains("name=\"rule\" value=\"large\"", page, StringComparison.Ordinal);
            Assert.Contains("value=\"2020-01-01\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("It is large.", page, StringComparison.Ordinal);
            Assert.DoesNotContain("No decision fits.", page, StringComparison.Ordinal);
        }

        foreach (var pasted in new[] { $"https://manager.example.com/workflows/{workflow}/timeline?zoom=all#e3", $" {workflow} ", $"/workflows/{workflow}" })
        {
            var page = await jana.WordsAsync($"/audit?workflow={Uri.EscapeDataString(pasted)}");
            Assert.Contains("It is large.", page, StringComparison.Ordinal);
            Assert.Contains($"name=\"workflow\" value=\"{workflow}\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Where_it_is_no_decisions_that_are_shown_none_are_offered_to_take_away()
    {
        await _api.Get<KeyDesk>().CreateAsync("petra", ["read"], TimeSpan.FromDays(90), Actor.System, CancellationToken.None);
        await _api.Get<KeyDesk>().CreateAsync("petra", [], null, Actor.System, CancellationToken.None);
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("/api/authority/decisions", await jana.PageAsync("/audit"), StringComparison.Ordinal);
        var keys = await jana.WordsAsync("/audit?kind=keys&from=2020-01-01");
        Assert.DoesNotContain("/api/authority/decisions", keys, StringComparison.Ordinal);
        Assert.Contains("href=\"/api/journal/export?from=2020-01-01", keys, StringComparison.Ordinal);

        // Who looks for keys looks for those that can too much for too long.
        Assert.Matches("key [0-9a-z]+ of petra, for read, until 2[0-9-]+ [0-9:]+ UTC", keys);
        Assert.Matches("key [0-9a-z]+ of petra, whatever they may, until it is revoked", keys);
    }

    [Fact]
    public async Task What_is_taken_away_is_what_was_searched_for()
    {
        await _api.AskedAsync(await _api.SubmittedAsync());
        await _api.AskedAsync(await _api.SubmittedAsync());
        using var jana = await Visitor.OfAsync(_api, "jana");
        foreach (var (query, count) in new[]
        {
            ("", 2), ("?agent=purchaser", 2), ("?agent=other", 0), ("?tool=ORDER&rule=large&verdict=ask", 2), ("?verdict=deny", 0), ("?person=petra", 0), ("?to=2020-01-01", 0), ("?from=2020-01-01", 2),
        })
        {
            var link = Regex.Match(await jana.WordsAsync("/audit" + query), "href=\"(/api/authority/decisions\\?format=jsonl[^\"]*)\"").Groups[1].Value;
            Assert.Equal(count, (await jana.Client.GetStringAsync(new Uri(link, UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }

        using var client = await _api.AsAsync("jana");
        await (await client.GetAsync(new Uri("/api/authority/decisions?workflow=odd", UriKind.Relative))).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        await (await client.GetAsync(new Uri("/api/authority/decisions?verdict=maybe", UriKind.Relative))).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Plain_reads_are_left_out_on_the_page_and_of_what_is_taken_away_and_days_and_verdicts_are_told()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", "sources:\n  - name: erp\n    kind: sql\n    connection: \"Data Source=${world}\"\n    tools:\n      - { name: low, description: Reads., effect: observe, readOnly: true, sql: \"select 1 as n\" }\n"), ("world.sql", "create table things(sku text);"));
        var workflow = await api.SubmittedAsync();
        await api.AskedAsync(workflow);
        foreach (var (name, effect) in new[] { ("allowed", Effect.Allow), ("denied", Effect.Deny) })
        {
            var call = PrefixedId.Derive<CallId>(workflow.Value, name);
            await api.AppendAsync(
                workflow,
                new CallProposed(call, null, "purchaser", "erp.low", JsonText.EmptyObject, []),
                new CallDecided(call, effect, ["read"], JsonText.EmptyObject, $"It is {name}.", "policy", "v1", []));
        }

        using var jana = await Visitor.OfAsync(api, "jana");
        var all = await jana.WordsAsync("/audit");
        Assert.Contains("3 decisions", all, StringComparison.Ordinal);
        Assert.Contains(Written.Weekday(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)) + ", UTC</th>", all, StringComparison.Ordinal);
        Assert.Matches("(?s)verdict=deny\"><span class=\"badge bad\">deny</span> 1<.*verdict=ask\".*verdict=allow\"", all);

        var without = await jana.WordsAsync("/audit?reads=no");
        Assert.Contains("2 decisions", without, StringComparison.Ordinal);
        Assert.Contains("It is denied.", without, StringComparison.Ordinal); // a read that was not allowed is no plain one
        var link = Regex.Match(without, "href=\"(/api/authority/decisions\\?format=jsonl[^\"]*)\"").Groups[1].Value;
        Assert.Equal(2, (await jana.Client.GetStringAsync(new Uri(link, UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var odd = await jana.Client.GetAsync(new Uri("/audit?reads=maybe", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
        Assert.Contains("Show all decisions", await jana.PageAsync("/audit?tool=gone"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_what_if_form_takes_labels_as_the_API_does()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        string At(string labels) => "/authority?agent=a&tool=erp.order&arguments=%7B%7D&labels=" + Uri.EscapeDataString(labels);
        Assert.Contains("The labels are not in order", await jana.WordsAsync(At("customer-data")), StringComparison.Ordinal);
        Assert.Contains("the labels of 'body' must be a name or a list of names", await jana.WordsAsync(At("""{"body":1}""")), StringComparison.Ordinal);
        var said = await jana.WordsAsync(At("""{"body":"customer-data"}"""));
        Assert.DoesNotContain("not in order", said, StringComparison.Ordinal);
        Assert.Contains("""{"body":"customer-data"}</textarea>""", said, StringComparison.Ordinal);
        Assert.Contains("There is no tool 'erp.order'.", said, StringComparison.Ordinal);
    }

    /// <summary>A call that was decided at some time, and events behind it up to a number.</summary>
    private async Task DecidedAsync(string reason, DateTimeOffset at, int events = 2)
    {
        var workflow = new WorkflowId(Guid.CreateVersion7(at));
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        WorkflowEvent[] facts =
        [
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Allow, ["small"], JsonText.EmptyObject, reason, "policy", "v1", []),
            .. Enumerable.Repeat(new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []), events - 2),
        ];
        Assert.IsType<AppendResult.Appended>(await _api.Get<IWorkflowJournal>().AppendAsync(
            new AppendRequest(workflow.ToString(), 0, null, [.. facts.Select(f => EventCodec.Encode(f, at, Actor.System, string.Empty))], [], []), CancellationToken.None));
    }
}
