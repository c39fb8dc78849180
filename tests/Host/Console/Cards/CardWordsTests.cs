using System.Net;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>What a card says beside the call: what holds it, what came of a decision, and which of several alike it is.</summary>
public sealed class CardWordsTests : IAsyncLifetime
{
    private static readonly Seat[] Lead = [new("lead", 1)];

    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n");
        _workflow = await _api.SubmittedAsync("Buy pens");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Whoever_decides_is_told_who_paused_the_workflow_and_why()
    {
        await _api.AskedAsync(_workflow, seats: Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        Assert.DoesNotContain("A yes is kept", await petra.PageAsync("/inbox"), StringComparison.Ordinal);
        await _api.Get<WorkflowDesk>().PauseAsync(_workflow, "Stock-taking.", "jana", CancellationToken.None);
        foreach (var place in (string[])["/inbox", $"/workflows/{_workflow}"])
        {
            Assert.Contains("Paused by Jana: Stock-taking. A yes is kept until it goes on.", await petra.WordsAsync(place), StringComparison.Ordinal);
        }

        await _api.Get<WorkflowDesk>().ResumeAsync(_workflow, "jana", CancellationToken.None);
        Assert.DoesNotContain("A yes is kept", await petra.PageAsync("/inbox"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workflow", "WF", "Suspended by Jana: Odd orders. A yes is kept until it goes on.")]
    [InlineData("agent", "purchaser", "The agent purchaser: Suspended by Jana: Odd orders. A yes is kept until it goes on.")]
    [InlineData("all", "*", "Everything here: Suspended by Jana: Odd orders. A yes is kept until it goes on.")]
    [InlineData("tool", "erp.order", "erp.order: Suspended by Jana: Odd orders. Unless that is lifted first, a call with your yes is refused.")]
    public void Whoever_decides_is_told_what_is_suspended_and_whether_a_yes_is_kept(string kind, string name, string words)
    {
        var state = new WorkflowState { Id = _workflow, Status = WorkflowStatus.Paused, PausedBy = new PrivateText("petra", "Later.") };
        var stop = new Suspension(kind, name.Replace("WF", _workflow.ToString(), StringComparison.Ordinal), new PrivateText("jana", "Odd orders."), Actor.Person("jana"), DateTimeOffset.UnixEpoch);
        var company = CompanyState.Empty with { Suspensions = CompanyState.Empty.Suspensions.Add(stop.Key, stop) };
        var asked = new ApprovalRequested(
            PrefixedId.Derive<ApprovalId>(Guid.Empty, "a"), PrefixedId.Derive<CallId>(Guid.Empty, "c"), null, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", [], [], "Large.", [], [], DateTimeOffset.UnixEpoch);
        Assert.Equal(words, HoldWords.Of(state, asked, company, _ => "Jana"));
    }

    [Fact]
    public async Task What_came_of_a_decision_is_said_once_on_the_page_that_follows_and_nobody_else_can_have_it_said()
    {
        var approval = await _api.AskedAsync(_workflow);
        var other = await _api.AskedAsync(await _api.SubmittedAsync("Buy ink"), seats: Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var (status, _, location) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("back", "/inbox"), ("decision", "approve"));
        Assert.Equal((HttpStatusCode.SeeOther, "/inbox"), (status, location?.ToString()));
        Assert.Contains(">Approved. The cfo must still agree.</p>", await petra.PageAsync("/inbox"), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"done\"", await petra.PageAsync("/inbox"), StringComparison.Ordinal);
        await petra.SendAsync("/inbox", $"/inbox/approvals/{other}", ("back", "/inbox"), ("decision", "reject"), ("reason", "Too dear."));
        Assert.Contains(">Rejected.</p>", await petra.PageAsync("/inbox"), StringComparison.Ordinal);

        // Neither by an address nor by a cookie that was not sealed here, or for somebody else.
        Assert.DoesNotContain("id=\"done\"", await petra.PageAsync("/inbox?done=Pay+it"), StringComparison.Ordinal);
        var cookie = "aimanager-done" + _api.Get<SessionKeys>().Mark;
        using var helena = await Visitor.OfAsync(_api, "helena");
        var sealing = Microsoft.AspNetCore.DataProtection.DataProtectionCommonExtensions.CreateProtector(_api.Get<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>(), "what came of a form");
        var until = TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds();
        foreach (var seal in (string[])["Pay it", Seal($"petra\n{until}\nPay it"), Seal($"helena\n{until - 100}\nPay it")])
        {
            using var asking = new HttpRequestMessage(HttpMethod.Get, "/inbox");
            asking.Headers.Add("Cookie", $"{cookie}={seal}");
            using var reply = await helena.Client.SendAsync(asking);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            Assert.DoesNotContain("Pay it", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        string Seal(string words) => Microsoft.AspNetCore.DataProtection.DataProtectionCommonExtensions.Protect(sealing, words);
    }

    [Fact]
    public async Task Of_several_that_are_decided_together_it_is_said_how_many()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await _api.AskedAsync(await _api.SubmittedAsync($"Buy {i} pens"), Wanted(i))).ToString());
        }

        using var petra = await Visitor.OfAsync(_api, "petra");
        await petra.SendAsync("/inbox", "/inbox/batch", [.. ids.Select(i => ("id", i)), ("decision", "approve"), ("back", "/inbox")]);
        Assert.Contains(">3 approved. The cfo must still agree.</p>", await petra.PageAsync("/inbox"), StringComparison.Ordinal);
        static JsonText Wanted(int i) => JsonText.Parse($$"""{"pens":{{i}}}""");
    }

    [Fact]
    public async Task What_the_agent_wrote_is_not_said_to_be_what_somebody_wrote_who_came_too_late()
    {
        var approval = await _api.AskedAsync(_workflow, JsonText.Parse("""{"customer":"c26","lines":[{"sku":"A-1","quantity":7}]}"""), Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("decision", "reject"), ("reason", "No."));
        var json = Written.Json(JsonText.Parse("""{"customer":"c26","lines":[{"sku":"A-1","quantity":7}]}""")).ReplaceLineEndings("\r\n");
        (string, string)[] untouched = [("back", "/inbox"), ("form", $"decide-{approval}"), ("decision", "approve"), ("arg:/customer", "c26"), ("arg:/lines/0/sku", "A-1"), ("json", json)];
        var (status, page, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", [.. untouched, ("arg:/lines/0/quantity", "7")]);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.DoesNotContain("What you wrote", page, StringComparison.Ordinal);

        (_, page, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", [.. untouched, ("arg:/lines/0/quantity", "5"), ("reason", "Fewer")]);
        Assert.Contains("<dt>lines 1 quantity</dt><dd class=\"said\">5</dd><dt>reason</dt><dd class=\"said\">Fewer</dd></dl>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<dd class=\"said\">c26", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_values_is_one_row_of_which_the_first_ten_are_shown()
    {
        var tickets = string.Join(',', Enumerable.Range(1101, 12).Select(n => $"\"T-{n}\""));
        var approval = await _api.AskedAsync(_workflow, JsonText.Parse($$"""{"batch":"b-1","tickets":[{{tickets}}]}"""), Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var page = await petra.WordsAsync("/inbox");
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, "<th scope=\"row\">tickets</th>"));
        Assert.Contains("12: T-1101, T-1102, ", page, StringComparison.Ordinal);
        Assert.Contains("And 2 more</summary><p>T-1111, T-1112</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("tickets[0]", page, StringComparison.Ordinal);
        Assert.Contains("<legend>tickets</legend>", page, StringComparison.Ordinal);
        Assert.Contains("name=\"arg:/tickets/11\" value=\"T-1112\"", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"{approval}/tickets/0\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_is_sent_is_hidden_on_a_card_by_its_name_or_by_signs_that_are_not_seen()
    {
        var workflow = await _api.SubmittedAsync("Pay \u202E001 EUR");
        await _api.AskedAsync(workflow, JsonText.Parse("""{"filter":{},"ids":[],"lines":[{"quantity":5}],"lines[0].quantity":1000000,"to":"ac\u200Bme"}"""), Lead);
        await _api.AppendAsync(workflow, new Escalated(PrefixedId.Derive<EscalationId>(workflow.Value, "odd"), EscalationKind.BlockedTask, null, null, "Is it \u2066him?", ["retry"], "lead", null));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var page = await petra.WordsAsync("/inbox");
        Assert.Contains("<th scope=\"row\">filter</th>", page, StringComparison.Ordinal);
        Assert.Contains("<em class=\"quiet\">nothing in it</em>", page, StringComparison.Ordinal);
        Assert.Contains("<em class=\"quiet\">an empty list</em>", page, StringComparison.Ordinal);
        Assert.Matches("<th scope=\"row\">“lines.0..quantity”</th>\\s*<td>1000000</td>", page);
        Assert.Contains("<td>ac⟨U+200B⟩me</td>", page, StringComparison.Ordinal);
        Assert.Contains("Is it ⟨U+2066⟩him?", page, StringComparison.Ordinal);
        Assert.Contains("Pay ⟨U+202E⟩001 EUR", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', page);
        Assert.DoesNotContain('\u2066', page);
    }

    [Fact]
    public async Task Cards_of_others_and_questions_to_others_are_told_from_those_of_their_kind()
    {
        await _api.AskedAsync(_workflow, JsonText.Parse("""{"ticket":"T-1006"}"""), [new Seat("cfo", 1)]);
        string Found(string what) => $"{what} {new string('x', 160)}";
        await _api.AppendAsync(
            _workflow,
            [.. new[] { "Quotes differ", "Prices rose" }.Select(w => new Escalated(PrefixedId.Derive<EscalationId>(_workflow.Value, w), EscalationKind.Finding, null, null, Found(w), ["noted"], "cfo", null))]);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var page = await petra.WordsAsync("/inbox");
        Assert.Contains(">What would be sent, and why it is asked: ticket T-1006</summary>", page, StringComparison.Ordinal);
        Assert.Matches("<span id=\"h-[^\"]+\">Quotes differ x+…</span>", page);
        Assert.Matches("<span id=\"h-[^\"]+\">Prices rose x+…</span>", page);
        Assert.DoesNotContain("Something was found", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_cannot_be_read_is_said_at_its_field()
    {
        var approval = await _api.AskedAsync(_workflow, JsonText.Parse("""{"supplier":"acme","total":12}"""), Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var (_, page, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("back", "/inbox"), ("form", $"decide-{approval}"), ("decision", "edit"), ("arg:/supplier", "acme"), ("arg:/total", "abc"));
        Assert.Contains($"value=\"abc\" inputmode=\"decimal\" autocomplete=\"off\" aria-invalid=\"true\" aria-describedby=\"{approval}/total-fault\"", page, StringComparison.Ordinal);
        Assert.Contains($"<p class=\"at-fault\" id=\"{approval}/total-fault\">", page, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, "aria-invalid"));
    }
}
