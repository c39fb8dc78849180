using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>Badges of the drawn plan, the calls that are counted, and what another version of a plan changes.</summary>
public sealed class PlanFlagsTests : SubmittedWorkflow
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_call_that_waits_for_more_than_a_budget_has_makes_its_task_over_budget_and_waiting()
    {
        var task = await PlannedAsync(Work("order") with { Deadline = Now.AddMinutes(20) });
        await Api.AppendAsync(Workflow, new TaskAssigned(task, new Executor(Actor.Agent("purchaser")), "m", new TurnLimits(), "Free."));
        await AskedAsync(task, ["per-day"]);
        Assert.Equal(["over budget", "at risk", "waiting"], await FlagsAsync()); // the worst of them first, as many as a box has room for
        Assert.Contains("purchaser, over budget, at risk, waiting</title>", await PageAsync(), StringComparison.Ordinal);
        Assert.Contains("width=\"80\"", await PageAsync(), StringComparison.Ordinal); // as wide as its words
    }

    [Fact]
    public async Task An_ask_that_is_about_no_budget_is_only_waited_for()
    {
        var task = await PlannedAsync(Work("order"));
        await Api.AppendAsync(Workflow, new TaskAssigned(task, new Executor(Actor.Agent("purchaser")), "m", new TurnLimits(), "Free."));
        await AskedAsync(task, []);
        Assert.Equal(["waiting"], await FlagsAsync());
        Assert.Matches("id=\"calls\">Calls: <a href=\"#asks\">1 waiting</a>", await PageAsync());
    }

    [Fact]
    public async Task A_task_that_is_late_says_so_first()
    {
        var task = await PlannedAsync(Work("call") with { Deadline = Now.AddMinutes(-5) });
        await Api.AppendAsync(Workflow, new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "Free."));
        Assert.Equal(["late", "waiting"], await FlagsAsync());
    }

    [Fact]
    public async Task A_task_whose_slice_of_a_budget_is_used_up_is_over_budget_while_it_is_blocked_by_that()
    {
        var id = PrefixedId.Derive<TaskId>(Workflow.Value, "a");
        var state = new TaskState { Task = Work("a"), Status = WorkTaskStatus.Blocked, Reason = "Nothing is left." };
        var goal = (await Api.Get<IWorkflowOutside>().ReadAsync(Workflow, CancellationToken.None))!;
        Assert.Equal(["over budget"], PlanFlags.Of(state, goal, new Dictionary<TaskId, string> { [id] = "Nothing is left." }, Now).AsEnumerable());
        Assert.Empty(PlanFlags.Of(state, goal, new Dictionary<TaskId, string> { [id] = "Something else." }, Now));
        Assert.Equal(["again"], PlanFlags.Of(state with { Status = WorkTaskStatus.Running }, goal, new Dictionary<TaskId, string>(), Now).AsEnumerable());
        Assert.Empty(PlanFlags.Of(state with { Status = WorkTaskStatus.Failed }, goal, new Dictionary<TaskId, string> { [id] = "Nothing is left." }, Now));
    }

    [Fact]
    public async Task A_denied_call_is_counted_where_everybody_sees_it_and_leads_to_its_reason()
    {
        var call = PrefixedId.Derive<CallId>(Workflow.Value, "no");
        await Api.AppendAsync(
            Workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Deny, ["not-listed"], JsonText.EmptyObject, "Not on the list.", "policy", "v1", []));
        var link = Regex.Match(await PageAsync(), "id=\"calls\">Calls: <a href=\"([^\"]+)\">1 denied</a>").Groups[1].Value;
        using var jana = await Visitor.OfAsync(Api, "jana");
        Assert.Contains("Not on the list.", await jana.WordsAsync(link.Replace("&amp;", "&", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_says_what_a_task_may_do_that_it_might_not_before()
    {
        var (old, now) = (Work("order"), Work("order") with
        {
            Grant = new Grant(["erp.order"], new Amounts(Money: 99)),
            Deadline = new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero),
            Risk = Risk.High,
            ForEach = "list.lines",
            Deliverable = new DeliverableContract(JsonText.EmptyObject, null, "Is it right?"),
        });
        Recorded[] events =
        [
            new(1, 1, Now, Actor.Manager, new PlanAdopted(new Plan(1, [old]))),
            new(2, 2, Now, Actor.Manager, new PlanRevised(new Plan(2, [now]), "More is needed.")),
        ];
        var change = Assert.Single(PlanRevision.Of(events, "EUR")[1].Changes);
        Assert.Equal(
            "due 2026-12-01 08:00 UTC instead of due at no time of its own; risk low became high; one for each of list.lines instead of nothing; another deliverable is wanted; "
            + "may now: Call erp.order; may now: Use at most 99 EUR",
            change.Detail);
    }

    [Fact]
    public async Task What_is_at_risk_is_listed_in_full_and_days_are_those_of_the_company()
    {
        var task = await PlannedAsync(Work("call") with { Deadline = Now.AddMinutes(-5) });
        await Api.AppendAsync(Workflow, new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "Free."));
        await Api.SubmittedAsync("All is well here");
        using var jana = await Visitor.OfAsync(Api, "jana");
        var risky = await jana.WordsAsync("/workflows?risk=1");
        Assert.Contains("a task is late", risky, StringComparison.Ordinal);
        Assert.DoesNotContain("All is well here", risky, StringComparison.Ordinal);
        Assert.Contains("All is well here", await jana.WordsAsync("/workflows"), StringComparison.Ordinal);
        Assert.Contains("Days are those of Europe/Prague.", risky, StringComparison.Ordinal);
        Assert.Contains("All is well here", await jana.WordsAsync("/workflows?requester=jana&playbook="), StringComparison.Ordinal);
        Assert.DoesNotContain("All is well here", await jana.WordsAsync("/workflows?requester=petra"), StringComparison.Ordinal);
        Assert.DoesNotContain("All is well here", await jana.WordsAsync("/workflows?playbook=restock"), StringComparison.Ordinal);
        using var odd = await jana.Client.GetAsync(new Uri("/workflows?risk=2", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, odd.StatusCode);
    }

    [Fact]
    public void A_day_begins_and_ends_where_it_is_reckoned()
    {
        var prague = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague");
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 23, 0, 0, TimeSpan.Zero), PageText.Day("from", "2026-11-27", prague));
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 22, 0, 0, TimeSpan.Zero), PageText.DayAfter("to", "2026-03-29", prague)); // a day of 23 hours
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero), PageText.DayAfter("to", "2026-11-27"));
        Assert.NotNull(PageText.Day("from", "0001-01-01", prague));
        Assert.Throws<Microsoft.AspNetCore.Http.BadHttpRequestException>(() => PageText.DayAfter("to", "9999-12-31", prague));
    }

    private async Task<string> PageAsync()
    {
        using var jana = await Visitor.OfAsync(Api, "jana");
        return await jana.PageAsync($"/workflows/{Workflow}");
    }

    /// <summary>Those of the drawing for wide pages, the worst first.</summary>
    private async Task<IEnumerable<string>> FlagsAsync()
    {
        var page = await PageAsync();
        var drawn = page[page.IndexOf("plan wide", StringComparison.Ordinal)..page.IndexOf("plan narrow", StringComparison.Ordinal)];
        return Regex.Matches(drawn, "class=\"flagged\">([^<]+)<").Select(m => m.Groups[1].Value);
    }

    private async Task AskedAsync(TaskId task, string[] budgets)
    {
        var (call, approval) = (PrefixedId.Derive<CallId>(Workflow.Value, "call"), PrefixedId.Derive<ApprovalId>(Workflow.Value, "approval"));
        await Api.AppendAsync(
            Workflow,
            new CallProposed(call, task, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                approval, call, task, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["large"], [.. budgets], "It is large.",
                [new Seat("lead", 1)], ["jana"], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    private async Task<TaskId> PlannedAsync(WorkTask task)
    {
        await Api.AppendAsync(Workflow, new ContractAgreed(new Contract("Done.", [], [], null, null), null, null, "manager"), new PlanAdopted(new Plan(1, [task])));
        return task.Id;
    }

    private WorkTask Work(string key) => new(
        PrefixedId.Derive<TaskId>(Workflow.Value, key), key, "Order " + key, "Do it.", [], "buying", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
}
