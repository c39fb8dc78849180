using System.Text.RegularExpressions;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>The page of one workflow: how it is steered, what of it is live, and what it shows of its tasks.</summary>
public sealed partial class WorkflowPageTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _workflow = await _api.SubmittedAsync("Buy pens");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Pause_and_cancel_ask_why_and_cancel_says_what_ends()
    {
        await _api.AskedAsync(_workflow);
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("id=\"why-pause\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"why-cancel\"", page, StringComparison.Ordinal);
        Assert.Contains("It ends for good and cannot be resumed. One approval that waits becomes void.", page, StringComparison.Ordinal);

        var (_, _, location) = await jana.SendAsync("/inbox", $"/workflows/{_workflow}", ("do", "pause"), ("words", "Stocktaking"));
        Assert.Equal($"/workflows/{_workflow}", location?.ToString());
        page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("Paused. Stocktaking", page, StringComparison.Ordinal);
        Assert.Contains("now: paused by Jana: Stocktaking</span>", page, StringComparison.Ordinal);
        Assert.Contains("value=\"resume\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"why-pause\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"why-cancel\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_is_said_once_however_often_its_form_is_sent_and_again_from_the_next_page()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var here = $"/workflows/{_workflow}";
        foreach (var (words, times) in new[] { ("Red ones", 2), ("Blue ones", 1), ("Red ones", 1) })
        {
            var key = SayKey().Match(await jana.PageAsync(here)).Groups[1].Value;
            Assert.NotEmpty(key);
            for (var i = 0; i < times; i++)
            {
                var (status, _, location) = await jana.SendAsync(here, here, ("do", "say"), ("words", words), ("key", key));
                Assert.Equal((System.Net.HttpStatusCode.SeeOther, here + "#say-it"), (status, location?.ToString()));
            }
        }

        Assert.Equal(["Red ones", "Blue ones", "Red ones"], (await _api.Get<IWorkflowOutside>().ReadAsync(_workflow, CancellationToken.None))!.Messages.Select(m => m.Text.Words));
    }

    [Fact]
    public async Task A_workflow_is_suspended_and_let_go_on_where_it_stands()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var here = $"/workflows/{_workflow}";
        Assert.Contains($"id=\"stop-workflow-{_workflow}\"", await jana.PageAsync(here), StringComparison.Ordinal);
        var (_, _, location) = await jana.SendAsync(here, "/suspensions", ("kind", "workflow"), ("name", _workflow.ToString()), ("reason", "Looks odd"), ("do", "suspend"), ("back", here));
        Assert.Equal(here, location?.ToString());
        var page = await jana.WordsAsync(here);
        Assert.Contains("Looks odd", page, StringComparison.Ordinal);
        Assert.Contains("Let it go on", page, StringComparison.Ordinal);

        // It is called what it is, also once its driver has seen that, and no button is there that would only refuse.
        for (var isSeen = false; ; isSeen = true)
        {
            Assert.Contains("now: suspended: Looks odd</span>", page, StringComparison.Ordinal);
            Assert.Matches("(?s)id=\"now\">.*?<span class=\"badge wait\">suspended</span>", page);
            Assert.DoesNotContain("value=\"resume\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("id=\"why-pause\"", page, StringComparison.Ordinal);
            Assert.Contains("<span class=\"badge wait\">suspended</span>", await jana.WordsAsync("/workflows"), StringComparison.Ordinal);
            Assert.Matches("(?s)<h2>At risk</h2>.*<span class=\"badge wait\">suspended</span>", await jana.WordsAsync("/"));
            if (isSeen)
            {
                break;
            }

            await _api.AppendAsync(_workflow, new WorkHeld(null, $"workflow/{_workflow}", new PrivateText("jana", "Looks odd")));
            page = await jana.WordsAsync(here);
        }

        using var client = await _api.AsAsync("jana");
        var refused = await (await client.PostTextAsync($"/api/workflows/{_workflow}/resume", "{}")).Content.ReadAsStringAsync();
        Assert.Contains("The workflow is suspended, not paused", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nothing_waits_for_is_told_and_asked_of_nobody()
    {
        await _api.AppendAsync(
            _workflow,
            new Escalated(PrefixedId.Derive<EscalationId>(_workflow.Value, "found"), EscalationKind.Finding, null, null, "Pens are dearer than last year.", [EscalationState.Noted], "lead", null));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var hers = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("<h2>Told to others</h2>", hers, StringComparison.Ordinal);
        Assert.DoesNotContain("Waits for people", hers, StringComparison.Ordinal);
        using var petra = await Visitor.OfAsync(_api, "petra");
        Assert.Contains("<h2>For your information</h2>", await petra.WordsAsync($"/workflows/{_workflow}"), StringComparison.Ordinal);
        await _api.AskedAsync(_workflow);
        Assert.Matches("(?s)<h2>Waits for people</h2>.*<h3>Told to others</h3>", await jana.WordsAsync($"/workflows/{_workflow}"));
    }

    [Fact]
    public async Task Everything_on_the_page_is_live_and_the_buttons_go_when_it_is_over()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        using var stream = new StreamReader(await jana.Client.GetStreamAsync(new Uri($"/workflows/{_workflow}/live", UriKind.Relative)));
        var first = await PartsAsync(stream, until: "id=\"inbox-count\"");
        foreach (var part in new[] { "steer", "now", "asks", "report", "plan", "tasks", "talk", "saying", "spend", "agreed", "versions" })
        {
            Assert.Contains($" id=\"{part}\"", first, StringComparison.Ordinal);
        }

        Assert.Contains("value=\"cancel\"", first, StringComparison.Ordinal);
        Assert.Contains("value=\"say\"", first, StringComparison.Ordinal);
        await _api.AppendAsync(_workflow, new ContractAgreed(new Contract("Pens are there.", ["No gold."], [], null, null), null, null, "manager"));
        Assert.Contains("No gold.", await PartsAsync(stream, until: "No gold."), StringComparison.Ordinal);

        await _api.Get<WorkflowDesk>().CancelAsync(_workflow, "Enough.", "jana", CancellationToken.None);
        var last = await PartsAsync(stream, until: "id=\"saying\"");
        Assert.Contains("id=\"steer\"", last, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"cancel\"", last, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"say\"", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_says_what_is_to_be_done_why_by_whom_and_what_came_out_as_fields()
    {
        var task = PrefixedId.Derive<TaskId>(_workflow.Value, "quotes");
        var work = new WorkTask(
            task, "quotes", "Ask for quotes", "Ask three suppliers.\nCompare.", [], "buying", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant([]), null, null,
            JsonText.Null, TimeProvider.System.GetUtcNow().AddMinutes(20), Risk.Low);
        await _api.AppendAsync(
            _workflow,
            new ContractAgreed(new Contract("Pens are there.", [], [], null, null), null, null, "manager"),
            new PlanAdopted(new Plan(1, [work])),
            new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "She has the skill and nothing else to do."));
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("Ask three suppliers.", page, StringComparison.Ordinal);
        Assert.Contains("Petra: She has the skill and nothing else to do.", page, StringComparison.Ordinal);
        Assert.Contains(">at risk</text>", page, StringComparison.Ordinal); // before it is late
        Assert.Contains("a task is due in", page, StringComparison.Ordinal);

        using var petra = await Visitor.OfAsync(_api, "petra");
        Assert.Null((await petra.SendAsync("/inbox", $"/inbox/tasks/{task}", ("json", "no"))).Location);
        Assert.NotNull((await petra.SendAsync("/inbox", $"/inbox/tasks/{task}", ("json", """{"best":"acme","quotes":[{"supplier":"acme","price":12.5},{"supplier":"globex","price":13}]}"""))).Location);
        page = await jana.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("<strong>best </strong>acme", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"short name\" data-label=\"supplier\">globex</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\" data-label=\"price\">13</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"best\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_stands_in_the_conversation_and_a_long_one_leads_to_the_timeline()
    {
        await _api.AppendAsync(_workflow, [.. Enumerable.Range(0, 70).Select(i => new MessagePosted(new PrivateText("jana", $"Line {i}.")))]);
        var approval = await _api.AskedAsync(_workflow);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var page = await petra.WordsAsync($"/workflows/{_workflow}");
        Assert.Contains("12 earlier lines stand in the <a", page, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"#{approval}\">Decide it above</a>", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split($"id=\"{approval}\"").Length);
        Assert.Contains("Line 0.", await petra.WordsAsync($"/workflows/{_workflow}/timeline?after=0"), StringComparison.Ordinal);
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

    [GeneratedRegex("name=\"key\" form=\"say-it\" value=\"([0-9]+)\"")]
    private static partial Regex SayKey();
}
