using System.Text.RegularExpressions;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>What a workflow's page tells of the work and of its end: who does what, the report, why it failed and what to do next.</summary>
public sealed class WorkflowOutcomeTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _workflow = await _api.SubmittedAsync("Buy pens & ink");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_task_is_one_line_that_opens_and_links_lead_into_it()
    {
        var task = await PlannedAsync(Work("quotes", "Ask for quotes"));
        await _api.AppendAsync(_workflow, new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "She has the skill."));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Matches($"(?s)<details id=\"i-{task}\">\\s*<summary><span class=\"name\">Ask for quotes</span><span class=\"quiet\">Petra · since <time[^>]*>[^<]+</time></span><span class=\"badge", page);
        Assert.Matches($"(?s)<details id=\"i-{task}\">.*<div class=\"in\" id=\"t-{task}\">.*Do it\\..*Petra: She has the skill\\..*</details>", page);
        Assert.Contains($"href=\"#t-{task}\"", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, $"id=\"t-{task}\""));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(20, true)]
    public async Task What_a_task_became_is_folded_into_it_and_opens_when_one_of_them_needs_somebody(int count, bool fails)
    {
        var each = await PlannedAsync(Work("order", "Order") with { ForEach = "list.lines" });
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("· 0 of 1 tasks done", await jana.WordsAsync($"/workflows/{_workflow}"), StringComparison.Ordinal); // as the plan says
        WorkTask[] children = [.. Enumerable.Range(1, count).Select(i => Work($"order/{i}", $"Order: item {i}") with { Template = each })];
        await _api.AppendAsync(_workflow, new TaskExpanded(each, [.. children]));
        if (fails)
        {
            await _api.AppendAsync(_workflow, new TaskFailed(children[1].Id, "Sold out."));
        }

        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains($"· 0 of {count} tasks done", page, StringComparison.Ordinal);
        Assert.Matches($"<a href=\"#t-{each}\" class=\"node {(fails ? "bad" : "run")}\">", page); // no better than the worst of them
        Assert.Contains(fails ? $"{count} tasks: 1 failed, {count - 1} ready" : $"{count} tasks: {count} ready", page, StringComparison.Ordinal);
        Assert.Matches($"<details id=\"i-{each}\"{(fails ? " open" : string.Empty)}>", page);
        Assert.Contains("<span class=\"name\">item 2</span>", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"t-{children[0].Id}\"", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"t-{children[^1].Id}\"", page, StringComparison.Ordinal);
        Assert.Equal(count > 12, page.Contains($"The other {count - 1} tasks: {count - 1} ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_goal_that_was_taken_as_it_is_is_not_shown_as_one_that_was_reached()
    {
        var task = await PlannedAsync(Work("quotes", "Ask for quotes"), Work("order", "Order"));
        await _api.AppendAsync(_workflow, new TaskFailed(task, "Sold out."), new GoalCompleted("Accepted as it is by person:petra: 'Ask for quotes' failed: Sold out."));
        using var jana = await Visitor.OfAsync(_api, "jana");
        foreach (var address in new[] { $"/workflows/{_workflow}", "/workflows", "/" })
        {
            var page = await jana.WordsAsync(address);
            Assert.Contains("<span class=\"badge wait\">accepted as it is</span>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<span class=\"badge good\">completed</span>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_report_stands_below_while_there_is_more_to_come_and_first_when_it_is_over()
    {
        var approval = await _api.AskedAsync(_workflow);
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("Report so far", page, StringComparison.Ordinal);
        Assert.Contains("<h3>Waiting</h3>", page, StringComparison.Ordinal); // said, and not only coloured
        Assert.Contains(">1 waiting</a>", page, StringComparison.Ordinal);
        Assert.Matches("<details id=\"so-far-lines\">\\s*<summary>[^<]*1 waiting[^<]* lines?</summary>", page); // folded: what waits stands above with its card
        Assert.True(page.IndexOf("id=\"so-far\"", StringComparison.Ordinal) > page.IndexOf("id=\"saying\"", StringComparison.Ordinal));
        var report = page[page.IndexOf("id=\"so-far\"", StringComparison.Ordinal)..];
        Assert.Contains($"href=\"#{approval}\"", report, StringComparison.Ordinal);
        Assert.DoesNotContain($"({approval})", report, StringComparison.Ordinal); // an id says nothing to people
        var link = Regex.Match(report, "class=\"rests\" href=\"(/workflows/[^\"]+only=[\\d.]+)\">one event</a>").Groups[1].Value;
        var events = await jana.WordsAsync(link);
        Assert.Contains("One event stands here", events, StringComparison.Ordinal);
        Assert.Contains("ApprovalRequested", events, StringComparison.Ordinal);
        Assert.DoesNotContain("GoalSubmitted", events, StringComparison.Ordinal);

        await _api.Get<WorkflowDesk>().CancelAsync(_workflow, "Enough.", "jana", CancellationToken.None);
        page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.DoesNotContain("Report so far", page, StringComparison.Ordinal);
        Assert.DoesNotContain("1 waiting", page, StringComparison.Ordinal); // nobody need answer for what is over
        Assert.True(page.IndexOf("<h2>Report</h2>", StringComparison.Ordinal) < page.IndexOf("id=\"plan\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_failed_says_why_in_a_sentence_and_is_handed_in_again_from_there()
    {
        await _api.AppendAsync(_workflow, new GoalFailed(GoalFailure.NoScript, "No script or model fits this goal. Connect a model: set AIMANAGER_MODEL_URL."));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Matches("now: failed: No script or model fits this goal</span>", page);
        Assert.Contains("Connect a model, or hand in a goal", page, StringComparison.Ordinal);
        var again = Regex.Match(page, "id=\"again\" href=\"([^\"]+)\"").Groups[1].Value;
        Assert.Equal($"/?again={_workflow}", again);
        Assert.Matches("<textarea id=\"goal\"[^>]*>Buy pens & ink</textarea>", await jana.WordsAsync(again));
        using var odd = await jana.Client.GetAsync(new Uri("/?again=odd", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, odd.StatusCode);

        using var stranger = _api.Stranger();
        stranger.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.DoesNotContain("pens", await (await stranger.GetAsync(new Uri(again, UriKind.Relative))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GoalFailure.GivenUp, "petra gave it up: 'Order' could not go on.", "Petra gave it up: 'Order' could not go on", true)]
    [InlineData(GoalFailure.Limit, "The budget is used up.", "The budget is used up", true)]
    [InlineData(GoalFailure.Joined, "Another pursues the same goal already; follow that one.", "Another pursues the same goal already; follow that one", false)]
    public async Task Each_end_says_what_to_do_next_unless_another_goes_on_with_it(GoalFailure kind, string reason, string why, bool hasNext)
    {
        await _api.AppendAsync(_workflow, new GoalFailed(kind, reason));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains($"now: failed: {why}</span>", page, StringComparison.Ordinal);
        Assert.Equal(hasNext, page.Contains("id=\"again\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_earlier_plan_did_is_told_from_what_the_plan_in_force_does_by_the_same_name()
    {
        var task = await PlannedAsync(Work("quotes", "Ask for quotes"));
        await _api.AppendAsync(
            _workflow,
            new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "Free."),
            new DeliverableSubmitted(task, JsonText.EmptyObject),
            new DeliverableReviewed(task, Actor.System, true, [], []),
            new PlanRevised(new Plan(2, [Work("quotes", "Ask for quotes") with { Id = PrefixedId.Derive<TaskId>(_workflow.Value, "again") }]), "person:petra said to try again."));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("1 of 2 tasks done, 1 of them for an earlier plan", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, " · of an earlier plan</span>"));
        Assert.Single(Regex.Matches(page, ">done · earlier plan</text>").DistinctBy(m => m.Value));
        Assert.Matches("(?s)id=\"versions\">.*Petra\\s+said to try again", page);
        Assert.DoesNotContain("person:petra said", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pending", "idle")]
    [InlineData("waiting_approval", "wait")]
    [InlineData("blocked", "bad")]
    [InlineData("approved", "good")]
    [InlineData("rejected", "bad")]
    public void What_has_not_begun_what_waits_and_what_is_stuck_have_colours_of_their_own(string state, string colour) => Assert.Equal(colour, StateColour.Of(state));

    private async Task<TaskId> PlannedAsync(params WorkTask[] tasks)
    {
        await _api.AppendAsync(_workflow, new ContractAgreed(new Contract("Pens are there.", [], [], null, null), null, null, "manager"), new PlanAdopted(new Plan(1, [.. tasks])));
        return tasks[0].Id;
    }

    private WorkTask Work(string key, string title) => new(
        PrefixedId.Derive<TaskId>(_workflow.Value, key), key, title, "Do it.", [], "buying", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
}
