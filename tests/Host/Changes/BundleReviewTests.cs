namespace AiManager.Host.Tests;

/// <summary>What counts as letting more through, over all files of a company.</summary>
public sealed class BundleReviewTests
{
    [Fact]
    public void The_same_files_and_other_words_let_nothing_more_through() =>
        Assert.Empty(Review(
            ("company.yaml", ControlledCompany.Settings.Replace("Small", "Smaller", StringComparison.Ordinal)), ("authority.yaml", ControlledCompany.Authority(100, "# Reviewed.")), ("knowledge/notes.md", "Notes.\n")));

    [Fact]
    public void A_lower_limit_another_deny_and_fewer_roles_are_narrower() => Assert.Empty(Review(
        ("authority.yaml", ControlledCompany.Authority(50, "  - { id: never, effect: deny, tools: [erp.order], when: args.total > 5000 }")),
        ("people.yaml", ControlledCompany.People.Replace("[operator, compliance]", "[operator]", StringComparison.Ordinal))));

    [Fact]
    public void A_higher_limit_is_wider_and_shown_by_a_call()
    {
        var widening = Assert.Single(Review(("authority.yaml", ControlledCompany.Authority(200))));
        Assert.Equal(("erp.order", true), (widening.About, widening.IsCertain));
        Assert.Contains("ask → allow", widening.Message, StringComparison.Ordinal);
        Assert.Contains("erp.order {", widening.Example, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("people.yaml", "roles: [lead]", "roles: [lead, compliance]", "Petra holds compliance", true)]
    [InlineData("people.yaml", "name: Petra,", "name: Petra, standIn: jana,", "jana may stand in for Petra", true)]
    [InlineData("people.yaml", "people:", "people:\n  - { id: new, name: New, roles: [lead] }", "New holds lead", true)]
    [InlineData("company.yaml", "currency: EUR", "currency: EUR\nallowLocalStandIn: true", "'allowLocalStandIn' is not the same", false)]
    [InlineData("company.yaml", "changeControl: { role: compliance }", "", "'changeControl' is not the same", false)]
    [InlineData("tools.yaml", "select 1", "select 2", "defined otherwise", false)]
    [InlineData("tools.yaml", "Data Source=${world}", "Data Source=elsewhere.db", "The source, or a document that it names, is not the same", false)]
    [InlineData("people.yaml", "name: Petra,", "name: Petra, hours: Mon-Sun 00:00-24:00 UTC,", "The hours or the address of Petra are not the same", false)]
    [InlineData("people.yaml", "people:", "people:\n  - { id: new, name: New, email: new@example.com }", "New may read and answer", true)]
    [InlineData("company.yaml", "currency: EUR", "currency: EUR\napi: { hosts: [evil.example.com] }", "'api.hosts' is not the same", false)]
    [InlineData("company.yaml", "currency: EUR", "currency: EUR\napi: { proxies: [10.0.0.0/8] }", "'api.proxies' is not the same", false)]
    [InlineData("authority.yaml", "approvers: { role: lead }", "approvers: { role: lead, escalateAfter: 1h, escalateTo: operator }", "operator may decide for lead", true)]
    public void Beyond_the_rules_too(string file, string was, string becomes, string message, bool isCertain)
    {
        var text = ControlledCompany.Files().Single(f => f.File == file).Text;
        Assert.Contains(was, text, StringComparison.Ordinal);
        var widening = Assert.Single(Review((file, text.Replace(was, becomes, StringComparison.Ordinal))));
        Assert.Contains(message, widening.Message, StringComparison.Ordinal);
        Assert.Equal(isCertain, widening.IsCertain);
    }

    [Fact]
    public void A_source_that_is_asked_for_its_tools_and_leads_elsewhere_is_perhaps_wider()
    {
        static (string, string) Tools(string url) => ("tools.yaml", ControlledCompany.Tools + $"\n  - {{ name: crm, kind: mcp, url: \"{url}\", tools: [ {{ name: find, effect: observe }} ] }}\n");
        var review = BundleReview.Of(ControlledCompany.Load(Tools("https://crm.example.com/mcp")), ControlledCompany.Load(Tools("https://evil.example.com/mcp")), TimeProvider.System);
        Assert.Equal(("crm", false), review.Widenings.Select(w => (w.About, w.IsCertain)).Single());
    }

    [Theory]
    [InlineData("{ name: helper, kind: mcp, command: [sh, -c, \"true\"], env: { STOLEN: here } }", "helper")]
    [InlineData("{ name: crm, kind: mcp, url: \"https://crm.example.com/mcp\" }", "crm")]
    [InlineData("{ name: books, kind: sql, connection: \"Data Source=books.db\", tools: [ { name: read, effect: observe, readOnly: true, sql: \"select 1\" } ] }", "books")]
    public void A_source_that_there_was_not_is_wider_before_any_rule_speaks_of_its_tools(string source, string name)
    {
        var widening = Assert.Single(Review(("tools.yaml", $"{ControlledCompany.Tools}\n  - {source}\n")));
        Assert.Equal((name, true), (widening.About, widening.IsCertain));
        Assert.Contains("is new", widening.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("approvedBy: carla")]
    [InlineData("approvedBy : carla")]
    [InlineData("\"approvedBy\": carla")]
    public void What_agents_are_told_as_true_is_perhaps_wider_once_somebody_stands_for_it(string approved)
    {
        (string, string) Page(string labels) => ("knowledge/prices.md", $"---\nowner: jana\n{approved}\n{labels}---\nPrices.\n");
        var review = BundleReview.Of(ControlledCompany.Load(Page("labels: [confidential]\n")), ControlledCompany.Load(Page(string.Empty)), TimeProvider.System);
        Assert.Equal("knowledge/prices.md", Assert.Single(review.Widenings).About);
    }

    [Fact]
    public void An_agent_that_gets_a_tool_and_a_playbook_that_leaves_the_shadow_are_wider()
    {
        (string, string)[] before = [("agents/clerk.md", "---\nname: clerk\nskills: [typing]\n---\nYou type.\n"), ("playbooks/buy.md", Playbook("mode: shadow\n"))];
        (string, string)[] after = [("agents/clerk.md", "---\nname: clerk\nskills: [typing]\ntools: [erp.order]\n---\nYou type.\n"), ("playbooks/buy.md", Playbook(string.Empty))];
        var review = BundleReview.Of(ControlledCompany.Load(before), ControlledCompany.Load(after), TimeProvider.System);
        Assert.Equal(["clerk", "buy"], review.Widenings.Select(w => w.About));
    }

    [Theory]
    [InlineData("playbooks/buy.md", "name: buy", "grant: { tools: [erp.order] }", "playbooks/order.md", "name: order", "", "buy")]
    [InlineData("playbooks/buy.md", "name: buy", "grant: { tools: [erp.order] }", "playbooks/order.md", "name: buy", "", "buy")]
    [InlineData("playbooks/buy.md", "name: buy", "grant: { tools: [erp.order] }", "playbooks/buy.md", "name: order", "grant: { tools: [erp.order] }", "buy")]
    [InlineData("playbooks/buy.md", "name: buy", "mode: shadow", "playbooks/order.md", "name: order", "", "buy")]
    [InlineData("playbooks/buy.md", "name: buy", "grant: { tools: [erp.order] }", "playbooks/buy.md", "name: buy", "grant: { tools: [erp.order] }\ngoals: [Buy more.]", "buy")]
    public void A_playbook_that_held_its_tasks_to_something_and_is_called_otherwise_is_perhaps_wider(
        string file, string name, string holds, string otherFile, string otherName, string otherHolds, string about)
    {
        static string Page(string name, string more) => $"---\n{name}\noutcome: Bought.\n{(more.Contains("goals:", StringComparison.Ordinal) ? string.Empty : "goals: [Buy.]\n")}{more}\n---\nBuy.\n";
        var review = BundleReview.Of(ControlledCompany.Load((file, Page(name, holds))), ControlledCompany.Load((otherFile, Page(otherName, otherHolds))), TimeProvider.System);
        Assert.Contains(review.Widenings, w => w.About == about && !w.IsCertain);
        Assert.Equal(about == otherName[6..] ? 1 : 2, review.Widenings.Length); // one of another name is new
    }

    [Theory]
    [InlineData("budget: { money: 100 }", "budget: { money: 100000000 }", "'budget'")]
    [InlineData("budget: { money: 100 }", "", "'budget'")]
    [InlineData("budget: { money: 100 }", "budget: { money: 50, tokens: 7 }", null)]
    [InlineData("acceptance: [ { review: All is there. } ]", "acceptance: []", "'acceptance'")]
    [InlineData("acceptance: [ { review: All is there. } ]", "acceptance: [ { review: Something is there. } ]", "'acceptance'")]
    [InlineData("acceptance: [ { review: All is there. } ]", "acceptance: [ { review: Nothing is broken. }, { review: All is there. } ]", null)]
    [InlineData("singleton: buy", "", "'singleton'")]
    [InlineData("agents: [buyer]", "", "'agents'")]
    [InlineData("", "agents: [buyer]\nsingleton: buy\nbudget: { money: 100 }\ndeadline: 2d\nacceptance: [ { review: All is there. } ]\ngrant: { tools: [erp.order] }\nmode: shadow", null)]
    [InlineData("deadline: 2d", "deadline: 3d", "'deadline'")]
    [InlineData("deadline: 2d", "deadline: 1d", null)]
    [InlineData("mode: enforce", "", null)]
    public void A_playbook_that_holds_its_runs_to_less_is_perhaps_wider(string was, string becomes, string? key)
    {
        static LoadedCompany With(string line) => ControlledCompany.Load(("playbooks/buy.md", $"---\nname: buy\noutcome: Bought.\ngoals: [Buy.]\n{line}\n---\nBuy.\n"));
        var widenings = BundleReview.Of(With(was), With(becomes), TimeProvider.System).Widenings;
        Assert.Equal(key is null ? [] : [("buy", false)], widenings.Select(w => (w.About, w.IsCertain)));
        Assert.All(widenings, w => Assert.Contains(key!, w.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Other_words_of_a_playbook_and_of_an_agent_let_nothing_more_through()
    {
        var before = ControlledCompany.Load(("playbooks/buy.md", "---\nname: buy\noutcome: Bought.\ngoals: [Buy.]\n---\nBuy.\n"));
        var after = ControlledCompany.Load(
            ("playbooks/buy.md", "---\nname: buy\noutcome: All is bought.\ngoals: [Buy., Order.]\n---\nBuy well.\n"), ("agents/buyer.md", ControlledCompany.Buyer.Replace("You buy.", "You buy well.", StringComparison.Ordinal)));
        Assert.Empty(BundleReview.Of(before, after, TimeProvider.System).Widenings);
    }

    [Theory]
    [InlineData("limits: { turns: 5, tokens: 1000 }", "limits: { turns: 50, tokens: 1000 }", "'limits'")]
    [InlineData("limits: { turns: 5, tokens: 1000 }", "limits: { turns: 5 }", "'limits'")]
    [InlineData("limits: { turns: 5, tokens: 1000 }", "limits: { turns: 4, tokens: 900 }", null)]
    [InlineData("skills: [typing]", "skills: [typing, review]", "'skills'")]
    [InlineData("skills: [typing, review]", "skills: [review]", null)]
    [InlineData("model: scripted", "model: default", "'model'")]
    [InlineData("model: default", "", null)]
    public void An_agent_of_which_more_is_said_than_its_tools_is_perhaps_wider(string was, string becomes, string? key)
    {
        static LoadedCompany With(string line) => ControlledCompany.Load(("agents/clerk.md", $"---\nname: clerk\n{(line.StartsWith("skills", StringComparison.Ordinal) ? "" : "skills: [typing]\n")}{line}\n---\nYou type.\n"));
        var widenings = BundleReview.Of(With(was), With(becomes), TimeProvider.System).Widenings;
        Assert.Equal(key is null ? [] : [("clerk", false)], widenings.Select(w => (w.About, w.IsCertain)));
        Assert.All(widenings, w => Assert.Contains(key!, w.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_agent_and_a_playbook_that_there_were_not_are_perhaps_wider() => Assert.Equal(
        [("clerk", false), ("buy", false)],
        Review(("agents/clerk.md", "---\nname: clerk\nskills: [typing]\n---\nYou type.\n"), ("playbooks/buy.md", Playbook(string.Empty))).Select(w => (w.About, w.IsCertain)));

    [Fact]
    public void A_wording_that_goes_to_another_playbook_than_the_one_that_held_it_is_perhaps_wider()
    {
        var held = ("playbooks/buy.md", "---\nname: buy\noutcome: Bought.\ngoals: [Buy.]\ngrant: { tools: [erp.order] }\n---\nBuy.\n");
        var review = BundleReview.Of(ControlledCompany.Load(held), ControlledCompany.Load(held, ("playbooks/a.md", "---\nname: a\noutcome: Bought.\ngoals: [buy]\n---\nBuy.\n")), TimeProvider.System);
        Assert.Contains("'Buy.'", Assert.Single(review.Widenings, w => w.About == "buy").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_of_another_name_is_perhaps_wider_and_one_that_goes_is_not()
    {
        static (string, string) Monitors(string name, string more = "") =>
            ("monitors.yaml", $"monitors:\n  - {{ name: {name}, schedule: {{ every: 1h }}, submit: {{ goal: Buy. }}, spend: {{ perDay: 100 }} }}\n{more}");
        var before = ControlledCompany.Load(Monitors("hourly"));
        Assert.Equal(("often", false), BundleReview.Of(before, ControlledCompany.Load(Monitors("often")), TimeProvider.System).Widenings.Select(w => (w.About, w.IsCertain)).Single());
        Assert.Empty(BundleReview.Of(before, ControlledCompany.Load(("monitors.yaml", "monitors: []\n")), TimeProvider.System).Widenings);
        Assert.Equal("more", Assert.Single(BundleReview.Of(before, ControlledCompany.Load(Monitors("hourly", "  - { name: more, schedule: { every: 1h }, submit: { goal: Buy. } }\n")), TimeProvider.System).Widenings).About);
    }

    [Fact]
    public void How_much_one_caller_may_ask_of_the_service_lets_nothing_through() =>
        Assert.Empty(Review(("company.yaml", ControlledCompany.Settings + "api: { writesPerMinute: 600, streamsPerPerson: 5 }\n")));

    [Theory]
    [InlineData("goal: Buy.", "goal: Buy more.", "submit")]
    [InlineData("schedule: { every: 1h }", "schedule: { every: 1m }", "schedule")]
    [InlineData("owner: jana", "owner: carla", "owner")]
    [InlineData("overlap: skip", "overlap: replace", "overlap")]
    [InlineData("coolDown: 1h, ", "", "coolDown")]
    [InlineData("perDay: 100", "perDay: 200", "spend")]
    public void A_monitor_that_does_something_else_under_its_name_is_perhaps_wider(string was, string becomes, string key)
    {
        const string Monitor = "monitors:\n  - { name: hourly, schedule: { every: 1h }, submit: { goal: Buy. }, owner: jana, overlap: skip, coolDown: 1h, spend: { perDay: 100 } }\n";
        Assert.Contains(was, Monitor, StringComparison.Ordinal);
        var before = ControlledCompany.Load(("monitors.yaml", Monitor));
        var widening = Assert.Single(BundleReview.Of(before, ControlledCompany.Load(("monitors.yaml", Monitor.Replace(was, becomes, StringComparison.Ordinal))), TimeProvider.System).Widenings);
        Assert.Equal(("hourly", false), (widening.About, widening.IsCertain));
        Assert.Contains($"'{key}'", widening.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_whose_runs_are_held_to_a_sum_from_then_on_is_narrower()
    {
        static LoadedCompany With(string spend) => ControlledCompany.Load(("monitors.yaml", $"monitors:\n  - {{ name: hourly, schedule: {{ every: 1h }}, submit: {{ goal: Buy. }}{spend} }}\n"));
        Assert.Empty(BundleReview.Of(With(string.Empty), With(", spend: { perDay: 100 }"), TimeProvider.System).Widenings);
    }

    [Fact]
    public void What_was_done_beside_and_what_was_changed_of_arguments_may_not_quietly_go()
    {
        const string Cap = "  - { id: cap, effect: transform, tools: [erp.order], change: [ { arg: total, atMost: 1000 } ] }";
        var held = ControlledCompany.Authority(100, Cap).Replace("when: args.total <= 100 }", "when: args.total <= 100, obligations: { hold: 10m } }", StringComparison.Ordinal);
        var before = ControlledCompany.Load(("authority.yaml", held));
        Assert.Contains("arguments otherwise", Assert.Single(Of(held.Replace("atMost: 1000", "atMost: 2000", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
        Assert.Empty(Of(held.Replace("atMost: 1000", "atMost: 900", StringComparison.Ordinal)));
        Assert.Contains("less done beside", Assert.Single(Of(held.Replace("hold: 10m", "hold: 1m", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

        IEnumerable<ProposedWidening> Of(string authority) => BundleReview.Of(before, ControlledCompany.Load(("authority.yaml", authority)), TimeProvider.System).Widenings;
    }

    [Fact]
    public void Tests_that_fail_and_rules_without_any_are_told_with_their_place()
    {
        var failing = ControlledCompany.Authority(100).Replace("total: 100 } }, expect: allow", "total: 100 } }, expect: deny", StringComparison.Ordinal);
        Assert.Contains("authority.yaml:", Assert.Single(Failures(failing)), StringComparison.Ordinal);
        Assert.Contains(Failures(ControlledCompany.Authority(100, "  - { id: never, effect: deny, tools: [erp.order], when: args.total > 5000 }")), f => f.Contains("'never' has no example", StringComparison.Ordinal));
        Assert.Empty(Failures(ControlledCompany.Authority(100)));

        static IEnumerable<string> Failures(string authority) =>
            BundleReview.Of(ControlledCompany.Load(), ControlledCompany.Load(("authority.yaml", authority)), TimeProvider.System).Failures;
    }

    [Fact]
    public void What_cannot_be_compared_counts_as_wider() => Assert.False(Assert.Single(BundleReview.Of(null, ControlledCompany.Load(), TimeProvider.System).Widenings).IsCertain);

    [Fact]
    public void Change_control_by_a_role_that_nobody_holds_is_refused() => Assert.Contains(
        "company.yaml:4:",
        Assert.Throws<ConfigException>(() => ControlledCompany.Load(("people.yaml", "people: [ { id: jana, name: Jana, roles: [operator] } ]\n"))).Message,
        StringComparison.Ordinal);

    private static IEnumerable<ProposedWidening> Review(params (string, string)[] otherwise) => BundleReview.Of(ControlledCompany.Load(), ControlledCompany.Load(otherwise), TimeProvider.System).Widenings;

    private static string Playbook(string mode) => $"---\nname: buy\noutcome: Bought.\n{mode}---\nBuy.\n";
}
