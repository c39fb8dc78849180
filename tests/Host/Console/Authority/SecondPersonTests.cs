using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>What whoever is to confirm a change sees of it, and where; and what becomes of it afterwards.</summary>
public sealed class SecondPersonTests : IAsyncLifetime
{
    private static readonly (string File, string Text)[] Files =
        [("tools.yaml", ControlledCompany.Tools), ("agents/buyer.md", ControlledCompany.Buyer), ("authority.yaml", ControlledCompany.Authority(100))];

    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\nallowLocalStandIn: true\n", Files);

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_change_stands_on_the_first_page_and_in_the_inbox_of_whoever_can_confirm_it_and_of_nobody_else()
    {
        using var helena = await Visitor.OfAsync(_api, "helena");
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.DoesNotContain("waits for a second person", await helena.WordsAsync("/"), StringComparison.Ordinal);
        var change = await ProposedAsync();
        foreach (var page in new[] { "/", "/inbox" })
        {
            var hers = await helena.WordsAsync(page);
            Assert.Contains($"href=\"/authority#{change}\"", hers, StringComparison.Ordinal);
            Assert.Contains("Petra proposed it", hers, StringComparison.Ordinal);
            Assert.Contains("change waits for you", hers, StringComparison.Ordinal); // beside the place's name
            Assert.DoesNotContain(change, await jana.WordsAsync(page), StringComparison.Ordinal);
        }

        await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "confirm"));
        Assert.DoesNotContain(change, await helena.WordsAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_person_sees_what_becomes_of_the_files_and_what_would_have_been_decided_otherwise()
    {
        var workflow = await _api.SubmittedAsync("Buy chairs");
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        await _api.AppendAsync(
            workflow,
            new CallProposed(call, null, "buyer", "erp.order", JsonText.Parse("""{"supplier":"acme","total":150}"""), []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", [new GateStep("facts", "passed"), new GateStep("authority", "asked")]));
        var change = await ProposedAsync();
        using var helena = await Visitor.OfAsync(_api, "helena");
        Assert.Contains($"<a href=\"/authority/changes/{change}\">See the difference", await helena.WordsAsync("/authority"), StringComparison.Ordinal);
        var page = await helena.WordsAsync($"/authority/changes/{change}");
        Assert.Matches("<del>- +- \\{ id: small.*<= 100 \\}</del>", page);
        Assert.Matches("<ins>\\+ +- \\{ id: small.*<= 500 \\}</ins>", page);
        Assert.Matches("<ins>\\+ +- \\{ name: within.*total: 500", page); // its tests change too
        Assert.Contains("1 would come out otherwise", page, StringComparison.Ordinal);
        Assert.Contains("value=\"confirm\"", page, StringComparison.Ordinal);
        Assert.Contains("There is no such change", await helena.WordsAsync("/authority/changes/chg_00000000000000000000000000"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_becomes_of_knowledge_is_read_by_whoever_can_confirm_it_and_by_nobody_else()
    {
        var change = await ProposedAsync("petra", ("knowledge/prices.md", "---\naudience: [cfo]\napprovedBy: helena\n---\nAcme pays double.\n"));
        await KnowledgeIsToldAsync(change);
        using var helena = await Visitor.OfAsync(_api, "helena");
        await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "confirm"));
        await KnowledgeIsToldAsync(change);
    }

    [Fact]
    public async Task Nothing_is_proposed_from_files_that_are_not_in_force_any_more()
    {
        var before = _api.Get<LoadedCompany>();
        var change = await ProposedAsync();
        using var helena = await Visitor.OfAsync(_api, "helena");
        await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "confirm"));
        var stream = _api.Get<CompanyStream>();
        await stream.RefreshAsync(CancellationToken.None);
        Assert.NotEqual(before.Bundle.Hash, stream.State.Bundle);
        var (done, _) = await _api.Get<DraftDesk>().ProposeAsync(before, ControlledCompany.Authority(50), stream.State.Bundle!, "petra", null, CancellationToken.None);
        Assert.IsType<Activation.Outdated>(done);
    }

    private async Task KnowledgeIsToldAsync(string change)
    {
        foreach (var (person, isTold) in new[] { ("helena", true), ("petra", false), ("jana", false) })
        {
            using var visitor = await Visitor.OfAsync(_api, person);
            var page = await visitor.WordsAsync($"/authority/changes/{change}");
            Assert.Contains("knowledge/prices.md", page, StringComparison.Ordinal);
            Assert.Contains("5 lines new", page, StringComparison.Ordinal);
            Assert.Contains("<ins>", page, StringComparison.Ordinal); // the rules are everybody's
            Assert.Equal(isTold, page.Contains("Acme pays double", StringComparison.Ordinal));
            Assert.Equal(!isTold, page.Contains("Knowledge can be meant for some", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_no_says_why_and_the_audit_tells_it_with_the_verdict_and_the_way_to_the_change()
    {
        var change = await ProposedAsync();
        using var helena = await Visitor.OfAsync(_api, "helena");
        var (status, page, _) = await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "reject"), ("reason", " "));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Say why it is rejected", page, StringComparison.Ordinal);
        Assert.Equal("/authority#changes", (await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "reject"), ("reason", "Too much at once."))).Location?.ToString());

        using var auditor = await Visitor.OfAsync(_api, "jana");
        var audit = await auditor.WordsAsync("/audit?kind=policy");
        Assert.Matches($"(?s)Change decided.*>rejected</span>.*erp.order.*“Too much at once.”.*href=\"/authority/changes/{change}\"", audit);
        var place = Regex.Match(audit, "Change decided.*?href=\"(/audit/events/company/\\d+)\"", RegexOptions.Singleline).Groups[1].Value;
        Assert.Matches("(?s)>rejected</span>.*“Too much at once.”", await auditor.WordsAsync(place));
        Assert.Contains("<option value=\"system\" selected>the service</option>", await auditor.WordsAsync("/audit?agent=system"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_confirmed_and_is_not_in_force_any_more_says_so()
    {
        var change = await ProposedAsync();
        using var helena = await Visitor.OfAsync(_api, "helena");
        await helena.SendAsync("/authority", $"/authority/changes/{change}", ("do", "confirm"));
        Assert.DoesNotContain("no longer in force", await helena.WordsAsync("/authority"), StringComparison.Ordinal);
        var company = _api.Get<LoadedCompany>();
        await Standing.SettleAsync(company.Bundle, activates: true, company.Other, _api.Get<CompanyStream>(), _api.Get<IBlobs>(), CancellationToken.None);
        Assert.Contains("no longer in force", await helena.WordsAsync("/authority"), StringComparison.Ordinal);
        Assert.Contains("<del>", await helena.WordsAsync($"/authority/changes/{change}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_as_somebody_else_is_shown_no_button_that_would_be_refused_and_told_why()
    {
        await ProposedAsync("jana");
        using var owner = await Visitor.OfAsync(_api, "helena");
        Assert.Contains("value=\"confirm\"", await owner.WordsAsync("/authority"), StringComparison.Ordinal);
        await owner.SendAsync("/", "/sign-in/as", ("person", "jana"));
        var page = await owner.WordsAsync("/authority/draft");
        Assert.Contains(ChangeBody.NoStandIn, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Propose it as", page, StringComparison.Ordinal);
        page = await owner.WordsAsync("/authority");
        Assert.Contains(ChangeBody.NoStandIn, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Take it back", page, StringComparison.Ordinal);
        var (status, said, _) = await owner.SendAsync("/authority/draft", "/authority/draft/propose", ("text", ControlledCompany.Authority(500)), ("basis", _api.Get<LoadedCompany>().Bundle.Hash));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(WebUtility.HtmlDecode(ChangeBody.NoStandIn), WebUtility.HtmlDecode(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_question_about_a_call_is_given_the_fields_of_its_tool_and_the_service_has_a_column_of_its_own()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        foreach (var nothing in new[] { "{}", "", "{ }" })
        {
            var (_, page, _) = await jana.SendAsync("/authority", "/authority", ("agent", "buyer"), ("tool", "erp.order"), ("arguments", nothing));
            Assert.Matches("(?s)<textarea id=\"arguments\"[^>]*>\\{\\s+\"supplier\": \"\",\\s+\"total\": 1\\s+\\}</textarea>", WebUtility.HtmlDecode(page));
            Assert.Contains("erp.order takes arguments", page, StringComparison.Ordinal);
        }

        var matrix = await jana.WordsAsync("/authority");
        Assert.Contains("<th scope=\"col\">the service</th>", matrix, StringComparison.Ordinal);
        Assert.Matches("(?s)<tr class=\"opened\">.*buyer, erp.order.*>small</a>", matrix);
    }

    private async Task<string> ProposedAsync(string author = "petra", params (string File, string Text)[] others)
    {
        var (company, stream, blobs) = (_api.Get<LoadedCompany>(), _api.Get<CompanyStream>(), _api.Get<IBlobs>());
        var wider = CompanyFolder.Of(company.Bundle.Texts.SetItem("authority.yaml", ControlledCompany.Authority(500)).SetItems(others.Select(o => KeyValuePair.Create(o.File, o.Text))));
        await Standing.SettleAsync(company.Bundle, activates: true, company.Other, stream, blobs, CancellationToken.None);
        var standing = await Standing.SettleAsync(wider, activates: true, company.Other, stream, blobs, CancellationToken.None, author, "Chairs are dear.");
        return Assert.IsType<Activation.Waits>(standing.Activation).Change.Proposed.Change.ToString();
    }
}
