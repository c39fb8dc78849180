using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>Forms that are not taken: what was written in them stands where it stood, with why, and nothing is lost.</summary>
public sealed partial class KeptFormTests : IAsyncLifetime
{
    private const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator] }
          - { id: petra, name: Petra, roles: [lead] }
          - { id: helena, name: Helena, roles: [cfo] }
          - { id: karel, name: Karel, roles: [compliance] }
          - { id: vera, name: Vera, roles: [viewer] }
        """;

    private static readonly Seat[] Lead = [new("lead", 1)];

    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;
    private TaskId _task;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n", ("people.yaml", People));
        _workflow = await _api.SubmittedAsync();
        _task = PrefixedId.Derive<TaskId>(_workflow.Value, "count");
        var before = PrefixedId.Derive<TaskId>(_workflow.Value, "look");
        await _api.AppendAsync(
            _workflow,
            new ContractAgreed(new Contract("Pens.", [], [], null, null), null, null, "test"),
            new PlanAdopted(new Plan(1, [Work(before, "Look around", """{"type":"object"}"""), Work(_task, "Count them", """{"type":"object","properties":{"found":{"type":"string"},"howMany":{"type":"integer","minimum":1}},"required":["found"]}""", before)])),
            new TaskAssigned(before, new Executor(Actor.Agent("purchaser")), null, null, "It fits."),
            new DeliverableSubmitted(before, JsonText.Parse("""{"shelf":"the third one"}""")),
            new DeliverableReviewed(before, Actor.System, true, [], []),
            new TaskAssigned(_task, new Executor(Actor.Person("vera")), null, null, "It fits."));
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("/inbox")]
    [InlineData("/")]
    [InlineData("/workflows/WF")]
    public async Task All_fields_of_a_deliverable_stay_when_one_is_wrong_and_the_page_is_the_one_it_stood_on(string path)
    {
        var place = path.Replace("WF", _workflow.ToString(), StringComparison.Ordinal);
        using var vera = await Visitor.OfAsync(_api, "vera");
        foreach (var (many, why) in new[] { ("lots", "“how many” must be a whole number, such as 12."), ("0", "“how many” must be at least 1") })
        {
            var (status, html, _) = await vera.SendAsync(place, $"/inbox/tasks/{_task}", ("back", place), ("form", $"deliver-{_task}"), ("field:found", "Blue ones & <b>red</b>"), ("field:howMany", many));
            var page = WebUtility.HtmlDecode(html);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("&lt;b&gt;red", html, StringComparison.Ordinal);
            Assert.Contains(">Blue ones & <b>red</b></textarea>", page, StringComparison.Ordinal);
            Assert.Contains($"value=\"{many}\" inputmode", page, StringComparison.Ordinal);
            Assert.Contains(why, Fault().Match(page).Groups[1].Value, StringComparison.Ordinal);
            Assert.Contains($"name=\"back\" value=\"{place}\"", page, StringComparison.Ordinal);
            Assert.Contains($"data-live=\"{(place == "/" ? "" : place)}/live\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_viewer_does_the_task_that_is_theirs_and_sees_what_it_builds_on()
    {
        using var vera = await Visitor.OfAsync(_api, "vera");
        Assert.Contains("the third one", await vera.WordsAsync("/inbox"), StringComparison.Ordinal);
        var (status, _, location) = await vera.SendAsync("/inbox", $"/inbox/tasks/{_task}", ("back", "/inbox"), ("field:found", "Pens"), ("field:howMany", " 3 "));
        Assert.Equal((HttpStatusCode.SeeOther, "/inbox"), (status, location?.ToString()));
        Assert.Equal("""{"found":"Pens","howMany":3}""", (await StateAsync()).Task(_task)!.Deliverable.Text);
    }

    [Fact]
    public async Task A_task_that_came_back_says_why_and_what_was_handed_in()
    {
        var question = PrefixedId.Derive<EscalationId>(_workflow.Value, "blocked");
        await _api.AppendAsync(
            _workflow,
            new DeliverableSubmitted(_task, JsonText.Parse("""{"found":"Four pens"}""")),
            new DeliverableReviewed(_task, Actor.System, false, ["It is not what the system says."], []),
            new Escalated(question, EscalationKind.BlockedTask, _task, null, "The task cannot go on: It is not what the system says.", ["retry", "skip"], "operator", null),
            new EscalationAnswered(question, "retry", new PrivateText("jana", "Count the drawer too.")),
            new TaskRetried(_task, "A person says: Count the drawer too."));
        using var vera = await Visitor.OfAsync(_api, "vera");
        var page = await vera.WordsAsync("/inbox");
        Assert.Matches("It came back to you <time.*</time>: The task cannot go on: It is not what the system says. A person says: Count the drawer too.", page);
        Assert.Contains("Four pens", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_asks_for_more_rows_gets_them_and_hands_nothing_in()
    {
        var task = PrefixedId.Derive<TaskId>(_workflow.Value, "list");
        await _api.AppendAsync(
            _workflow,
            new PlanRevised(new Plan(2, [.. (await StateAsync()).Tasks.Select(t => t.Task), Work(task, "List them", """{"type":"object","properties":{"items":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}}},"required":["items"]}""")]), "More."),
            new TaskAssigned(task, new Executor(Actor.Person("vera")), null, null, "It fits."));
        using var vera = await Visitor.OfAsync(_api, "vera");
        var (status, page, _) = await vera.SendAsync("/inbox", $"/inbox/tasks/{task}", ("back", "/inbox"), ("form", $"deliver-{task}"), ("field:items/0/sku", "A-1"), ("more-rows", "yes"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("name=\"field:items/0/sku\" value=\"A-1\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"field:items/14/sku\"", page, StringComparison.Ordinal);
        Assert.Equal(WorkTaskStatus.WaitingPerson, (await StateAsync()).Task(task)!.Status);
        (status, _, _) = await vera.SendAsync("/inbox", $"/inbox/tasks/{task}", ("back", "/inbox"), ("field:items/0/sku", "A-1"), ("field:items/3/sku", "B-2"));
        Assert.Equal(HttpStatusCode.SeeOther, status);
        Assert.Equal("""{"items":[{"sku":"A-1"},{"sku":"B-2"}]}""", (await StateAsync()).Task(task)!.Deliverable.Text);
    }

    [Fact]
    public async Task Whoever_cannot_do_a_task_says_why_and_gives_it_back()
    {
        using var vera = await Visitor.OfAsync(_api, "vera");
        var (status, page, _) = await vera.SendAsync("/inbox", $"/inbox/tasks/{_task}", ("back", "/inbox"), ("form", $"cannot-{_task}"), ("cannot", " "));
        Assert.Equal((HttpStatusCode.BadRequest, "Say why you cannot do it."), (status, Fault().Match(page).Groups[1].Value));
        (status, _, _) = await vera.SendAsync("/inbox", $"/inbox/tasks/{_task}", ("back", "/inbox"), ("cannot", "I am in Brno."));
        Assert.Equal(HttpStatusCode.SeeOther, status);
        Assert.NotEqual(WorkTaskStatus.WaitingPerson, (await StateAsync()).Task(_task)!.Status);
        Assert.Contains("I am in Brno.", (await StateAsync()).Task(_task)!.Reason, StringComparison.Ordinal);
        using var petra = await Visitor.OfAsync(_api, "petra");
        (status, _, _) = await petra.SendAsync("/inbox", $"/inbox/tasks/{_task}", ("cannot", "Mine."));
        Assert.Equal(HttpStatusCode.Conflict, status);
    }

    [Fact]
    public async Task Whoever_has_a_role_that_only_watches_answers_what_is_asked_of_it_and_a_key_to_read_answers_nothing()
    {
        var question = PrefixedId.Derive<EscalationId>(_workflow.Value, "late");
        await _api.AppendAsync(_workflow, new Escalated(question, EscalationKind.MissedDeadline, null, null, "It is late.", ["extend", "goOn"], "compliance", null));
        using var key = await _api.AsAsync("karel", Permission.Read);
        using var refused = await key.PostTextAsync($"/api/escalations/{question}", """{"answer":"goOn"}""");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var karel = await Visitor.OfAsync(_api, "karel");
        var (status, html, _) = await karel.SendAsync("/inbox", $"/inbox/escalations/{question}", ("back", "/inbox"), ("form", $"answer-{question}"), ("answer", "extend"), ("words", "next week"));
        var page = WebUtility.HtmlDecode(html);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("value=\"next week\"", page, StringComparison.Ordinal);
        Assert.StartsWith("Your words must say the new deadline.", Fault().Match(page).Groups[1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain("'words'", page, StringComparison.Ordinal);
        (status, _, _) = await karel.SendAsync("/inbox", $"/inbox/escalations/{question}", ("back", "/inbox"), ("answer", "extend"), ("words", "2d"));
        Assert.Equal(HttpStatusCode.SeeOther, status);
    }

    [Fact]
    public async Task Every_field_of_an_edit_stays_when_one_number_cannot_be_read()
    {
        var approval = await _api.AskedAsync(_workflow, JsonText.Parse("""{"supplier":"acme","total":12,"urgent":true}"""), Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var (_, html, _) = await petra.SendAsync(
            "/inbox", $"/inbox/approvals/{approval}", ("back", "/inbox"), ("form", $"decide-{approval}"), ("decision", "edit"), ("arg:/supplier", "globex"), ("arg:/total", "a dozen"), ("reason", "Cheaper there"));
        var page = WebUtility.HtmlDecode(html);
        Assert.Contains($"id=\"e-{approval}\" open", page, StringComparison.Ordinal);
        Assert.All((string[])["globex", "a dozen", "Cheaper there"], said => Assert.Contains($"value=\"{said}\"", page, StringComparison.Ordinal));
        Assert.DoesNotMatch("name=\"arg:/urgent\"[^>]*checked", page); // what was unticked stays so
        Assert.Single(Fault().Matches(page));
    }

    [Fact]
    public async Task The_words_of_a_form_that_stands_nowhere_any_more_are_shown_apart_and_its_token_is_not()
    {
        var approval = await _api.AskedAsync(_workflow, seats: Lead);
        using var petra = await Visitor.OfAsync(_api, "petra");
        await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("decision", "reject"), ("reason", "No."));
        var (status, html, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("back", "/inbox"), ("form", $"decide-{approval}"), ("decision", "approve"), ("reason", "They are <b>fine</b>"), ("key", "s3cret"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("role=\"alert\"", html, StringComparison.Ordinal);
        Assert.Contains("They are &lt;b&gt;fine", html, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<dd class=\"said\">CfDJ", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_to_a_workflow_that_ended_meanwhile_is_not_lost()
    {
        await _api.Get<AiManager.ManagerAgent.WorkflowDesk>().CancelAsync(_workflow, "Enough.", "jana", CancellationToken.None);
        using var jana = await Visitor.OfAsync(_api, "jana");
        var (status, page, _) = await jana.SendAsync("/", $"/workflows/{_workflow}", ("form", "say"), ("do", "say"), ("words", "Only wooden ones."));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("<dd class=\"said\">Only wooden ones.</dd>", page, StringComparison.Ordinal);
        Assert.Contains("Buy pens", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_task_may_do_is_taken_back_by_a_form_of_whoever_may_steer()
    {
        using var vera = await Visitor.OfAsync(_api, "vera");
        Assert.DoesNotContain("Take back what it may do", await vera.PageAsync($"/workflows/{_workflow}"), StringComparison.Ordinal);
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("Take back what it may do", await jana.PageAsync($"/workflows/{_workflow}"), StringComparison.Ordinal);
        var (odd, page, _) = await jana.SendAsync("/", $"/workflows/{_workflow}", ("form", $"revoke-{_task}"), ("do", "revoke"), ("task", "odd"), ("words", "Not needed."));
        Assert.Equal(HttpStatusCode.Conflict, odd);
        Assert.Contains("value=\"Not needed.\"", page, StringComparison.Ordinal);
        var (status, _, _) = await jana.SendAsync("/", $"/workflows/{_workflow}", ("do", "revoke"), ("task", _task.ToString()), ("words", "Not needed."));
        Assert.Equal(HttpStatusCode.SeeOther, status);
        Assert.True((await StateAsync()).Task(_task)!.IsFinal);
    }

    [Fact]
    public async Task A_tab_that_is_not_looked_at_is_told_how_much_waits_and_no_more()
    {
        using var vera = await Visitor.OfAsync(_api, "vera");
        Assert.Equal("1", await vera.PageAsync("/inbox/count"));
        using var helena = await Visitor.OfAsync(_api, "helena");
        Assert.Empty(await helena.PageAsync("/inbox/count"));
    }

    [Theory]
    [InlineData("//evil.example/inbox")]
    [InlineData("https://evil.example")]
    [InlineData("/inbox?list=mine&cursor=odd")]
    [InlineData("/inbox?list=odd")]
    [InlineData("/workflows/wf_00000000000000000000000000")]
    [InlineData("/insights")]
    public async Task A_place_that_is_none_leads_to_the_inbox(string back)
    {
        using var vera = await Visitor.OfAsync(_api, "vera");
        var (status, page, _) = await vera.SendAsync("/inbox", $"/inbox/tasks/{_task}", ("back", back), ("form", $"deliver-{_task}"), ("field:found", "Blue"), ("field:howMany", "x"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.DoesNotContain("evil", page, StringComparison.Ordinal);
        Assert.Contains("data-live=\"/inbox/live\"", page, StringComparison.Ordinal);
        Assert.Contains(">Blue</textarea>", page, StringComparison.Ordinal);
    }

    private async Task<WorkflowState> StateAsync() => (await _api.Get<IWorkflowOutside>().ReadAsync(_workflow, CancellationToken.None))!;

    private static WorkTask Work(TaskId id, string title, string schema, params TaskId[] needs) => new(
        id, title, title, title + ".", [.. needs], "counting", new DeliverableContract(JsonText.Parse(schema), null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);

    [GeneratedRegex("<p class=\"note fault kept\"[^>]*>([^<]*)</p>")]
    private static partial Regex Fault();
}
