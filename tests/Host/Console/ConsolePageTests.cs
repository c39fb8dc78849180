using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>The console as a browser without a script asks for it.</summary>
public sealed partial class ConsolePageTests : IAsyncLifetime
{
    private const string Hostile = "<script>alert(1)</script> & \"pens\"";
    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public static TheoryData<string> Pages => [.. (string[])["/", "/inbox", "/workflows", "/workflows/WF", "/workflows/WF/timeline?zoom=all", "/workflows/WF/timeline?zoom=raw", "/authority", "/audit", "/tools", "/people", "/monitors", "/jobs", "/knowledge", "/knowledge?q=pens", "/authority/draft", "/insights", "/webhooks", "/keys", "/audit?person=jana"]];

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _workflow = await _api.SubmittedAsync(Hostile);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_whole_without_a_script_and_holds_nothing_that_the_policy_of_its_content_forbids(string path)
    {
        await _api.AskedAsync(_workflow);
        using var jana = await BrowserAsync("jana");
        using var reply = await jana.GetAsync(At(path));
        var page = await reply.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("text/html", reply.Content.Headers.ContentType?.MediaType);
        Assert.Single(Regex.Matches(page, "<h1[ >]"));
        Assert.Single(Regex.Matches(page, "<script")); // its own, by address
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)<[^>]+ on[a-z]+=", page);
        Assert.DoesNotContain("<b>acme", page, StringComparison.Ordinal);
        Assert.All(LabelFor().Matches(page).Select(m => m.Groups[1].Value), id => Assert.Contains($" id=\"{id}\"", page, StringComparison.Ordinal));
        var labelled = LabelFor().Matches(page).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.All(Fields().Matches(page).Select(m => m.Value).Where(f => !f.Contains("type=\"hidden\"", StringComparison.Ordinal)), field =>
            Assert.Contains(Id().Match(field).Groups[1].Value, labelled));
        Assert.Equal(Id().Matches(page).Select(m => m.Groups[1].Value).Distinct().Count(), Id().Count(page));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Nobody_sees_a_page_who_is_not_signed_in(string path)
    {
        using var stranger = _api.Stranger();
        stranger.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var reply = await stranger.GetAsync(At(path));
        var page = await reply.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
        Assert.Contains("Open the printed link", page, StringComparison.Ordinal);
        Assert.DoesNotContain("pens", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_is_a_page_for_a_browser_and_a_problem_for_a_program()
    {
        using var jana = await BrowserAsync("jana");
        foreach (var path in (string[])["/nothing", "/workflows/wf_00000000000000000000000000", "/workflows/odd"])
        {
            using var page = await jana.GetAsync(At(path));
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            Assert.Contains("<h1>There is nothing here</h1>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var odd = await jana.GetAsync(At("/workflows?cursor=odd"));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
        using var api = await jana.GetAsync(At("/api/workflows/wf_00000000000000000000000000"));
        await api.ProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_key_signs_its_person_in_and_the_session_ends_when_it_is_revoked()
    {
        var key = await _api.Get<KeyDesk>().CreateAsync("petra", [Permission.Read], null, Actor.System, CancellationToken.None);
        using var petra = Anonymous();
        var first = await PageAsync(petra, "/");
        using var forged = await petra.PostAsync(At("/sign-in"), Form(("key", key.Write())));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var wrong = await petra.PostAsync(At("/sign-in"), Form(("key", ApiKey.New().Write()), Token(first)));
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        using var signedIn = await petra.PostAsync(At("/sign-in"), Form(("key", key.Write()), Token(first)));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);

        var home = await PageAsync(petra, "/");
        Assert.Contains("Hello Petra", home, StringComparison.Ordinal);
        Assert.DoesNotContain("What do you want to achieve", home, StringComparison.Ordinal);
        Assert.DoesNotContain("look-as", home, StringComparison.Ordinal);
        using var submit = await petra.PostAsync(At("/inbox/goals"), Form(("goal", "x"), Token(home)));
        Assert.Equal(HttpStatusCode.Forbidden, submit.StatusCode);

        Assert.True(await _api.Get<KeyDesk>().RevokeAsync(key.Id, Actor.System, null, CancellationToken.None));
        using var after = await petra.GetAsync(At("/inbox"));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Looking_as_somebody_else_takes_a_company_that_allows_it_and_is_recorded()
    {
        using var jana = await BrowserAsync("jana");
        using var refused = await jana.PostAsync(At("/sign-in/as"), Form(("person", "petra"), Token(await PageAsync(jana, "/"))));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        await using var sample = await ApiUnderTest.StartAsync("allowLocalStandIn: true\n");
        var workflow = await sample.SubmittedAsync();
        var approval = await sample.AskedAsync(workflow);
        using var owner = await sample.BrowserAsync("jana");
        using var changed = await owner.PostAsync(At("/sign-in/as"), Form(("person", "petra"), ("back", "//evil.example/"), Token(await owner.GetStringAsync(At("/")))));
        Assert.Equal("/", changed.Headers.Location?.ToString());
        var inbox = await owner.GetStringAsync(At("/inbox"));
        Assert.Contains("Petra", inbox, StringComparison.Ordinal);
        using var decided = await owner.PostAsync(At($"/inbox/approvals/{approval}"), Form(("decision", "approve"), ("back", "/inbox"), Token(inbox)));
        Assert.Equal(HttpStatusCode.SeeOther, decided.StatusCode);
        var state = await sample.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None);
        Assert.Equal(("petra", Caller.LocalConsole), state!.Approvals[approval].Filled.Select(f => (f.By, f.Via)).Single());
    }

    [Fact]
    public async Task The_inbox_shows_who_can_decide_and_takes_a_no_with_its_reason()
    {
        var approval = await _api.AskedAsync(_workflow);
        using var jana = await BrowserAsync("jana");
        var hers = await PageAsync(jana, "/inbox");
        Assert.Contains("What stands below waits for others", hers, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"approve\"", hers, StringComparison.Ordinal);

        using var petra = await BrowserAsync("petra");
        var page = await PageAsync(petra, "/inbox");
        Assert.Contains("(1) Inbox", page, StringComparison.Ordinal);
        Assert.Contains("written by the agent", page, StringComparison.Ordinal);
        Assert.Contains("Petra, Omar, Helena can decide.", page, StringComparison.Ordinal);
        using var odd = await petra.PostAsync(At($"/inbox/approvals/{approval}"), Form(("decision", "maybe"), Token(page)));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
        using var no = await petra.PostAsync(At($"/inbox/approvals/{approval}"), Form(("decision", "reject"), ("reason", "Too dear."), Token(page)));
        Assert.Equal("/inbox", no.Headers.Location?.ToString());
        using var late = await petra.PostAsync(At($"/inbox/approvals/{approval}"), Form(("decision", "approve"), Token(page)));
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("It is decided already: rejected by Petra.", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Rejected: Too dear.", await PageAsync(petra, $"/workflows/{_workflow}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_instead_of_the_call_needs_words()
    {
        var approval = await _api.AskedAsync(_workflow);
        using var petra = await BrowserAsync("petra");
        var page = await PageAsync(petra, "/inbox");
        using var empty = await petra.PostAsync(At($"/inbox/approvals/{approval}"), Form(("decision", "respond"), Token(page)));
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        using var said = await petra.PostAsync(At($"/inbox/approvals/{approval}"), Form(("decision", "respond"), ("instead", "Ask again on Monday."), Token(page)));
        Assert.Equal(HttpStatusCode.SeeOther, said.StatusCode);
        var state = await _api.Get<IWorkflowOutside>().ReadAsync(_workflow, CancellationToken.None);
        Assert.Equal(ApprovalVerdict.Responded, state!.Approvals[approval].Verdict);
    }

    [Fact]
    public async Task Equal_calls_are_settled_together_but_for_those_that_are_left_out()
    {
        var others = new[] { await _api.SubmittedAsync("Buy ink"), await _api.SubmittedAsync("Buy paper") };
        var (first, second, third) = (await _api.AskedAsync(_workflow), await _api.AskedAsync(others[0]), await _api.AskedAsync(others[1]));
        using var petra = await BrowserAsync("petra");
        var page = await PageAsync(petra, "/inbox");
        Assert.Contains("3 equal calls", page, StringComparison.Ordinal);
        using var none = await petra.PostAsync(At("/inbox/batch"), Form(("decision", "approve"), Token(page)));
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        using var both = await petra.PostAsync(At("/inbox/batch"), Form(("id", first.ToString()), ("id", second.ToString()), ("decision", "reject"), ("reason", "Not now."), Token(page)));
        Assert.Equal(HttpStatusCode.SeeOther, both.StatusCode);
        var rest = await PageAsync(petra, "/inbox");
        Assert.Contains($"/inbox/approvals/{third}", rest, StringComparison.Ordinal);
        Assert.DoesNotContain($"/inbox/approvals/{first}", rest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/inbox", "/inbox")]
    [InlineData("/workflows?q=a%20b", "/workflows?q=a%20b")]
    [InlineData("//evil.example", null)]
    [InlineData("/\\evil.example", null)]
    [InlineData("/a\\b", null)]
    [InlineData("/\t/evil.example", null)]
    [InlineData("/a\r\nSet-Cookie: x=y", null)]
    [InlineData("https://evil.example/", null)]
    [InlineData("/inbox?\u00e9", null)]
    [InlineData("", null)]
    public void A_form_leads_back_to_a_place_of_this_console_only(string wanted, string? taken) => Assert.Equal(taken is not null, PageReply.IsHere(wanted));

    [Fact]
    public async Task A_goal_is_said_steered_and_stopped_with_forms()
    {
        using var jana = await BrowserAsync("jana");
        var home = await PageAsync(jana, "/");
        using var empty = await jana.PostAsync(At("/inbox/goals"), Form(("goal", " "), Token(home)));
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Contains("The goal is empty.", await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var taken = await jana.PostAsync(At("/inbox/goals"), Form(("goal", "Buy chairs"), Token(home)));
        var address = taken.Headers.Location!.ToString();
        foreach (var (what, words, shown) in new[] { ("say", "Only wooden ones.", "Only wooden ones."), ("pause", "Lunch", "Paused. Lunch"), ("resume", "", "Go on."), ("cancel", "Enough", "Cancelled. Enough") })
        {
            using var done = await jana.PostAsync(At(address), Form(("do", what), ("words", words), Token(await PageAsync(jana, "/"))));
            Assert.Equal(what == "say" ? address + "#say-it" : address, done.Headers.Location?.ToString());
            Assert.Contains(shown, await PageAsync(jana, address), StringComparison.Ordinal);
        }

        using var over = await jana.PostAsync(At(address), Form(("do", "cancel"), Token(home)));
        Assert.Equal(HttpStatusCode.Conflict, over.StatusCode);
    }

    [Fact]
    public async Task A_workflow_joins_another_by_a_form_and_the_other_is_shown()
    {
        using var jana = await BrowserAsync("jana");
        var (other, home) = (await _api.SubmittedAsync("Buy chairs"), await PageAsync(jana, "/"));
        using var nowhere = await jana.PostAsync(At("/workflows/WF"), Form(("do", "join"), ("words", "somewhere"), Token(home)));
        Assert.Equal(HttpStatusCode.Conflict, nowhere.StatusCode);
        Assert.Contains("named by its id", await nowhere.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var joined = await jana.PostAsync(At("/workflows/WF"), Form(("do", "join"), ("words", $" {other} "), Token(home)));
        Assert.Equal($"/workflows/{other}", joined.Headers.Location?.ToString());
        Assert.Contains("was joined to this workflow", await PageAsync(jana, $"/workflows/{other}"), StringComparison.Ordinal);
        Assert.Contains($"href=\"/workflows/{other}\"", await PageAsync(jana, $"/workflows/{_workflow}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_page_is_told_what_changed_and_only_that()
    {
        using var jana = await BrowserAsync("jana");
        using var stream = new StreamReader(await jana.GetStreamAsync(At($"/workflows/{_workflow}/live")));
        var first = await PartsAsync(stream, until: "id=\"inbox-count\"");
        Assert.Contains("id=\"now\"", first, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", first, StringComparison.Ordinal);
        await _api.AskedAsync(_workflow);
        var second = await PartsAsync(stream, until: "wants order (");
        Assert.Contains("id=\"asks\"", second, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"spend\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decisions_are_found_by_what_somebody_looks_for_and_the_journal_is_verified()
    {
        await _api.AskedAsync(_workflow);
        using var jana = await BrowserAsync("jana");
        foreach (var (query, isThere) in new[] { ("", true), ("?agent=purchaser&tool=ORDER&rule=large&verdict=ask", true), ($"?workflow={_workflow}", true), ("?rule=other", false), ("?person=petra", false), ("?from=2100-01-01", false) })
        {
            Assert.Equal(isThere, (await PageAsync(jana, "/audit" + query)).Contains("It is large.", StringComparison.Ordinal));
        }

        using var verified = await jana.PostAsync(At("/audit/verify"), Form(Token(await PageAsync(jana, "/audit"))));
        Assert.Equal("/audit#verified", verified.Headers.Location?.ToString());
        await _api.Get<VerifyDesk>().Begin("jana"); // as long as the first run goes on, this is it
        Assert.Contains("every hash, chain and list agrees", await PageAsync(jana, "/audit"), StringComparison.Ordinal);
        using var odd = await jana.GetAsync(At("/audit?workflow=odd"));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
    }

    [Fact]
    public async Task A_stop_is_shown_where_it_holds_and_lifted_there()
    {
        using var jana = await BrowserAsync("jana");
        using var stopped = await jana.PostAsync(At("/suspensions"), Form(("kind", "all"), ("name", "*"), ("reason", "Fire drill"), ("do", "suspend"), ("back", "/tools"), Token(await PageAsync(jana, "/tools"))));
        Assert.Equal("/tools", stopped.Headers.Location?.ToString());
        var page = await PageAsync(jana, "/tools");
        Assert.Contains("Fire drill", page, StringComparison.Ordinal);
        using var petra = await BrowserAsync("petra");
        using var refused = await petra.PostAsync(At("/suspensions"), Form(("kind", "all"), ("name", "*"), ("do", "lift"), Token(await PageAsync(petra, "/tools"))));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var lifted = await jana.PostAsync(At("/suspensions"), Form(("kind", "all"), ("name", "*"), ("do", "lift"), Token(page)));
        Assert.Contains("Nothing is suspended.", await PageAsync(jana, "/tools"), StringComparison.Ordinal);
    }

    private Uri At(string path) => new(path.Replace("WF", _workflow.ToString(), StringComparison.Ordinal), UriKind.Relative);

    private HttpClient Anonymous()
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _api.Url };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    private async Task<HttpClient> BrowserAsync(string person)
    {
        var client = await _api.BrowserAsync(person);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    /// <summary>A page, whatever its status: the sign-in page is 401.</summary>
    private async Task<string> PageAsync(HttpClient client, string path)
    {
        using var reply = await client.GetAsync(At(path));
        return await reply.Content.ReadAsStringAsync();
    }

    private static async Task<string> PartsAsync(StreamReader stream, string until)
    {
        var seen = new System.Text.StringBuilder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!seen.ToString().Contains(until, StringComparison.Ordinal))
        {
            seen.AppendLine(await stream.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException(seen.ToString()));
        }

        return seen.ToString();
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    private static (string Name, string Value) Token(string page) => ("__RequestVerificationToken", TokenField().Match(page).Groups[1].Value);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();

    [GeneratedRegex("<label[^>]* for=\"([^\"]+)\"")]
    private static partial Regex LabelFor();

    [GeneratedRegex("<(input|textarea|select)[^>]*>")]
    private static partial Regex Fields();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Id();
}
