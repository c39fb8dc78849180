using System.Net;
using System.Text.RegularExpressions;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>What waits for people, and how they settle it, as a browser without a script asks for it.</summary>
public sealed partial class InboxPageTests : IAsyncLifetime
{
    private const string Monitors = "monitors:\n  - { name: hourly, schedule: { every: 3600s }, submit: { goal: Look around. } }\n";
    private static readonly Seat[] Lead = [new("lead", 1)];
    private static readonly Seat[] Cfo = [new("cfo", 1)];

    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n", ("monitors.yaml", Monitors));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task What_is_mine_is_found_behind_however_much_that_waits_for_others()
    {
        for (var i = 0; i < 27; i++)
        {
            await _api.AskedAsync(await _api.SubmittedAsync($"Buy {i} ships"), seats: Cfo);
        }

        var mine = await _api.AskedAsync(await _api.SubmittedAsync("Buy pens"), seats: Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("(1) Inbox", inbox, StringComparison.Ordinal);
        Assert.Contains($"action=\"/inbox/approvals/{mine}\"", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing waits for you", inbox, StringComparison.Ordinal);
        Assert.Equal(26, Cards().Count(inbox));
        Assert.Contains($"action=\"/inbox/approvals/{mine}\"", await petra.PageAsync("/"), StringComparison.Ordinal);

        // What waits for others goes on by itself, and shows nothing twice.
        var rest = await petra.WordsAsync(NextPage().Match(inbox).Groups[1].Value);
        Assert.Equal(2, Cards().Count(rest));
        Assert.DoesNotContain(mine.ToString(), rest, StringComparison.Ordinal);
        Assert.Equal(28, Cards().Matches(inbox + rest).Select(m => m.Groups[1].Value).Distinct().Count());
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(petra, "/inbox?list=others&cursor=odd"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(petra, "/inbox?list=odd"));

        // Not all of it stands on the first page, and nobody is told that there is nothing when there may be.
        using var helena = await Visitor.OfAsync(_api, "helena");
        var hers = await helena.WordsAsync("/inbox");
        Assert.Contains("(27) Inbox", hers, StringComparison.Ordinal);
        Assert.Contains("/inbox?list=mine&cursor=", hers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_go_on_behind_the_first_page_and_say_what_follows_from_each_answer()
    {
        var workflow = await _api.SubmittedAsync();
        await _api.AppendAsync(workflow, [.. Enumerable.Range(0, 27).Select(i => Asked(workflow, $"q{i}", "lead", EscalationKind.Finding, "noted"))]);
        await _api.AppendAsync(workflow, Asked(workflow, "unmet", "cfo", EscalationKind.UnmetGoal, "accept", "retry", "giveUp"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("(27) Inbox", inbox, StringComparison.Ordinal);
        Assert.Equal(26, Cards().Count(inbox));
        Assert.Contains("The plan runs again, from how things stand by now. What was done stays done.", inbox, StringComparison.Ordinal);
        Assert.Contains("Helena can answer.", inbox, StringComparison.Ordinal);
        Assert.Contains("Petra, Omar can answer.", inbox, StringComparison.Ordinal);
        Assert.Equal(2, Cards().Count(await petra.WordsAsync(NextPage().Match(inbox).Groups[1].Value)));

        using var helena = await Visitor.OfAsync(_api, "helena");
        Assert.Contains("Questions to you", await helena.WordsAsync("/inbox"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EscalationKind.BlockedTask, "A task cannot go on", "What whoever tries again should know")]
    [InlineData(EscalationKind.UnknownCall, "Nobody knows whether a call was made", "In your words, kept with your answer")]
    [InlineData(EscalationKind.MissedDeadline, "A deadline has passed", "Until when, if it gets more time")]
    [InlineData(EscalationKind.Finding, "Something was found", "Your words, kept with it; no work waits for them")]
    public async Task A_long_question_is_headed_by_what_it_is_about(EscalationKind kind, string heading, string wanted)
    {
        var workflow = await _api.SubmittedAsync();
        await _api.AppendAsync(workflow, Asked(workflow, "it " + new string('x', 160), "lead", kind, "giveUp"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains($">{heading}</h3>", inbox, StringComparison.Ordinal);
        Assert.Contains(wanted, inbox, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/inbox")]
    [InlineData("/")]
    [InlineData("/monitors")]
    [InlineData("/workflows/WF")]
    public async Task Enter_in_a_field_presses_no_button_that_does_something_else(string path)
    {
        var workflow = await _api.SubmittedAsync();
        await _api.AskedAsync(workflow, seats: Lead);
        await _api.AskedAsync(await _api.SubmittedAsync("Buy ink"), seats: Lead);
        await _api.AppendAsync(workflow, Asked(workflow, "unmet", "lead", EscalationKind.UnmetGoal, "accept", "retry", "giveUp"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var page = await petra.PageAsync(path.Replace("WF", workflow.ToString(), StringComparison.Ordinal));
        var forms = Forms().Matches(page).Select(m => m.Value).Where(f => OneLine().IsMatch(f)).ToList();
        Assert.NotEmpty(forms);
        foreach (var form in forms)
        {
            // Browsers press a form's first button, unless that one is disabled: then they do nothing.
            var buttons = Buttons().Matches(form).Select(m => m.Value).ToList();
            Assert.True(buttons.Count == 1 || buttons[0].Contains(" disabled", StringComparison.Ordinal), form);
        }

        if (path == "/monitors")
        {
            Assert.Contains("value=\"pause\"", Assert.Single(forms, f => f.Contains("name=\"reason\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_card_says_once_who_must_agree_whoever_looks()
    {
        var workflow = await _api.SubmittedAsync();
        await _api.AskedAsync(workflow, seats: Lead);
        foreach (var (person, isTheirs) in new[] { ("petra", true), ("helena", false) })
        {
            using var visitor = await Visitor.OfAsync(_api, person);
            var inbox = await visitor.WordsAsync("/inbox");
            Assert.Equal(2, inbox.Split("aria-label=\"Who must agree\"").Length);
            Assert.Equal(2, inbox.Split("can decide.").Length);
            Assert.Equal(isTheirs, inbox.Contains("<h4>Who must agree</h4>", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_card_says_which_data_is_not_to_be_trusted_and_leads_to_the_rule()
    {
        await _api.AskedAsync(await _api.SubmittedAsync(), labels: ["composed", "customer-data", "third-party"]);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("<span class=\"badge bad\">untrusted: third-party</span>", inbox, StringComparison.Ordinal);
        Assert.Contains("<span class=\"badge idle\">customer-data</span>", inbox, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/authority#rule-large\">large</a>", inbox, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_as_JSON_and_not_taken_is_still_there_to_be_mended()
    {
        var approval = await _api.AskedAsync(await _api.SubmittedAsync());
        using var petra = await Visitor.OfAsync(_api, "petra");
        Assert.Contains("as JSON, to add or leave out fields", await petra.WordsAsync("/inbox"), StringComparison.Ordinal);
        foreach (var odd in new[] { "{\"supplier\": \"globex\"", "[1]", "7" })
        {
            var (status, page, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("form", $"decide-{approval}"), ("decision", "edit-json"), ("json", odd));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            var words = WebUtility.HtmlDecode(page);
            Assert.Contains("must be one JSON object", words, StringComparison.Ordinal);
            Assert.Contains($">{odd}</textarea>", words, StringComparison.Ordinal);
            Assert.Contains($"id=\"j-{approval}\" open", words, StringComparison.Ordinal);
        }

        // There is no such tool here, so nothing more can be said of it.
        var (taken, _, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("decision", "edit-json"), ("json", "{\"supplier\": \"globex\"}"));
        Assert.Equal(HttpStatusCode.Conflict, taken);
    }

    [Fact]
    public async Task What_is_at_risk_is_shown_behind_however_many_newer_ones_and_apart_from_what_runs_and_what_is_over()
    {
        var request = new SubmitRequest("Mend the roof", "jana", "bundle") { Deadline = TimeProvider.System.GetUtcNow().AddMinutes(30) };
        Assert.IsType<SubmitResult.Created>(await _api.Get<WorkflowDesk>().SubmitAsync(request, CancellationToken.None));
        var over = await _api.SubmittedAsync("Paint the door");
        for (var i = 0; i < 13; i++)
        {
            await _api.SubmittedAsync($"Buy {i} ships");
        }

        await _api.Get<WorkflowDesk>().CancelAsync(over, "Enough.", "jana", CancellationToken.None);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var home = await petra.WordsAsync("/");
        var (risk, running, finished) = (Section(home, "At risk"), Section(home, "Running"), Section(home, "Finished lately"));
        Assert.Contains("Mend the roof", risk, StringComparison.Ordinal);
        Assert.Matches("due in (29|30) minutes", risk);
        Assert.DoesNotContain("Mend the roof", running, StringComparison.Ordinal);
        Assert.Contains("Buy 12 ships", running, StringComparison.Ordinal);
        Assert.DoesNotContain("Paint the door", running, StringComparison.Ordinal);
        Assert.Contains("Paint the door", finished, StringComparison.Ordinal);
    }

    private static Escalated Asked(WorkflowId workflow, string name, string role, EscalationKind kind, params string[] choices) => new(
        PrefixedId.Derive<EscalationId>(workflow.Value, name), kind, null, null, $"What of {name}?", [.. choices], role, null);

    private static string Section(string page, string heading)
    {
        var from = page.IndexOf($"<h2>{heading}</h2>", StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no section '{heading}'.");
        return page[from..page.IndexOf("</section>", from, StringComparison.Ordinal)];
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor, string path)
    {
        using var reply = await visitor.Client.GetAsync(new Uri(path, UriKind.Relative));
        return reply.StatusCode;
    }

    [GeneratedRegex("<(?:article class=\"card[^\"]*\"|li) id=\"([^\"]+)\" data-card")]
    private static partial Regex Cards();

    [GeneratedRegex("<a href=\"(/inbox[?][^\"]+)\" rel=\"next\">")]
    private static partial Regex NextPage();

    [GeneratedRegex("<form method=\"post\".*?</form>|<form class=\"[^\"]*\" (?:id=\"[^\"]*\" )?method=\"post\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input (?![^>]*type=\"hidden\")")]
    private static partial Regex OneLine();

    [GeneratedRegex("<button[^>]*>")]
    private static partial Regex Buttons();
}
