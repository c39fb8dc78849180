using System.Net;
using System.Text.RegularExpressions;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>What people decide by: why they are asked, what is in the way of a goal, and what they are only to know.</summary>
public sealed partial class DecidingPageTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n");
        _workflow = await _api.SubmittedAsync("Track deliveries");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task What_is_only_to_be_known_stands_in_a_line_each_and_is_noted_by_one_press()
    {
        var notes = await FoundAsync(6);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("<h2>For your information</h2>", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Questions to you</h2>", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("<article", inbox, StringComparison.Ordinal);
        Assert.Contains(">Note all 6</button>", inbox, StringComparison.Ordinal);
        Assert.All(notes, n => Assert.Contains($"action=\"/inbox/escalations/{n}\"", inbox, StringComparison.Ordinal));

        // The first page has the first few, and says how many more there are; nothing is settled there that nobody sees.
        var home = await petra.WordsAsync("/");
        Assert.Equal(3, Rows().Count(home));
        Assert.Contains(">And 3 more in the inbox</a>", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Note all", home, StringComparison.Ordinal);

        var (status, _, location) = await petra.SendAsync("/inbox", "/inbox/notes", [.. notes.Select(n => ("id", n.ToString())), ("answer", "noted"), ("back", "/inbox")]);
        Assert.Equal((HttpStatusCode.SeeOther, "/inbox"), (status, location?.ToString()));
        Assert.All(notes, n => Assert.Equal(EscalationState.Noted, Choice(n)));
        Assert.Contains("Nothing waits for you", await petra.WordsAsync("/inbox"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_noted_meanwhile_is_noted_and_what_cannot_be_says_why()
    {
        var notes = await FoundAsync(3);
        var asked = Asked("unmet", "lead", EscalationKind.UnmetGoal, "accept", "retry", "giveUp");
        var others = Asked("others", "cfo", EscalationKind.Finding, "noted");
        await _api.AppendAsync(_workflow, asked, others);
        using var petra = await Visitor.OfAsync(_api, "petra");
        using var omar = await Visitor.OfAsync(_api, "omar");
        await omar.SendAsync("/inbox", $"/inbox/escalations/{notes[0]}", ("answer", "noted"), ("words", "I know."));

        var (status, page, _) = await petra.SendAsync(
            "/inbox", "/inbox/notes", [.. notes.Append(asked.Escalation).Append(others.Escalation).Select(n => ("id", n.ToString())), ("answer", "noted")]);
        var words = WebUtility.HtmlDecode(page);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("3 of 5 were noted. “What of unmet?”: 'answer' must be one of: accept, retry, giveUp. “What of others?”: Only somebody with the role 'cfo' may answer.", words, StringComparison.Ordinal);
        Assert.All(notes, n => Assert.Equal(EscalationState.Noted, Choice(n)));
        Assert.Null(Choice(asked.Escalation));
        Assert.Null(Choice(others.Escalation));

        foreach (var odd in new (string, string)[][] { [("answer", "noted")], [("answer", "accept"), ("id", asked.Escalation.ToString())], [("id", notes[0].ToString()), ("answer", "odd")] })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await petra.SendAsync("/inbox", "/inbox/notes", odd)).Status);
        }
    }

    [Fact]
    public async Task Questions_to_others_stand_in_a_line_each()
    {
        await _api.AppendAsync(_workflow, Asked("unmet", "cfo", EscalationKind.UnmetGoal, "accept", "retry", "giveUp"), Asked("found", "cfo", EscalationKind.Finding, "noted"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("<h2>Waiting for others</h2>", inbox, StringComparison.Ordinal);
        Assert.Equal(2, Rows().Count(inbox));
        Assert.DoesNotContain("<article", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"answer\"", inbox, StringComparison.Ordinal);
        Assert.Contains("The plan runs again, from how things stand by now. What was done stays done.", inbox, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_it_is_asked_is_said_once_and_a_rule_of_which_nothing_is_known_keeps_its_words()
    {
        await _api.AskedAsync(_workflow);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Equal(2, inbox.Split("It is large.").Length);
        Assert.Matches("<li>It is large. <span class=\"rules\"><a href=\"/authority#rule-large\">large</a></span></li>", inbox);
    }

    [Theory]
    [InlineData(EscalationKind.UnmetGoal, 0)]
    [InlineData(EscalationKind.UnknownCall, 0)]
    [InlineData(EscalationKind.BlockedTask, 1)]
    public async Task No_answer_looks_like_the_usual_one_where_each_has_its_price(EscalationKind kind, int usual)
    {
        await _api.AppendAsync(_workflow, Asked("it", "lead", kind, "accept", "retry", "giveUp"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var form = QuestionForm().Match(await petra.WordsAsync("/inbox")).Value;
        Assert.Contains("value=\"giveUp\"", form, StringComparison.Ordinal);
        Assert.Equal(usual, form.Split("class=\"yes\"").Length - 1);
    }

    [Theory]
    [InlineData("The order was refused: helena rejected it: Too much.", "The order was refused: Helena rejected it: Too much.")]
    [InlineData("person:helena gave it up: no.", "Helena gave it up: no.")]
    [InlineData("Accepted as it is by person:helena: so be it.", "Accepted as it is by Helena: so be it.")]
    [InlineData("helena said to try again.", "Helena said to try again.")]
    [InlineData("agent:purchaser could not: helena rejected it.", "purchaser could not: Helena rejected it.")]
    [InlineData("agent:manager asked; user-agent:curl and x-person:helena are no such words.", "the manager asked; user-agent:curl and x-person:helena are no such words.")]
    [InlineData("as many open tasks as they may have at once: helena 1 of 1, olga 2 of 2.", "as many open tasks as they may have at once: Helena 1 of 1, olga 2 of 2.")]
    [InlineData("helena answers instead of having it called.", "Helena answers instead of having it called.")]
    [InlineData("Ask helena who rejected it, or nobody rejected it.", "Ask helena who rejected it, or nobody rejected it.")]
    public void People_are_named_where_the_program_says_what_they_did(string written, string read) =>
        Assert.Equal(read, new PlainWords(id => id == "helena" ? "Helena" : null).Read(written));

    [Fact]
    public async Task What_somebody_asked_for_themselves_is_not_counted_as_theirs_to_decide()
    {
        await _api.AskedAsync(_workflow, seats: [new Seat("operator", 1)]);
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("<title>Inbox", await jana.PageAsync("/inbox"), StringComparison.Ordinal);
        Assert.Contains("Nobody here may fill an open seat.", await jana.WordsAsync("/inbox"), StringComparison.Ordinal);
        await _api.AppendAsync(_workflow, Asked("it", "operator", EscalationKind.BlockedTask, "retry"));
        Assert.Contains("<title>(1) Inbox", await jana.PageAsync("/inbox"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_that_differ_are_not_called_equal_and_none_is_ticked_before_anybody_looked()
    {
        await _api.AskedAsync(_workflow, JsonText.Parse("""{"supplier":"acme","quantity":1}"""), [new Seat("lead", 1)]);
        await _api.AskedAsync(await _api.SubmittedAsync("Buy ink"), JsonText.Parse("""{"supplier":"acme","quantity":900000}"""), [new Seat("lead", 1)]);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var batch = Batch().Match(await petra.WordsAsync("/inbox")).Value;
        Assert.Contains("2 similar calls", batch, StringComparison.Ordinal);
        Assert.Contains("supplier acme, quantity 900000", batch, StringComparison.Ordinal);
        Assert.Contains("written by the agent", batch, StringComparison.Ordinal);
        Assert.DoesNotContain(" checked", batch, StringComparison.Ordinal);

        // Those that are the same are ticked, and what differs from them is not.
        await _api.AskedAsync(await _api.SubmittedAsync("Buy paper"), JsonText.Parse("""{"quantity":1,"supplier":"acme"}"""), [new Seat("lead", 1)]);
        batch = Batch().Match(await petra.WordsAsync("/inbox")).Value;
        Assert.Contains("3 similar calls", batch, StringComparison.Ordinal);
        Assert.Equal(2, batch.Split(" checked").Length - 1);
    }

    [Fact]
    public async Task Where_each_of_several_was_seen_stands_beside_it_and_words_do_not_run_together()
    {
        var goal = await _api.SubmittedAsync("Answer the question of T-1006");
        await _api.AskedAsync(goal, JsonText.Parse("""{"answer":"We will let you know today.","note":"Soon","ticket":"T-1006"}"""), [new Seat("lead", 1)]);
        await _api.AskedAsync(await _api.SubmittedAsync("Answer T-1007"), JsonText.Parse("""{"answer":"Yes.","note":"","ticket":"T-1007"}"""), [new Seat("lead", 1)]);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var batch = Batch().Match(await petra.WordsAsync("/inbox")).Value;
        Assert.Contains("answer We will let you know today. · note Soon <span class=\"from composed\">written by the agent</span></span> <span>ticket T-1006</span>", batch, StringComparison.Ordinal);
        Assert.Contains(">All of it</a>", batch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_is_written_once_whatever_is_decided_and_a_no_needs_one()
    {
        var approval = await _api.AskedAsync(_workflow, seats: [new Seat("lead", 1)]);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var card = DecideForm().Match(await petra.WordsAsync("/inbox")).Value;
        Assert.Single(ReasonField().Matches(card));
        Assert.All((string[])["approve", "edit", "edit-json", "respond"], way => Assert.Matches($"value=\"{way}\"[^>]*formnovalidate", card)); // only a no waits for a reason
        Assert.DoesNotMatch("value=\"reject\"[^>]*formnovalidate", card);

        var (status, page, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("back", "/inbox"), ("form", $"decide-{approval}"), ("decision", "reject"), ("reason", " "));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("id=\"why-not\"", page, StringComparison.Ordinal);
        Assert.Contains("Say why not: whoever asked for it reads the reason.", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await petra.SendAsync("/inbox", "/inbox/batch", ("id", approval.ToString()), ("decision", "reject"))).Status);
        var state = await _api.Get<IWorkflowOutside>().ReadAsync(_workflow, CancellationToken.None);
        Assert.Null(state!.Approvals[approval].Verdict);
        Assert.Equal(HttpStatusCode.SeeOther, (await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("decision", "reject"), ("reason", "Too dear."))).Status);
    }

    [Fact]
    public async Task A_line_of_a_list_is_edited_in_a_line_and_each_field_says_which_it_is_of()
    {
        var approval = await _api.AskedAsync(_workflow, JsonText.Parse("""{"supplier":"acme","lines":[{"quantity":24,"unitPrice":310},{"quantity":20,"unitPrice":248}]}"""), [new Seat("lead", 1)]);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var page = await petra.WordsAsync("/inbox");
        Assert.Equal(3, page.Split("<div class=\"line\">").Length);
        Assert.Contains($"<label for=\"{approval}/lines/1/unitPrice\"><span class=\"hidden\">lines 2 </span>unit price</label>", page, StringComparison.Ordinal);
        Assert.Matches("<td class=\"number\" data-label=\"unit price\">248\\s*</td>", page);
        Assert.Contains("<span>quantity, unit price <span class=\"from composed\">written by the agent</span></span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("lines[", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_decide_is_said_as_it_is_by_now()
    {
        var (call, approval, end) = (PrefixedId.Derive<CallId>(_workflow.Value, "climbing"), PrefixedId.Derive<ApprovalId>(_workflow.Value, "climbing"), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await _api.AppendAsync(
            _workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                approval, call, null, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["large"], [], "It is large.", [new Seat("lead", 1)], ["jana"], end,
                new ApprovalLadder(null, null, end.AddDays(-1), [new SeatEscalation("lead", "cfo")])));
        using var petra = await Visitor.OfAsync(_api, "petra");
        Assert.Contains("Petra, Omar can decide.", await petra.WordsAsync("/inbox"), StringComparison.Ordinal);
        await _api.AppendAsync(_workflow, new ApprovalEscalated(approval, "cfo"));
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("Petra, Omar, Helena can decide.", inbox, StringComparison.Ordinal);
        Assert.Contains("cfo may sit for lead", inbox, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 61000, 5000, "61,000 EUR of 5,000 EUR a day for acme", "0 8.2 91.8 8.2")]
    [InlineData(12000, 1000, 50000, "12,000 EUR used and 1,000 EUR more, of 50,000 EUR a day for acme", "24 2 0 100")]
    [InlineData(60000, 20000, 40000, "60,000 EUR used and 20,000 EUR more, of 40,000 EUR a day for acme", "75 0 25 50")]
    [InlineData(0, 12.5, 0, "12.50 EUR of 0 EUR a day for acme", "0 0 100 0")]
    [InlineData(0, 0, 100, "0 EUR of 100 EUR a day for acme", "0 0 0 100")]
    public void A_budget_is_drawn_as_what_is_used_what_this_call_takes_and_where_the_limit_is(double used, double wanted, double cap, string words, string drawn)
    {
        var stand = new BudgetStand("per-supplier", "In words.") { Cap = new Amounts(Money: (decimal)cap), Used = new Amounts(Money: (decimal)used), Span = "a day for acme" };
        var bar = BudgetBar.Of(stand, (decimal)wanted, "EUR")!;
        Assert.Equal((words, drawn), (bar.Words, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bar.Used:0.##} {bar.Within:0.##} {bar.Over:0.##} {bar.Limit:0.##}")));
        Assert.True(bar.Used + bar.Within + bar.Over <= BudgetBar.Width);
    }

    [Fact]
    public void A_budget_of_several_things_is_not_drawn_and_one_without_bounds_can_be()
    {
        Assert.Null(BudgetBar.Of(new BudgetStand("b", "In words.") { Cap = new Amounts(Money: 5, ToolCalls: 2) }, 1, "EUR"));
        Assert.Null(BudgetBar.Of(new BudgetStand("b", "In words.") { Cap = new Amounts(Tokens: 5) }, 1, "EUR"));
        Assert.Equal("1 used and 1 more, of 2 calls for one goal", BudgetBar.Of(new BudgetStand("b", "In words.") { Cap = new Amounts(ToolCalls: 2), Used = new Amounts(ToolCalls: 1), Span = "for one goal" }, null, "EUR")!.Words);
        var endless = BudgetBar.Of(new BudgetStand("b", "In words.") { Cap = new Amounts(Money: decimal.MaxValue), Used = new Amounts(Money: decimal.MaxValue) }, decimal.MaxValue, "EUR")!;
        Assert.Equal((50m, 0m, 50m, 50m), (endless.Used, endless.Within, endless.Over, endless.Limit));
    }

    [Theory]
    [InlineData(1, "1st", "once")]
    [InlineData(2, "2nd", "2 times")]
    [InlineData(3, "3rd", "3 times")]
    [InlineData(4, "4th", "4 times")]
    [InlineData(11, "11th", "11 times")]
    [InlineData(22, "22nd", "22 times")]
    [InlineData(113, "113th", "113 times")]
    public void How_often_and_for_which_time_are_said_as_people_say_them(int number, string ordinal, string times) =>
        Assert.Equal((ordinal, times), (Written.Ordinal(number), Written.Times(number)));

    private async Task<IReadOnlyList<EscalationId>> FoundAsync(int count)
    {
        var found = Enumerable.Range(0, count).Select(i => Asked($"q{i}", "lead", EscalationKind.Finding, "noted")).ToList();
        await _api.AppendAsync(_workflow, [.. found]);
        return [.. found.Select(f => f.Escalation)];
    }

    private string? Choice(EscalationId id) => _api.Get<IWorkflowOutside>().ReadAsync(_workflow, CancellationToken.None).GetAwaiter().GetResult()!.Escalations[id].Choice;

    private Escalated Asked(string name, string role, EscalationKind kind, params string[] choices) => new(
        PrefixedId.Derive<EscalationId>(_workflow.Value, name), kind, null, null, $"What of {name}?", [.. choices], role, null);

    [GeneratedRegex("<header><h2>[^<]*calls:.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Batch();

    [GeneratedRegex("<form method=\"post\" action=\"/inbox/approvals/.*?</form>", RegexOptions.Singleline)]
    private static partial Regex DecideForm();

    [GeneratedRegex("name=\"reason\"")]
    private static partial Regex ReasonField();

    [GeneratedRegex("<li id=\"es_[^\"]+\" data-card")]
    private static partial Regex Rows();

    [GeneratedRegex("<form method=\"post\" action=\"/inbox/escalations/.*?</form>", RegexOptions.Singleline)]
    private static partial Regex QuestionForm();
}
