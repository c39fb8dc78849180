namespace AiManager.Tools.Tests;

/// <summary>A host that is frozen in the middle of a call, loses its lease, and wakes.</summary>
public sealed class LateHostTests
{
    private static readonly ToolOutput Sent = new ToolOutput.Done(JsonText.Parse("""{"sent":true}"""), []);

    [Fact]
    public async Task Who_slept_over_its_lease_before_sending_does_not_send_and_says_so()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        shop.Crash.Meanwhile = point => Freeze(shop, point, CrashPoint.AfterCallStarted);
        var call = shop.Call("test.mail", "{}");
        await Assert.ThrowsAsync<LeaseLostException>(() => shop.CallAsync(call));

        Assert.Empty(mail.Sent);
        Assert.Equal((CallOutcome.Failed, "host:1"), Told(shop, call));

        // Whoever drives it now need not ask anybody: the call was not made.
        shop.Log.IsLost = false;
        Assert.Equal(CallOutcome.Failed, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Empty(shop.Log.State.Escalations);
        Assert.Empty(mail.Sent);
    }

    [Fact]
    public async Task What_a_late_host_made_before_anybody_looked_settles_the_call()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        shop.Crash.Meanwhile = point => Freeze(shop, point, CrashPoint.BeforeToolRuns);
        var call = shop.Call("test.mail", "{}");
        await Assert.ThrowsAsync<LeaseLostException>(() => shop.CallAsync(call));
        Assert.Equal((CallOutcome.Succeeded, "host:1"), Told(shop, call));

        shop.Log.IsLost = false;
        Assert.Equal(Sent, new ToolOutput.Done(Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Result, []));
        Assert.Single(mail.Sent);
        Assert.Empty(shop.Log.State.Escalations);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData("giveUp", 1)]
    [InlineData("happened", 1)]
    public async Task What_a_late_host_made_after_a_person_was_asked_opens_the_question_again(string? answered, int choices)
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        shop.Crash.Meanwhile = point => Freeze(shop, point, CrashPoint.BeforeToolRuns, () => TakeOver(shop, answered));
        var call = shop.Call("test.mail", "{}");
        await Assert.ThrowsAsync<LeaseLostException>(() => shop.CallAsync(call));

        var open = Assert.Single(shop.Log.State.Escalations.Values, e => e.Choice is null);
        Assert.Contains("is back and says that it did make the call", open.Raised.Question.Replace("says of test.mail that", "says that", StringComparison.Ordinal));
        Assert.Equal((EscalationKind.UnknownCall, choices), (open.Raised.Kind, open.Raised.Choices.Length));
        Assert.Equal(2, shop.Log.State.Escalations.Count);
        Assert.Single(mail.Sent);
    }

    [Fact]
    public async Task A_late_effect_beside_one_that_a_person_had_sent_again_is_put_before_a_person()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        shop.Crash.Meanwhile = point => Freeze(shop, point, CrashPoint.BeforeToolRuns, () => TakeOver(shop, "again"));
        var call = shop.Call("test.mail", "{}");
        await Assert.ThrowsAsync<LeaseLostException>(() => shop.CallAsync(call));

        Assert.Equal(2, mail.Sent.Count);
        var open = Assert.Single(shop.Log.State.Escalations.Values, e => e.Choice is null);
        Assert.Contains("more than once", open.Raised.Question);
        Assert.Equal(CallStatus.Succeeded, shop.Log.State.Calls[call.Call].Status);
    }

    [Fact]
    public async Task The_lease_outlives_a_call_that_must_not_be_repeated()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        await shop.CallAsync(shop.Call("test.mail", "{}"));

        Assert.True(shop.Log.HeldUntil > shop.Time.Now + TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_late_call_that_keeps_its_key_is_nobodys_trouble()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult(Sent), storesKeys: true);
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        shop.Crash.Meanwhile = point => Freeze(shop, point, CrashPoint.BeforeToolRuns);
        var call = shop.Call("test.mail", "{}");
        await Assert.ThrowsAsync<LeaseLostException>(() => shop.CallAsync(call));
        Assert.Empty(shop.Log.State.Calls[call.Call].Late);

        shop.Log.IsLost = false;
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Single(mail.Sent.Select(s => s.Key).Distinct());
        Assert.Empty(shop.Log.State.Escalations);
    }

    [Fact]
    public async Task An_effect_under_way_is_not_broken_off_by_whoever_stops_the_host()
    {
        using var stop = new CancellationTokenSource();
        var (entered, ended) = (new TaskCompletionSource(), new TaskCompletionSource<ToolOutput>());
        var mail = new ToolDouble((_, token) =>
        {
            entered.SetResult();
            return ended.Task.WaitAsync(token);
        });
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = shop.Call("test.mail", "{}");
        var calling = shop.Gate.CallAsync(call, shop.Log, stop.Token);
        await entered.Task;
        await stop.CancelAsync();
        ended.SetResult(Sent);

        Assert.IsType<CallResult.Settled>(await calling);
        Assert.Equal(CallStatus.Succeeded, shop.Log.State.Calls[call.Call].Status);
    }

    private static (CallOutcome Outcome, string Node) Told(Shop shop, ToolCall call)
    {
        var told = Assert.Single(shop.Log.State.Calls[call.Call].Late);
        return (told.Outcome, told.Node);
    }

    /// <summary>The process stands still at a point; when it goes on, its lease is long over.</summary>
    private static void Freeze(Shop shop, CrashPoint passed, CrashPoint at, Action? meanwhile = null)
    {
        if (passed == at)
        {
            shop.Crash.Meanwhile = null;
            shop.Time.Advance(TimeSpan.FromMinutes(5));
            meanwhile?.Invoke();
            shop.Log.IsLost = true;
        }
    }

    /// <summary>Another host takes the call up, and perhaps a person answers.</summary>
    private static void TakeOver(Shop shop, string? answer)
    {
        var call = shop.Log.State.Calls.Values.Single();
        var wanted = new ToolCall(call.Proposed.Call, call.Proposed.Task, Actor.Agent(call.Proposed.Agent), call.Proposed.Tool, call.Proposed.Args, shop.Log.State.Tasks[0].Task.Grant);
        shop.CallAsync(wanted).GetAwaiter().GetResult();
        if (answer is not null)
        {
            shop.Gate.ResolveUnknownAsync(shop.Answer(answer), shop.Log, CancellationToken.None).GetAwaiter().GetResult();
        }
    }
}
