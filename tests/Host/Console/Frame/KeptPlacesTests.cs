using System.Net;

namespace AiManager.Host.Tests;

/// <summary>Forms beside the inbox and a workflow that are not taken: the page is the one that they stood on, with what was written, and why.</summary>
public sealed class KeptPlacesTests : IAsyncLifetime
{
    private const string Monitors =
        """
        monitors:
          - { name: nightly, schedule: { cron: "30 2 * * MON-FRI", timeZone: Pacific/Auckland }, submit: { goal: "Look around." } }
        """;

    private const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator] }
          - { id: petra, name: Petra, roles: [lead], standIn: omar }
          - { id: omar, name: Omar, roles: [viewer] }
          - { id: helena, name: Helena, roles: [cfo] }
          - { id: karel, name: Karel, roles: [compliance] }
        """;

    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n", ("people.yaml", People), ("monitors.yaml", Monitors));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("/jobs", "What is planned")]
    [InlineData("/monitors", "What is watched")]
    public async Task Why_a_monitor_should_pause_stays_where_it_was_written(string place, string about)
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("name=\"form\" value=\"pause-nightly\"", await jana.PageAsync(place), StringComparison.Ordinal);
        var (status, html, _) = await jana.SendAsync(place, "/inbox/monitors/nightly", ("back", place), ("form", "pause-nightly"), ("do", "halt"), ("reason", "The shop is shut."));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(about, html, StringComparison.Ordinal);
        Assert.Contains("<details id=\"pausing-nightly\" open", html, StringComparison.Ordinal);
        Assert.Contains("value=\"The shop is shut.\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"why-not\" role=\"alert\" tabindex=\"-1\" autofocus>&#x27;do&#x27; must be run, pause or resume", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync(place, "/inbox/monitors/nightly", ("back", place), ("do", "pause"), ("reason", "The shop is shut."))).Status);
        Assert.DoesNotContain("pause-nightly", await jana.PageAsync(place), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_monitors_next_time_is_in_its_own_zone_on_both_pages()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        foreach (var place in new[] { "/jobs", "/monitors" })
        {
            var page = await jana.WordsAsync(place);
            Assert.Contains("on weekdays at 02:30, Pacific/Auckland", page, StringComparison.Ordinal);
            Assert.Matches(@"data-zone=""Pacific/Auckland"">(\w+ \d+, (\d+, )?)?02:30 Pacific/Auckland</time>", page);
        }
    }

    [Theory]
    [InlineData("/people", "agent", "nobody")]
    [InlineData("/tools", "tool", "no.such")]
    public async Task Why_something_should_stop_is_not_lost_with_what_it_was_about(string place, string kind, string name)
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var (status, html, _) = await jana.SendAsync(place, "/suspensions", ("back", place), ("form", $"stop-{kind}-{name}"), ("kind", kind), ("name", name), ("do", "suspend"), ("reason", "Odd <b>orders</b>."));
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("<dd class=\"said\">Odd &lt;b&gt;orders&lt;/b&gt;.</dd>", html, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", html, StringComparison.Ordinal);
        Assert.Contains(place == "/people" ? "<h1>Agents and people" : "<h1>Tools", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_a_workflow_should_stop_stays_on_its_page()
    {
        var workflow = await _api.SubmittedAsync();
        using var jana = await Visitor.OfAsync(_api, "jana");
        var (status, html, _) = await jana.SendAsync(
            $"/workflows/{workflow}", "/suspensions", ("back", $"/workflows/{workflow}"), ("form", $"stop-workflow-{workflow}"), ("kind", "workflow"), ("name", workflow.ToString()), ("do", "suspend"), ("reason", new string('x', 2001)));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains($"id=\"stop-workflow-{workflow}\" open", html, StringComparison.Ordinal);
        Assert.Contains("value=\"xxx", html, StringComparison.Ordinal);
        Assert.Contains("id=\"why-not\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_goal_that_is_to_be_handed_in_again_stays_in_its_box_when_another_form_of_the_page_is_not_taken()
    {
        var workflow = await _api.SubmittedAsync("Buy <i>blue</i> pens");
        using var jana = await Visitor.OfAsync(_api, "jana");
        var place = $"/?again={workflow}";
        Assert.Contains(">Buy &lt;i&gt;blue&lt;/i&gt; pens</textarea>", await jana.PageAsync(place), StringComparison.Ordinal);
        var (status, html, _) = await jana.SendAsync(place, "/inbox/notes", ("back", place), ("form", "notes"), ("answer", "noted"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(">Buy &lt;i&gt;blue&lt;/i&gt; pens</textarea>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_may_decide_in_anothers_place_is_counted_from_when_they_may()
    {
        var workflow = await _api.SubmittedAsync();
        var approval = await _api.AskedAsync(workflow, seats: [new Seat("lead", 1)], ladder: new ApprovalLadder(null, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero), null, []));
        using var omar = await Visitor.OfAsync(_api, "omar");
        Assert.Contains("<title>Inbox", await omar.PageAsync("/inbox"), StringComparison.Ordinal);
        await _api.AppendAsync(workflow, new StandInsAdmitted(approval, [new StandIn("omar", "petra", "lead")]));
        var page = await omar.PageAsync("/inbox");
        Assert.Contains("<title>(1) Inbox", page, StringComparison.Ordinal);
        Assert.Contains("Yours to decide", page, StringComparison.Ordinal);
        Assert.Equal("1", await omar.PageAsync("/inbox/count"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        Assert.Equal("1", await petra.PageAsync("/inbox/count"));
    }
}
