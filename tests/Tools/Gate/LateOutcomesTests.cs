using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools.Tests;

/// <summary>When a host that comes back too late has somebody asked, what it leaves in the journal, and how long it tries.</summary>
public sealed class LateOutcomesTests
{
    private static readonly ToolOutput.Done Made = new(JsonText.Parse("""{"sent":true}"""), []);
    private static readonly ToolOutput.Failed NotMade = new("It is shut.");
    private static readonly ToolOutput.Unclear Who = new("The line went dead.");

    public static TheoryData<string, string, bool> Cases => new()
    {
        { "started", "made", false },
        { "started", "not made", false },
        { "started", "who knows", false },
        { "unknown", "made", true },
        { "unknown", "not made", true },
        { "unknown", "who knows", true },
        { "given up", "made", true },
        { "given up", "not made", false },
        { "given up", "who knows", true },
        { "happened", "made", true },
        { "happened", "not made", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Somebody_is_asked_where_it_was_asked_about_or_settled_otherwise(string status, string told, bool asks)
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", new ToolDouble((_, _) => Task.FromResult<ToolOutput>(Made))));
        var call = await StartAsync(shop);
        var start = shop.Log.State.Calls[call.Call].StartedSeq;
        if (status != "started")
        {
            await shop.CallAsync(call);
        }

        if (status is "given up" or "happened")
        {
            await shop.Gate.ResolveUnknownAsync(shop.Answer(status == "happened" ? "happened" : "giveUp"), shop.Log, CancellationToken.None);
        }

        var asked = shop.Log.State.Escalations.Count;
        ToolOutput output = told switch { "made" => Made, "not made" => NotMade, _ => Who };
        await Late(shop).RecordAsync(shop.Log.State.Id, call.Call, start, output, "host:9");

        Assert.Equal(asked + (asks ? 1 : 0), shop.Log.State.Escalations.Count);
        var late = Assert.Single(shop.Log.State.Calls[call.Call].Late);
        Assert.Equal(
            told switch
            {
                "made" => (CallOutcome.Succeeded, """{"sent":true}"""),
                "not made" => (CallOutcome.Failed, """{"error":"It is shut."}"""),
                _ => (CallOutcome.Unknown, """{"error":"The line went dead."}"""),
            },
            (late.Outcome, late.Result.Text));
        Assert.Equal(("host:9", start), (late.Node, late.Start));

        // Once more it is no news.
        await Late(shop).RecordAsync(shop.Log.State.Id, call.Call, start, Made, "host:9");
        Assert.Single(shop.Log.State.Calls[call.Call].Late);
    }

    [Fact]
    public async Task Each_start_of_a_call_has_news_of_its_own()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", new ToolDouble((_, _) => Task.FromResult<ToolOutput>(Who))));
        var call = await StartAsync(shop);
        var first = shop.Log.State.Calls[call.Call].StartedSeq;
        await shop.CallAsync(call);
        await shop.Gate.ResolveUnknownAsync(shop.Answer("again"), shop.Log, CancellationToken.None);
        var second = shop.Log.State.Calls[call.Call].StartedSeq;

        await Late(shop).RecordAsync(shop.Log.State.Id, call.Call, first, NotMade, "host:8");
        await Late(shop).RecordAsync(shop.Log.State.Id, call.Call, second, NotMade, "host:9");
        Assert.Equal([first, second], shop.Log.State.Calls[call.Call].Late.Select(l => l.Start));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Of_a_call_that_nobody_knows_there_is_no_news()
    {
        using var shop = await Shop.OpenAsync();
        await Late(shop).RecordAsync(shop.Log.State.Id, shop.Call("erp.prices", "{}").Call, 1, Made, "host:9");
        Assert.DoesNotContain(shop.Log.Events, e => e is CallEndedLate);
    }

    [Theory]
    [InlineData("""{"error":"It is shut."}""", "It is shut.")]
    [InlineData("""{"error":null}""", "The host that made the call says that it failed.")]
    [InlineData("""{"said":"no"}""", "The host that made the call says that it failed.")]
    [InlineData("[]", "The host that made the call says that it failed.")]
    public async Task What_a_late_host_said_of_the_start_that_is_open_settles_it(string result, string error)
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", new ToolDouble((_, _) => Task.FromResult<ToolOutput>(Made))));
        var call = await StartAsync(shop);
        shop.Log.Add(Actor.System, new CallEndedLate(call.Call, CallOutcome.Failed, JsonText.Parse(result), "host:9", shop.Log.State.Calls[call.Call].StartedSeq));

        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal((CallOutcome.Failed, error), (settled.Outcome, settled.Result.ToElement().GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public async Task A_store_that_is_away_is_waited_for_ten_minutes(int away, bool isTold)
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", new ToolDouble((_, _) => Task.FromResult<ToolOutput>(Made))));
        var call = await StartAsync(shop);
        var (begun, outside) = (shop.Time.Now, new Away(shop.Outside, away));
        var recording = new LateOutcomes(outside, new Results(shop.Blobs), shop.Time, NullLogger<LateOutcomes>.Instance)
            .RecordAsync(shop.Log.State.Id, call.Call, shop.Log.State.Calls[call.Call].StartedSeq, Made, "host:9");
        for (var i = 0; i < 100_000 && !recording.IsCompleted; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(recording.IsCompleted);
        Assert.Equal(isTold, recording.IsCompletedSuccessfully);
        Assert.Equal(isTold ? 1 : 0, shop.Log.State.Calls[call.Call].Late.Length);
        Assert.Equal(Math.Min(600, away + 1), outside.Tries);
        Assert.True(shop.Time.Now - begun >= TimeSpan.FromSeconds(Math.Min(599, away)));
        if (!isTold)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => recording);
        }
    }

    private static LateOutcomes Late(Shop shop) => new(shop.Outside, new Results(shop.Blobs), shop.Time, NullLogger<LateOutcomes>.Instance);

    private static async Task<ToolCall> StartAsync(Shop shop)
    {
        var call = shop.Call("test.mail", "{}");
        shop.Crash.At = CrashPoint.AfterCallStarted;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();
        return call;
    }

    private sealed class Away(IWorkflowOutside outside, int times) : IWorkflowOutside
    {
        public int Tries { get; private set; }

        public Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken) =>
            ++Tries <= times ? throw new StoreUnavailableException("away") : outside.AppendAsync(workflow, decide, actor, cancellationToken);

        public Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => outside.ReadAsync(workflow, cancellationToken);

        public Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken) => outside.ReadEachAsync(ids, cancellationToken);
    }
}
