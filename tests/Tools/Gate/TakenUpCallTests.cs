using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>What a process that is gone had started is sent again only where it could be started now.</summary>
public sealed class TakenUpCallTests
{
    private const string Ban = "  - { id: no-more, effect: deny, tools: [\"test.*\"], reason: Not any more. }\nbudgets:";

    private static readonly ToolOutput Sent = new ToolOutput.Done(JsonText.Parse("""{"sent":true}"""), []);

    private readonly ToolDouble _tool = new((_, _) => Task.FromResult(Sent));

    [Fact]
    public async Task A_read_that_is_made_again_is_on_record_before_it_is()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);

        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Equal(2, _tool.Sent.Count);
        Assert.Equal(call.Call, Assert.Single(shop.Log.Events.OfType<CallTakenUp>()).Call);
    }

    [Theory]
    [InlineData("agent/purchaser")]
    [InlineData("all/*")]
    public async Task What_is_suspended_with_its_work_while_a_call_is_taken_up_stays_started_until_that_is_lifted(string what)
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Log.Meanwhile = SuspendAtTakeUp(shop, what);

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal((CallStatus.Started, 1), (shop.Log.State.Calls[call.Call].Status, _tool.Sent.Count));
        Assert.DoesNotContain(shop.Log.Events, e => e is CallTakenUp);

        shop.Lift();
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Equal(2, _tool.Sent.Count);
    }

    [Fact]
    public async Task A_tool_that_is_suspended_elsewhere_while_a_call_is_taken_up_stops_it_there()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Log.Meanwhile = SuspendAtTakeUp(shop, "tool/test.do");

        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("It was not made again. ", settled.Result.Text, StringComparison.Ordinal);
        Assert.Contains("is suspended: until it is clear what happened", settled.Result.Text, StringComparison.Ordinal);
        Assert.Single(_tool.Sent);
        Assert.DoesNotContain(shop.Log.Events, e => e is CallTakenUp);
    }

    [Theory]
    [InlineData(EffectClass.Observe)]
    [InlineData(EffectClass.WriteReversible)]
    public async Task What_rules_deny_by_now_is_not_sent_again_and_nothing_is_dropped(EffectClass effect)
    {
        using var shop = await Shop.OpenAsync(Tool(effect));
        var call = await CrashAsync(shop);
        shop.Configure(Shop.Tools, Shop.Authority.Replace("budgets:", Ban, StringComparison.Ordinal), Tool(effect));

        var result = await shop.CallAsync(call);
        Assert.Single(_tool.Sent);
        if (effect == EffectClass.Observe)
        {
            Assert.Contains("Not any more.", Assert.IsType<CallResult.Settled>(result).Result.Text, StringComparison.Ordinal);
            Assert.Equal(CallStatus.Failed, shop.Log.State.Calls[call.Call].Status);
            return;
        }

        // It may have been made before the process went: only a person can say, and a rule that says no now does not make it undone.
        Assert.IsType<CallResult.Suspended>(result);
        Assert.Equal(CallStatus.Unknown, shop.Log.State.Calls[call.Call].Status);
        Assert.Contains("Not any more.", Assert.Single(shop.Log.State.Escalations.Values).Raised.Question, StringComparison.Ordinal);

        var again = Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(shop.Answer("again"), shop.Log, CancellationToken.None));
        Assert.Contains("It was not sent again. Not any more.", again.Result.Text, StringComparison.Ordinal);
        Assert.Single(_tool.Sent);
    }

    [Fact]
    public async Task That_no_rule_permits_it_any_more_takes_back_nothing_that_was_decided()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Configure(Shop.Tools, Shop.Authority.Replace(", tools: [\"test.*\", people.escalate]", ", tools: [people.escalate]", StringComparison.Ordinal), Tool(EffectClass.Observe));

        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("test.do", "{}")));
    }

    [Fact]
    public async Task Its_own_first_try_does_not_count_against_it()
    {
        const string Once = "  - { id: once, effect: deny, tools: [\"test.*\"], history: { some: { tools: [\"test.*\"] } }, reason: Once only. }\nbudgets:";
        using var shop = await Shop.OpenAsync(Tool(EffectClass.WriteReversible));
        shop.Configure(Shop.Tools, Shop.Authority.Replace("budgets:", Once, StringComparison.Ordinal), Tool(EffectClass.WriteReversible));
        var call = await CrashAsync(shop);
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Equal("Once only.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("test.do", "{}"))).Reason);
    }

    [Fact]
    public async Task A_grant_that_was_taken_back_stops_it()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Log.Add(Actor.Person("jana"), new GrantRevoked(shop.Task, new PrivateText("jana", "Too much.")));

        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Contains("What its task may do was taken back.", settled.Result.Text, StringComparison.Ordinal);
        Assert.Single(_tool.Sent);
    }

    [Fact]
    public async Task A_call_that_may_have_happened_once_is_put_before_a_person_as_ever()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("do", _tool));
        var call = await CrashAsync(shop);
        shop.Configure(Shop.Tools, Shop.Authority.Replace("budgets:", Ban, StringComparison.Ordinal), Shop.Double("do", _tool));

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Single(shop.Log.State.Escalations);
        Assert.Single(_tool.Sent);
    }

    [Fact]
    public async Task A_pause_that_comes_first_leaves_it_started_and_it_is_taken_up_when_the_goal_goes_on()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Log.Add(Actor.Person("jana"), new WorkflowPaused(new PrivateText("jana", "Wait.")));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Single(_tool.Sent);

        shop.Log.Add(Actor.Person("jana"), new WorkflowResumed());
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(2, _tool.Sent.Count);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, "ran out")]
    [InlineData(1, "ran out")]
    public async Task A_grant_that_has_run_out_stops_it_from_that_moment(int secondsAfter, string? why)
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var first = shop.Log.State.Tasks[0].Task;
        var narrow = first with { Id = PrefixedId.Derive<TaskId>(first.Id.Value, "short"), Key = "short", Grant = first.Grant with { Expires = shop.Time.Now.AddMinutes(1) } };
        shop.Log.Add(
            Actor.Manager, new PlanRevised(new Plan(shop.Log.State.PlanVersion + 1, [narrow]), "shorter"), new TaskAssigned(narrow.Id, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "skill"));
        var call = await CrashAsync(shop, shop.Call("test.do", "{}") with { Task = narrow.Id, Grant = narrow.Grant });
        shop.Time.Advance(TimeSpan.FromSeconds(60 + secondsAfter));

        var said = await WhyNotAsync(shop, call);
        Assert.Equal(why is not null, said?.Contains(why ?? "", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Of_what_stops_it_a_suspension_is_named_first()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Log.Add(Actor.Person("jana"), new GrantRevoked(shop.Task, new PrivateText("jana", "Too much.")));
        shop.Company.Suspend("tool/test.do");
        Assert.Contains("is suspended", await WhyNotAsync(shop, call), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_is_gone_and_a_decision_that_cannot_be_read_stop_it()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        var state = shop.Log.State.Calls[call.Call];
        var recheck = shop.Recheck;
        Assert.Null(await recheck.WhyNotAsync(state, shop.Log.State, CancellationToken.None));
        Assert.Equal(
            "It could not be decided again, so it is a no.",
            await recheck.WhyNotAsync(state with { Decided = state.Decided! with { Facts = JsonText.Parse("5") } }, shop.Log.State, CancellationToken.None));

        shop.Configure(Shop.Tools, Shop.Authority);
        Assert.Equal("The tool is no longer there.", await WhyNotAsync(shop, call));
    }

    [Fact]
    public async Task Of_a_server_that_does_not_have_it_any_more_that_is_said()
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop, shop.Call("test.do", "{}"));
        var state = shop.Log.State.Calls[call.Call];
        await using var place = Workplace.Open(Workplace.Files("normal", "{ name: echo, effect: observe }"));
        place.Catalog.Outside[0].Know(new SourceListing([new ListedTool("echo", "Says it.", JsonText.Parse("""{"type":"object","properties":{}}"""), null, ClaimedTraits.None)]));
        place.Catalog.Outside[0].Know(new SourceListing([]));
        Assert.Contains(
            "does not have it, or not any more",
            await place.Recheck.WhyNotAsync(state with { Proposed = state.Proposed with { Tool = "files.echo" } }, shop.Log.State, CancellationToken.None),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("purchaser", true)]
    [InlineData("clerk", false)]
    public async Task What_is_forbidden_to_whoever_made_it_stops_it(string agent, bool isStopped)
    {
        using var shop = await Shop.OpenAsync(Tool(EffectClass.Observe));
        var call = await CrashAsync(shop);
        shop.Configure(Shop.Tools, Shop.Authority.Replace("budgets:", $"  - {{ id: not-you, effect: deny, agents: [{agent}], tools: [\"test.*\"], reason: Not you. }}\nbudgets:", StringComparison.Ordinal), Tool(EffectClass.Observe));
        Assert.Equal(isStopped ? "Not you." : null, await WhyNotAsync(shop, call));
    }

    private static Task<string?> WhyNotAsync(Shop shop, ToolCall call) => shop.Recheck.WhyNotAsync(shop.Log.State.Calls[call.Call], shop.Log.State, CancellationToken.None);

    private Tool Tool(EffectClass effect) => Shop.Double("do", _tool, effect, idempotent: true);

    private static async Task<ToolCall> CrashAsync(Shop shop, ToolCall? wanted = null)
    {
        var call = wanted ?? shop.Call("test.do", "{}");
        shop.Crash.At = CrashPoint.AfterToolRan;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();
        return call;
    }

    private static Action<ImmutableArray<WorkflowEvent>> SuspendAtTakeUp(Shop shop, string what) => events =>
    {
        if (events.Any(e => e is CallTakenUp) && shop.Company.State is { WasSuspended: false })
        {
            shop.Company.SuspendElsewhere(what);
        }
    };
}
