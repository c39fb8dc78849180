namespace AiManager.Tools.Tests;

/// <summary>Between start and settlement: never silently repeated, never silently dropped.</summary>
public sealed class UnknownCallTests
{
    private static readonly ToolOutput Sent = new ToolOutput.Done(JsonText.Parse("""{"sent":true}"""), []);

    [Fact]
    public async Task A_call_without_keys_that_a_crash_interrupted_is_put_before_a_person_and_not_sent_again()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Single(mail.Sent);
        var raised = Assert.Single(shop.Log.State.Escalations.Values).Raised;
        Assert.Equal((EscalationKind.UnknownCall, "operator", call.Call), (raised.Kind, raised.Role, raised.Call!.Value));
        Assert.Equal(["happened", "again", "giveUp"], raised.Choices.AsEnumerable());
        Assert.Equal(CallStatus.Unknown, shop.Log.State.Calls[call.Call].Status);
    }

    [Theory]
    [InlineData("happened", CallOutcome.Succeeded, 1)]
    [InlineData("again", CallOutcome.Succeeded, 2)]
    [InlineData("giveUp", CallOutcome.Failed, 1)]
    public async Task A_person_says_what_became_of_it(string choice, CallOutcome outcome, int sent)
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        await shop.CallAsync(call);
        var settled = Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(shop.Answer(choice), shop.Log, CancellationToken.None));

        Assert.Equal((outcome, sent), (settled.Outcome, mail.Sent.Count));
        Assert.Single(mail.Sent.Select(s => s.Key).Distinct());
        Assert.Equal(choice != "again", settled.Result.Text.Contains("jana", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_under_way_when_it_was_cancelled_is_settled_and_not_sent_again()
    {
        var tool = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Done(JsonText.EmptyObject, [])));
        using var shop = await Shop.OpenAsync(tools: Shop.Double("ship", tool));
        var call = shop.Call("test.ship", "{}");
        shop.Crash.At = CrashPoint.AfterCallStarted;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();
        shop.Log.Add(Actor.Person("jana"), new GoalCancelled(new PrivateText("jana", "No.")));
        Assert.Equal([new WorkflowCommand.TakeUp(call.Call)], Decider.Decide(shop.Log.State, shop.Time.Now).AsEnumerable());

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(shop.Answer("again"), shop.Log, CancellationToken.None));

        Assert.Empty(tool.Sent);
        Assert.Equal(CallStatus.Failed, shop.Log.State.Calls[call.Call].Status);
        Assert.Empty(Decider.Decide(shop.Log.State, shop.Time.Now));
    }

    [Fact]
    public async Task Sent_again_and_unknown_again_asks_again_and_an_old_answer_does_nothing_more()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Unclear("The line went dead.")));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = shop.Call("test.mail", "{}");
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        var first = shop.Answer("again");

        Assert.IsType<CallResult.Suspended>(await shop.Gate.ResolveUnknownAsync(first, shop.Log, CancellationToken.None));
        Assert.Equal((2, 2), (mail.Sent.Count, shop.Log.State.Escalations.Count));
        Assert.IsType<CallResult.Suspended>(await shop.Gate.ResolveUnknownAsync(first, shop.Log, CancellationToken.None));
        Assert.Equal(2, mail.Sent.Count);
    }

    [Fact]
    public async Task A_crash_while_it_is_sent_again_asks_again()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        await shop.CallAsync(call);
        var answered = shop.Answer("again");
        shop.Crash.At = CrashPoint.AfterToolRan;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.Gate.ResolveUnknownAsync(answered, shop.Log, CancellationToken.None));
        shop.Log.Crash();

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal((2, 2), (mail.Sent.Count, shop.Log.State.Escalations.Count));
    }

    [Fact]
    public async Task A_tool_that_changed_or_was_stopped_meanwhile_is_not_sent_again_whoever_says_so()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent), storesKeys: true);
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = await CrashAsync(shop, CrashPoint.AfterCallStarted);
        shop.Configure(Shop.Tools, Shop.Authority, Shop.Double("mail", mail, version: "2"));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));

        var settled = Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(shop.Answer("again"), shop.Log, CancellationToken.None));
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("definition has changed", settled.Result.Text);
        Assert.Empty(mail.Sent);
    }

    [Theory]
    [InlineData(EffectClass.Observe, false, 1, CallOutcome.Failed)]
    [InlineData(EffectClass.WriteReversible, true, 2, CallOutcome.Succeeded)]
    [InlineData(EffectClass.WriteIrreversible, false, 1, null)]
    public async Task What_takes_too_long_is_sent_once_more_only_where_that_cannot_do_it_twice(EffectClass effect, bool storesKeys, int sent, CallOutcome? outcome)
    {
        var entered = new TaskCompletionSource();
        var slow = new ToolDouble(
            (intent, _) =>
            {
                entered.TrySetResult();
                return intent.IsResumed ? Task.FromResult(Sent) : new TaskCompletionSource<ToolOutput>().Task;
            },
            storesKeys);
        using var shop = await Shop.OpenAsync(Shop.Double("slow", slow, effect));
        var calling = shop.CallAsync(shop.Call("test.slow", "{}"));
        await entered.Task;
        shop.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(outcome, (await calling as CallResult.Settled)?.Outcome);
        Assert.Equal(sent, slow.Sent.Count);
        Assert.Single(slow.Sent.Select(s => s.Key).Distinct());
    }

    [Fact]
    public async Task A_tool_that_throws_is_unknown_when_it_writes_and_failed_when_it_reads()
    {
        var broken = new ToolDouble((_, _) => throw new InvalidOperationException("secret=hunter2"));
        using var shop = await Shop.OpenAsync(Shop.Double("write", broken), Shop.Double("read", broken, EffectClass.Observe));

        var read = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("test.read", "{}")));
        Assert.Equal(CallOutcome.Failed, read.Outcome);
        Assert.DoesNotContain("hunter2", read.Result.Text);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Call("test.write", "{}")));
        Assert.Single(shop.Log.State.Escalations);
    }

    [Theory]
    [InlineData("test.mail", """{}""", 1)]
    [InlineData("people.escalate", """{"question":"Is this right?","role":"lead"}""", 1)]
    public async Task A_pause_loses_neither_the_question_nor_the_finding(string tool, string args, int escalations)
    {
        var mail = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Unclear("The line went dead.")));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallSettled))
            {
                shop.Log.Meanwhile = null;
                shop.Log.Add(Actor.Person("jana"), new WorkflowPaused(new PrivateText("jana", "Wait.")));
            }
        };
        var call = shop.Call(tool, args);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));

        // A doubt about an effect is put on record in a pause too; a finding waits until the workflow goes on. Neither is lost.
        Assert.Equal(tool == "test.mail" ? CallStatus.Unknown : CallStatus.Started, shop.Log.State.Calls[call.Call].Status);
        shop.Log.Add(Actor.Person("jana"), new WorkflowResumed());

        await shop.CallAsync(call);
        Assert.Equal(escalations, shop.Log.State.Escalations.Count);
    }

    [Fact]
    public async Task A_finding_and_its_settlement_are_one_append()
    {
        using var shop = await Shop.OpenAsync();
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("people.escalate", """{"question":"Late?","role":"lead"}""")));

        Assert.Equal(["CallSettled", "Escalated"], shop.Log.Appends[^1].Select(e => e.GetType().Name));
    }

    private static async Task<ToolCall> CrashAsync(Shop shop, CrashPoint at)
    {
        var call = shop.Call("test.mail", "{}");
        shop.Crash.At = at;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();
        return call;
    }
}
