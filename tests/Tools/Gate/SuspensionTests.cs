using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>Suspensions, up to the moment in which a call starts.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public async Task A_call_that_was_decided_before_its_tool_was_suspended_elsewhere_does_not_start_after_it()
    {
        using var shop = await Shop.OpenAsync();
        shop.Log.Meanwhile = SuspendAtStart(shop, "tool/erp.order");

        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1)));

        Assert.Contains("is suspended: until it is clear what happened", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, shop.Orders);
        Assert.DoesNotContain(shop.Log.Events, e => e is CallStarted);
    }

    /// <summary>A no would stay one when the suspension is lifted: the agent would have heard it, and done something else.</summary>
    [Theory]
    [InlineData("agent/purchaser")]
    [InlineData("workflow/")]
    [InlineData("all/*")]
    public async Task A_call_whose_work_is_suspended_elsewhere_as_it_starts_is_held_with_it_and_made_once_that_is_lifted(string what)
    {
        using var shop = await Shop.OpenAsync();
        what = what == "workflow/" ? what + shop.Log.State.Id : what;
        shop.Log.Meanwhile = SuspendAtStart(shop, what);
        var call = shop.Order(1);

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal(what, shop.Log.State.HeldBy ?? shop.Log.State.Tasks[0].HeldBy);
        Assert.DoesNotContain(shop.Log.Events, e => e is CallProposed or CallDecided or CallStarted);

        shop.Lift();
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Equal(1, shop.Orders);
    }

    [Fact]
    public async Task What_was_agreed_to_stands_when_its_work_is_suspended_as_it_starts()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(501);
        await shop.CallAsync(call);
        shop.Approve(call, ("petra", "lead"));
        shop.Log.Meanwhile = SuspendAtStart(shop, "all/*");

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal((CallStatus.Approved, 0), (shop.Log.State.Calls[call.Call].Status, shop.Orders));

        shop.Lift();
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Equal(1, shop.Orders);
    }

    /// <summary>Between the intent and the sending is a moment too: what may be sent at any time stays started over it.</summary>
    [Theory]
    [InlineData("agent/purchaser")]
    [InlineData("workflow/")]
    [InlineData("all/*")]
    public async Task What_is_suspended_between_its_intent_and_its_sending_is_sent_once_that_is_lifted(string what)
    {
        var tool = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Done(JsonText.EmptyObject, [])));
        using var shop = await Shop.OpenAsync(Shop.Double("do", tool, EffectClass.Observe));
        what = what == "workflow/" ? what + shop.Log.State.Id : what;
        shop.Crash.Meanwhile = point =>
        {
            if (point == CrashPoint.BeforeToolRuns && shop.Company.State is { WasSuspended: false })
            {
                shop.Company.Suspend(what);
            }
        };
        var call = shop.Call("test.do", "{}");

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal((CallStatus.Started, 0), (shop.Log.State.Calls[call.Call].Status, tool.Sent.Count));
        Assert.Equal(what, shop.Log.State.HeldBy ?? shop.Log.State.Tasks[0].HeldBy);

        shop.Lift();
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Single(tool.Sent);
    }

    /// <summary>Nobody who takes it up later could know that it was not sent, so this host says it.</summary>
    [Fact]
    public async Task What_cannot_be_sent_twice_and_is_suspended_between_its_intent_and_its_sending_has_failed_undone()
    {
        var tool = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Done(JsonText.EmptyObject, [])));
        using var shop = await Shop.OpenAsync(Shop.Double("do", tool));
        shop.Crash.Meanwhile = point =>
        {
            if (point == CrashPoint.BeforeToolRuns)
            {
                shop.Company.Suspend("all/*");
            }
        };

        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("test.do", "{}")));
        Assert.Equal((CallOutcome.Failed, 0), (settled.Outcome, tool.Sent.Count));
        Assert.Contains("It was not called.", settled.Result.Text, StringComparison.Ordinal);
    }

    /// <summary>A no would be the end of a call of which nobody knows whether it was made.</summary>
    [Theory]
    [InlineData("agent/purchaser")]
    [InlineData("workflow/")]
    [InlineData("all/*")]
    public async Task What_a_person_wants_sent_again_waits_while_its_work_is_suspended(string what)
    {
        var tool = new ToolDouble((intent, _) => Task.FromResult<ToolOutput>(intent.IsResumed ? new ToolOutput.Done(JsonText.EmptyObject, []) : new ToolOutput.Unclear("The line went dead.")));
        using var shop = await Shop.OpenAsync(Shop.Double("do", tool));
        what = what == "workflow/" ? what + shop.Log.State.Id : what;
        var call = shop.Call("test.do", "{}");
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        var again = new WorkflowCommand.ResolveUnknown(shop.Answer("again"));
        shop.Company.Suspend(what);

        Assert.IsType<CallResult.Suspended>(await shop.Gate.ResolveUnknownAsync(again.Escalation, shop.Log, CancellationToken.None));
        Assert.Equal((CallStatus.Unknown, 1), (shop.Log.State.Calls[call.Call].Status, tool.Sent.Count));
        Assert.DoesNotContain(again, Decider.Decide(shop.Log.State, shop.Time.Now));

        shop.Lift();
        Assert.Contains(again, Decider.Decide(shop.Log.State, shop.Time.Now));
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(again.Escalation, shop.Log, CancellationToken.None)).Outcome);
        Assert.Equal(2, tool.Sent.Count);
    }

    /// <summary>What was never sent would tell the breaker that the tool is well, and five more would go out to one that is not.</summary>
    [Fact]
    public async Task What_is_held_on_its_way_says_nothing_about_a_tool_that_fails()
    {
        var tool = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Failed("busy", IsRetryable: true)));
        using var shop = await Shop.OpenAsync(Shop.Double("do", tool, EffectClass.Observe) with { Limits = ToolLimits.Outside with { Retries = 0 } });
        for (var i = 0; i < 5; i++)
        {
            await shop.CallAsync(shop.Call("test.do", $$"""{"more":{{i}}}"""));
        }

        shop.Time.Advance(TimeSpan.FromSeconds(31));
        shop.Crash.Meanwhile = point =>
        {
            if (point == CrashPoint.BeforeToolRuns && shop.Company.State is { WasSuspended: false })
            {
                shop.Company.Suspend("agent/purchaser");
            }
        };
        var held = shop.Call("test.do", "{}");
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(held));
        Assert.Equal(5, tool.Sent.Count);

        shop.Lift();
        await shop.CallAsync(held);
        await shop.CallAsync(shop.Call("test.do", """{"more":9}"""));
        Assert.Equal(6, tool.Sent.Count);
    }

    [Theory]
    [InlineData("workflow/{0}")]
    [InlineData("workflow/{1}")]
    [InlineData("workflow/{2}")]
    [InlineData("agent/clerk")]
    public async Task What_a_workflow_comes_from_stops_it_however_far_up_and_on_a_host_that_did_not_know_yet(string what)
    {
        using var shop = await Shop.OpenAsync();
        WorkflowId[] above = [.. Enumerable.Range(1, 3).Select(i => PrefixedId.New<WorkflowId>(shop.Time.Now, new Random(i)))];
        var log = shop.SetOff(9, new Ancestry([.. above], ["clerk"]));
        var call = shop.Order(1) with { Task = log.State.Tasks[0].Task.Id, Grant = log.State.Tasks[0].Task.Grant };
        log.Meanwhile = SuspendAtStart(shop, string.Format(System.Globalization.CultureInfo.InvariantCulture, what, above[0], above[1], above[2]));

        Assert.IsType<CallResult.Suspended>(await shop.Gate.CallAsync(call, log, CancellationToken.None));

        Assert.NotNull(log.State.HeldBy);
        Assert.Equal(0, shop.Orders);
        Assert.DoesNotContain(log.Events, e => e is CallStarted);
    }

    [Fact]
    public async Task What_is_suspended_elsewhere_and_has_nothing_to_do_with_a_call_does_not_stop_it()
    {
        using var shop = await Shop.OpenAsync();
        shop.Log.Meanwhile = SuspendAtStart(shop, "agent/clerk");

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        Assert.Equal(1, shop.Orders);
    }

    [Fact]
    public async Task However_often_people_sign_in_while_a_call_starts_it_is_sent()
    {
        using var shop = await Shop.OpenAsync();
        var tries = 0;
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallStarted) && tries++ < 12)
            {
                shop.Company.SignInElsewhere();
            }
        };

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        Assert.Equal((13, 1), (tries, shop.Orders));
    }

    /// <summary>Where something else is stopped each time, each time is a race: it ends, and says what to do.</summary>
    [Fact]
    public async Task A_call_that_loses_every_race_is_refused_after_eight_and_may_be_tried_later()
    {
        using var shop = await Shop.OpenAsync();
        var races = 0;
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallStarted))
            {
                shop.Company.SuspendElsewhere($"tool/other{races++}");
            }
        };

        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1)));

        Assert.Contains("Try later", refused.Reason, StringComparison.Ordinal);
        Assert.Equal((8, 0), (races, shop.Orders));
    }

    [Fact]
    public async Task What_is_suspended_after_a_dozen_people_have_signed_in_stops_a_call_all_the_same()
    {
        using var shop = await Shop.OpenAsync();
        var tries = 0;
        shop.Log.Meanwhile = events =>
        {
            if (!events.Any(e => e is CallStarted))
            {
                return;
            }

            if (tries++ < 12)
            {
                shop.Company.SignInElsewhere();
            }
            else
            {
                shop.Company.SuspendElsewhere("tool/erp.order");
            }
        };

        Assert.Contains("is suspended", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1))).Reason, StringComparison.Ordinal);
        Assert.Equal((13, 0), (tries, shop.Orders));
    }

    [Fact]
    public async Task What_is_suspended_between_two_tries_is_not_sent_again()
    {
        Shop? shop = null;
        var tool = new ToolDouble((_, _) =>
        {
            shop!.Company.Suspend("tool/test.do");
            return Task.FromResult<ToolOutput>(new ToolOutput.Unclear("The line broke."));
        });
        using var opened = shop = await Shop.OpenAsync(Shop.Double("do", tool, idempotent: true));
        var call = shop.Call("test.do", "{}");
        await shop.CallAsync(call);
        Assert.Single(tool.Sent);
        Assert.Equal(CallStatus.Unknown, shop.Log.State.Calls[call.Call].Status);
    }

    [Fact]
    public async Task What_is_suspended_while_a_call_waits_for_its_turn_is_not_sent()
    {
        var gate = new TaskCompletionSource<ToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        var tool = new ToolDouble((_, _) => gate.Task);
        using var shop = await Shop.OpenAsync(Shop.Double("do", tool) with { Limits = ToolLimits.Inside with { Concurrency = 1 } });
        var (first, second) = (shop.CallAsync(shop.Call("test.do", "{}")), shop.CallAsync(shop.Call("test.do", """{"more":1}""")));
        await Workplace.UntilAsync(() => shop.Log.Events.OfType<CallStarted>().Count() == 2);
        shop.Company.Suspend("tool/test.do");
        gate.SetResult(new ToolOutput.Done(JsonText.EmptyObject, []));

        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await first).Outcome);
        var settled = Assert.IsType<CallResult.Settled>(await second);
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("It was not called.", settled.Result.Text, StringComparison.Ordinal);
        Assert.Single(tool.Sent);
    }

    [Fact]
    public async Task Everything_stops_reads_too_and_nothing_is_described()
    {
        using var shop = await Shop.OpenAsync();
        shop.Company.Suspend("all/*");

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Call("erp.prices", "{}")));
        Assert.Equal(WorkflowStatus.Paused, shop.Log.State.Status);
        Assert.Empty(shop.Gate.Describe(["erp.order", "erp.prices"]));
    }

    [Fact]
    public async Task Where_nobody_is_waited_for_what_is_suspended_is_refused()
    {
        using var shop = await Shop.OpenAsync();
        shop.Log.CanWait = false;
        shop.Company.Suspend("all/*");

        Assert.Contains("Everything is suspended", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("erp.prices", "{}"))).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Log.Events, e => e is WorkHeld);
    }

    /// <summary>On another host, in the moment in which a call's intent is appended.</summary>
    private static Action<ImmutableArray<WorkflowEvent>> SuspendAtStart(Shop shop, string what) => events =>
    {
        if (events.Any(e => e is CallStarted) && shop.Company.State is { WasSuspended: false })
        {
            shop.Company.SuspendElsewhere(what);
        }
    };
}
