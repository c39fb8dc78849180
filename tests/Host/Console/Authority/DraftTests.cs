using System.Net;

namespace AiManager.Host.Tests;

/// <summary>Drafting a change of the policy: the rule that a switch stands for, what the page says of it, and that nothing of it comes into force.</summary>
public sealed class DraftTests : IAsyncLifetime
{
    private static readonly (string Name, string Value)[] Cell = [("agent", "buyer"), ("tool", "erp.order"), ("role", "lead")];

    private ApiUnderTest _api = null!;
    private Visitor _petra = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\n", ("tools.yaml", ControlledCompany.Tools), ("agents/buyer.md", ControlledCompany.Buyer), ("authority.yaml", ControlledCompany.Authority(100)));
        _petra = await Visitor.OfAsync(_api, "petra");
    }

    public async Task DisposeAsync()
    {
        _petra.Dispose();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("rules:\n  - id: a\n", "rules:\n  - id: x\n    effect: deny\n    agents: [\"b\"]\n    tools: [erp.order]\n  - id: a\n")]
    [InlineData("rules: # mine\n\n# first\n- id: a", "rules: # mine\n- id: x\n  effect: deny\n  agents: [\"b\"]\n  tools: [erp.order]\n\n# first\n- id: a")]
    [InlineData("version: 1\nrules: []\nbudgets: []", "version: 1\nrules:\n  - id: x\n    effect: deny\n    agents: [\"b\"]\n    tools: [erp.order]\nbudgets: []")]
    [InlineData("rules: [ { id: a } ]", null)]
    [InlineData("version: 1", null)]
    public void A_rule_is_put_in_front_of_the_others_as_they_are_indented(string policy, string? expected) =>
        Assert.Equal(expected, DraftRule.Put(policy, DraftRule.Write("x", "b", "erp.order", Effect.Deny, "lead", "").Replace("id: \"x\"", "id: x", StringComparison.Ordinal)));

    [Fact]
    public async Task What_was_chosen_and_written_for_a_rule_stays_when_it_cannot_be_written()
    {
        var (status, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", ("do", "rule"), ("agent", "nobody"), ("tool", "nothing"), ("effect", "deny"), ("role", "cfo"), ("reason", "As ever"), ("text", "version: 1\n"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("value=\"As ever\"", page, StringComparison.Ordinal);
        Assert.Matches("<option selected[^>]*>cfo</option>", page);
        Assert.Matches("value=\"deny\" checked", page);
    }

    [Fact]
    public async Task A_long_question_about_a_call_is_asked_by_a_form_and_too_long_a_one_is_not_lost()
    {
        var words = new string('ž', 3900);
        var (status, page, _) = await _petra.SendAsync("/authority", "/authority", ("agent", "purchaser"), ("tool", "erp.order"), ("arguments", $"{{\"supplier\":\"{words}\"}}"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(words, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        (_, page, _) = await _petra.SendAsync("/authority", "/authority", ("agent", "purchaser"), ("tool", "erp.order"), ("arguments", words + words));
        Assert.Contains("at most 4000 characters", page, StringComparison.Ordinal);
        Assert.Contains(words + words, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_has_an_id_of_its_own_and_no_word_of_it_is_more_than_a_word()
    {
        Assert.Equal("buyer-erp-order-ask", DraftRule.IdFor("buyer", "erp.order", Effect.Ask, "rules: [ { id: other } ]"));
        Assert.Equal("buyer-erp-order-ask-2", DraftRule.IdFor("buyer", "erp.order", Effect.Ask, "- id: buyer-erp-order-ask\n- {\"id\":\"buyer-erp-order-ask-3\"}"));
        Assert.EndsWith("  approvers: { role: \"no\" }\n  reason: \"a: b \\u0022c\\u0022\\n- id: d\"", DraftRule.Write("a-b", "no", "erp.order", Effect.Ask, "no", "a: b \"c\"\n- id: d"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_switch_writes_a_rule_and_says_which_permissions_change_and_which_tests_fail()
    {
        var before = await InForceAsync();
        var (status, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(100)), ("effect", "deny"), ("reason", "Audit <b>now</b>"), ("do", "rule")]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("- id: buyer-erp-order-deny", page, StringComparison.Ordinal);
        Assert.Contains("lets nothing more through", page, StringComparison.Ordinal);
        Assert.Contains("one permission changes", page, StringComparison.Ordinal);
        Assert.Contains("0 of 2 tests", page, StringComparison.Ordinal);
        Assert.Contains("<span>within</span>", page, StringComparison.Ordinal);
        Assert.Contains("expects allow, and gets deny: Audit &lt;b&gt;now&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("activate --as petra", page, StringComparison.Ordinal);
        Assert.Equal(before, await InForceAsync());
    }

    [Fact]
    public async Task A_text_that_lets_more_through_says_so_with_an_example_and_what_has_no_example()
    {
        var (_, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(500, "  - { id: free, effect: allow, tools: [erp.order], when: \"args.total <= 200\" }").ReplaceLineEndings("\r\n")), ("do", "compare")]);
        Assert.Contains("lets more through, or may", page, StringComparison.Ordinal);
        Assert.Matches("erp\\.order( for [^:]+)?: ask → allow", WebUtility.HtmlDecode(page));
        Assert.Contains("For example: buyer, ", page, StringComparison.Ordinal);
        Assert.Contains("untested", page, StringComparison.Ordinal);
        Assert.Contains("2 of 2 tests", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_have_come_out_otherwise_stands_in_a_table_by_rule_with_the_calls()
    {
        var workflow = await _api.SubmittedAsync("Buy chairs");
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        await _api.AppendAsync(
            workflow,
            new CallProposed(call, null, "buyer", "erp.order", JsonText.Parse("""{"supplier":"acme","total":150}"""), []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", [new GateStep("facts", "passed"), new GateStep("authority", "asked")]));
        var (_, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(500)), ("do", "compare")]);
        Assert.Contains("1 calls of all workflows and of the monitors' checks decided again", page, StringComparison.Ordinal);
        Assert.Contains("1 would come out otherwise", page, StringComparison.Ordinal);
        Assert.Matches($"(?s)Calls that would come out otherwise.*small.*ask.*allow.*supplier acme, total 150.*/workflows/{workflow}/timeline[^\"]*#e\\d+\"", page);
    }

    [Fact]
    public async Task What_cannot_be_used_names_its_place_and_what_was_not_chosen_is_asked_for()
    {
        var (status, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", "version: 1\nrules:\n  - { id: a, effect: maybe, tools: [erp.order] }\n"), ("do", "compare")]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("authority.yaml:3:", page, StringComparison.Ordinal);
        Assert.Contains("effect: maybe", page, StringComparison.Ordinal); // nobody types it again
        foreach (var odd in new[] { ("effect", "defer"), ("agent", "nobody"), ("tool", "erp.gone"), ("role", "king") })
        {
            var fields = Cell.Append(("effect", "ask")).Where(f => f.Item1 != odd.Item1).Append(odd);
            Assert.Equal(HttpStatusCode.BadRequest, (await _petra.SendAsync("/authority/draft", "/authority/draft", [.. fields, ("text", "rules: []"), ("do", "rule")])).Status);
        }

        var longer = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", new string('#', DraftDesk.LongestText + 1)), ("do", "compare")]);
        Assert.Contains("more than 200000 characters", longer.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_file_is_taken_away_as_it_was_drafted()
    {
        using var page = await _petra.Client.GetAsync(new Uri("/authority/draft?agent=buyer&tool=erp.order", UriKind.Relative));
        Assert.Contains("<option selected>erp.order</option>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var (status, text, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", ("text", "version: 1\r\n# <b>mine</b>\r\n"), ("do", "download"));
        Assert.Equal((HttpStatusCode.OK, "version: 1\n# <b>mine</b>\n"), (status, text));
    }

    [Fact]
    public async Task A_change_that_waits_is_settled_on_the_page_by_somebody_else_than_its_author()
    {
        var change = await ProposedAsync();
        var page = await _petra.PageAsync("/authority");
        Assert.Contains("proposed by Petra", page, StringComparison.Ordinal);
        Assert.Contains("Omar holds cfo", page, StringComparison.Ordinal);
        Assert.Contains("Take it back", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"confirm\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _petra.SendAsync("/authority", $"/authority/changes/{change}", ("do", "confirm"))).Status);

        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("Somebody with the role cfo confirms it.", await jana.PageAsync("/authority"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await jana.SendAsync("/authority", $"/authority/changes/{change}", ("do", "reject"))).Status);

        using var helena = await Visitor.OfAsync(_api, "helena");
        Assert.Equal(HttpStatusCode.BadRequest, (await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "maybe"))).Status);
        var done = await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "confirm"), ("reason", "Seen."));
        Assert.Equal("/authority#changes", done.Location?.ToString());
        Assert.Contains("confirmed by Helena", await helena.PageAsync("/authority"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "reject"))).Status);
    }

    [Fact]
    public async Task A_switch_that_changes_nothing_names_the_stricter_rules_that_go_on_holding()
    {
        var (_, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(100, "  - { id: never, effect: deny, tools: [erp.order], reason: No. }")), ("effect", "deny"), ("do", "compare")]);
        Assert.DoesNotContain("id=\"kept\"", page, StringComparison.Ordinal); // no switch was set
        (_, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(100)), ("effect", "allow"), ("do", "rule")]);
        Assert.Contains("no permission changes", page, StringComparison.Ordinal);
        Assert.Matches("(?s)id=\"kept\".*a stricter one goes on holding.*href=\"/authority#l\\d+\">large</a>", page);
    }

    [Fact]
    public async Task What_was_drafted_is_proposed_from_the_page_and_waits_for_a_second_person()
    {
        var company = _api.Get<LoadedCompany>();
        await Standing.SettleAsync(company.Bundle, activates: true, company.Other, _api.Get<CompanyStream>(), _api.Get<IBlobs>(), CancellationToken.None);
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("formaction=\"/authority/draft/propose\"", await jana.PageAsync("/authority/draft"), StringComparison.Ordinal);
        Task<(HttpStatusCode Status, string Page, Uri? Location)> Send(string text, string basis) =>
            jana.SendAsync("/authority/draft", "/authority/draft/propose", ("text", text), ("basis", basis), ("why", "More."));

        Assert.Equal(HttpStatusCode.Conflict, (await Send(ControlledCompany.Authority(500), "other")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send("version: 1\nrules:\n  - { id: a, effect: maybe, tools: [erp.order] }\n", company.Bundle.Hash)).Status);
        Assert.Empty(_api.Get<ChangeDesk>().All);
        var wider = await Send(ControlledCompany.Authority(500), company.Bundle.Hash);
        Assert.Equal("/authority#changes", wider.Location?.ToString());
        var change = Assert.Single(_api.Get<ChangeDesk>().All);
        Assert.Equal((Caller.Console, "More."), (change.Proposed.Via, change.Proposed.Reason?.Words));
        Assert.Equal(company.Bundle.Hash, await InForceAsync());
        Assert.Contains("proposed by Jana", await _petra.PageAsync("/authority"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _petra.SendAsync("/authority/draft", "/authority/draft/propose", ("text", "x"), ("basis", "x"))).Status);
    }

    [Fact]
    public async Task History_is_decided_again_for_the_days_that_are_asked_for()
    {
        var workflow = await _api.SubmittedAsync("Buy chairs");
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        await _api.AppendAsync(
            workflow,
            new CallProposed(call, null, "buyer", "erp.order", JsonText.Parse("""{"supplier":"acme","total":150}"""), []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", [new GateStep("facts", "passed"), new GateStep("authority", "asked")]));
        foreach (var (from, to, flips) in new[] { ("2020-01-01", "", 1), ("", "2020-01-01", 0), ("2100-01-01", "", 0) })
        {
            var (_, page, _) = await _petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(500)), ("from", from), ("to", to), ("do", "compare")]);
            Assert.Contains($"{flips} would come out otherwise", page, StringComparison.Ordinal);
            Assert.Equal(flips > 0, page.Contains("no answer yet", StringComparison.Ordinal) && page.Contains(">wider</span>", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_takes_too_long_to_say_is_said_to_be_a_matter_for_a_terminal()
    {
        await using var api = await ApiUnderTest.StartAsync(
            new ImpatientTime(), null, "changeControl: { role: cfo }\n", ("tools.yaml", ControlledCompany.Tools), ("agents/buyer.md", ControlledCompany.Buyer), ("authority.yaml", ControlledCompany.Authority(100)));
        using var petra = await Visitor.OfAsync(api, "petra");
        var (status, page, _) = await petra.SendAsync("/authority/draft", "/authority/draft", [.. Cell, ("text", ControlledCompany.Authority(500)), ("do", "compare")]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("cannot be said here", page, StringComparison.Ordinal);
        Assert.Contains("authority diff", page, StringComparison.Ordinal);
        Assert.DoesNotContain("lets more through", page, StringComparison.Ordinal);
    }

    private async Task<string?> InForceAsync()
    {
        await _api.Get<CompanyStream>().RefreshAsync(CancellationToken.None);
        return _api.Get<CompanyStream>().State.Bundle;
    }

    private async Task<ChangeId> ProposedAsync()
    {
        var (company, stream, blobs) = (_api.Get<LoadedCompany>(), _api.Get<CompanyStream>(), _api.Get<IBlobs>());
        var wider = CompanyFolder.Of(company.Bundle.Texts.SetItem("people.yaml", company.Bundle.Texts["people.yaml"].Replace("name: Omar, roles: [lead]", "name: Omar, roles: [lead, cfo]", StringComparison.Ordinal)));
        await Standing.SettleAsync(company.Bundle, activates: true, company.Other, stream, blobs, CancellationToken.None);
        var standing = await Standing.SettleAsync(wider, activates: true, company.Other, stream, blobs, CancellationToken.None, "petra", "Omar is new in this.");
        return Assert.IsType<Activation.Waits>(standing.Activation).Change.Proposed.Change;
    }

    /// <summary>The machine's clock, by which the patience of a draft is over at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.FromSeconds(5) && period == Timeout.InfiniteTimeSpan && state is CancellationTokenSource)
            {
                callback(state);
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
