using AiManager.Contracts;
using Microsoft.AspNetCore.Http;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>Endpoints that do not answer as they should, and the same endpoints once they do.</summary>
public sealed class ChatModelClientRetryTests
{
    private static readonly Func<HttpContext, Task> Fine = ChatStub.Replies("""{"role":"assistant","content":"Done."}""");
    private readonly SkippingTime _time = new();

    public static TheoryData<string> Troubles => ["429", "408", "500", "502", "503", "cut JSON", "hangs up"];

    [Theory, MemberData(nameof(Troubles))]
    public async Task Trouble_that_passes_is_waited_for(string trouble)
    {
        await using var stub = await ChatStub.StartAsync(Does(trouble), Does(trouble), Does(trouble), Fine);
        var answer = await AskAsync(stub.Url);
        Assert.Equal((ModelOutcome.Replied, "Done.", (string?)null), (answer.Outcome, answer.Text, answer.Error));
        Assert.Equal(4, stub.Requests.Count);
        Assert.Equal(3, _time.Pauses.Count);
        Assert.All(_time.Pauses, p => Assert.InRange(p, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
    }

    [Theory, MemberData(nameof(Troubles))]
    public async Task Trouble_that_stays_ends_in_a_sentence(string trouble)
    {
        await using var stub = await ChatStub.StartAsync(Does(trouble));
        var answer = await AskAsync(stub.Url);
        Assert.Equal((ModelOutcome.Unavailable, (ModelUsage?)null), (answer.Outcome, answer.Usage));
        Assert.Matches(@"^[A-Z].*[.?]$", answer.Error);
        Assert.Equal(5, stub.Requests.Count);
    }

    [Fact]
    public async Task The_endpoint_may_say_how_long_to_wait()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Says(429, "{}", retryAfter: "7"), ChatStub.Says(429, "{}", retryAfter: "86400"), Fine);
        await AskAsync(stub.Url);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(30)], _time.Pauses);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    public async Task What_asking_again_cannot_mend_is_not_asked_again(int status)
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Says(status, """{"error":{"message":"No."}}"""));
        var answer = await AskAsync(stub.Url);
        Assert.Equal(ModelOutcome.Unavailable, answer.Outcome);
        Assert.Contains(status.ToString(), answer.Error, StringComparison.Ordinal);
        Assert.Single(stub.Requests);
    }

    [Theory]
    [InlineData("503", 3)]
    [InlineData("400", 1)]
    public async Task Who_is_stopped_between_two_tries_asks_no_more(string trouble, int asked)
    {
        await using var stub = await ChatStub.StartAsync(Does(trouble));
        using var client = ChatModelClient.Of(new ModelOptions(stub.Url, "m") { Retries = 4 }, _time, new Random(1));
        var answer = await client.AskAsync(ModelQuestions.WithSchema with { WhyNotAgain = () => stub.Requests.Count < asked ? null : "purchaser is suspended." }, CancellationToken.None);

        Assert.Equal((ModelOutcome.Unavailable, "It was not asked again: purchaser is suspended."), (answer.Outcome, answer.Error));
        Assert.Equal(asked, stub.Requests.Count);
    }

    [Fact]
    public async Task Silence_ends_when_its_time_is_over()
    {
        using var arrived = new SemaphoreSlim(0);
        await using var stub = await ChatStub.StartAsync(ChatStub.IsSilent(arrived));
        var asking = AskAsync(stub.Url, retries: 1);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(30)));
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        var answer = await asking;
        Assert.Equal(ModelOutcome.Unavailable, answer.Outcome);
        Assert.EndsWith("did not answer within 120 seconds.", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_cancels_does_not_wait()
    {
        using var arrived = new SemaphoreSlim(0);
        using var cancel = new CancellationTokenSource();
        await using var stub = await ChatStub.StartAsync(ChatStub.IsSilent(arrived));
        var asking = AskAsync(stub.Url, cancellationToken: cancel.Token);
        Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(30)));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Where_nothing_answers_the_address_is_named()
    {
        var url = new Uri($"http://user:secret@127.0.0.1:{FreePort.Take()}/v1?key=hidden");
        var answer = await AskAsync(url);
        Assert.Equal(ModelOutcome.Unavailable, answer.Outcome);
        Assert.Equal($"Nothing answers at http://127.0.0.1:{url.Port}. Is the model running, and is AIMANAGER_MODEL_URL right?", answer.Error);
    }

    private static Func<HttpContext, Task> Does(string trouble) => trouble switch
    {
        "cut JSON" => ChatStub.Says(200, """{"id":"c1","choices":[{"index":0,"message":{"role":"assi"""),
        "hangs up" => ChatStub.HangsUp,
        _ => ChatStub.Says(int.Parse(trouble), """{"error":{"message":"Busy."}}"""),
    };

    private async Task<ModelAnswer> AskAsync(Uri url, int retries = 4, CancellationToken cancellationToken = default)
    {
        using var client = ChatModelClient.Of(new ModelOptions(url, "m") { Retries = retries }, _time, new Random(1));
        return await client.AskAsync(ModelQuestions.Plain, cancellationToken);
    }
}
