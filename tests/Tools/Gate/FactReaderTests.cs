using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>What cannot be read, or not in time, is a fault that says which fact of which tool it was.</summary>
public sealed class FactReaderTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Facts_are_pinned_as_canonical_text_and_as_values()
    {
        var none = await FactReader.ReadAsync(Tool(), JsonText.EmptyObject, _time, CancellationToken.None);
        Assert.Equal("{}", none.Json.Text);

        var pinned = await FactReader.ReadAsync(
            Tool(Fact("total", FactKind.Number, "12"), Fact("name", FactKind.String, "\"acme\""), Fact("isOpen", FactKind.Boolean, "1")), JsonText.EmptyObject, _time, CancellationToken.None);
        Assert.Equal("""{"isOpen":true,"name":"acme","total":12}""", pinned.Json.Text);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "says why", "The fact 'total' of test.look cannot be read. The table is gone." },
        { "times out", "The fact 'total' of test.look took longer than 30 s to read." },
        { "breaks off", "The fact 'total' of test.look took longer than 30 s to read." },
        { "is never done", "The fact 'total' of test.look took longer than 30 s to read." },
        { "gives nothing", "The fact 'total' of test.look has no value for these arguments." },
        { "gives a text", "The fact 'total' of test.look has no value for these arguments." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fact_that_is_not_there_is_a_fault_when_its_query(string query, string fault)
    {
        var reading = FactReader.ReadAsync(Tool(new ToolFact("total", FactKind.Number, new Query(_ => Of(query)))), JsonText.EmptyObject, _time, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(fault, (await Assert.ThrowsAsync<FactException>(() => reading)).Message);
    }

    [Fact]
    public async Task Whoever_asked_and_leaves_is_told_nothing_about_the_fact()
    {
        using var gone = new CancellationTokenSource();
        var asked = new Query(token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => (JsonElement?)null, token, TaskContinuationOptions.None, TaskScheduler.Default));
        var reading = FactReader.ReadAsync(Tool(new ToolFact("total", FactKind.Number, asked)), JsonText.EmptyObject, _time, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData("gives nothing", false)]
    [InlineData("gives a text", true)]
    public async Task A_precondition_holds_where_its_query_gives_a_row(string query, bool holds) =>
        Assert.Equal(holds, await FactReader.HoldsAsync(Tool(), new Precondition(new Query(_ => Of(query)), null), JsonText.EmptyObject.ToElement(), _time, CancellationToken.None));

    private static Task<JsonElement?> Of(string query) => query switch
    {
        "says why" => throw new FactException("The table is gone."),
        "times out" => throw new TimeoutException("slow"),
        "breaks off" => throw new OperationCanceledException("off"),
        "is never done" => new TaskCompletionSource<JsonElement?>().Task,
        "gives a text" => Task.FromResult<JsonElement?>(JsonText.Parse("\"x\"").ToElement()),
        _ => Task.FromResult<JsonElement?>(null),
    };

    private static ToolFact Fact(string name, FactKind kind, string value) => new(name, kind, new Query(_ => Task.FromResult<JsonElement?>(JsonText.Parse(value).ToElement())));

    private static Tool Tool(params ToolFact[] facts) => Shop.Double("look", new ToolDouble((_, _) => throw new InvalidOperationException("It is not called."))) with { Facts = [.. facts] };

    private sealed class Query(Func<CancellationToken, Task<JsonElement?>> gives) : IFactQuery
    {
        public Task<JsonElement?> ReadAsync(JsonElement args, CancellationToken cancellationToken) => gives(cancellationToken);
    }
}
