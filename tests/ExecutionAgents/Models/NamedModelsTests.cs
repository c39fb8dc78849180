namespace AiManager.ExecutionAgents.Tests;

public sealed class NamedModelsTests
{
    [Theory]
    [InlineData("default", "big")]
    [InlineData("fast", "small")]
    public async Task A_question_goes_to_the_endpoint_and_the_model_that_it_names(string name, string model)
    {
        await using var first = await ChatStub.StartAsync(ChatStub.Replies("""{"role":"assistant","content":"from the first"}"""));
        await using var second = await ChatStub.StartAsync(ChatStub.Replies("""{"role":"assistant","content":"from the second"}"""));
        using var models = Models(first, second);

        var answer = await models.AskAsync(ModelQuestions.Plain with { Model = name }, CancellationToken.None);

        var (asked, left) = name == "fast" ? (second, first) : (first, second);
        Assert.Equal(name == "fast" ? "from the second" : "from the first", answer.Text);
        Assert.Equal(model, Assert.Single(asked.Requests).GetProperty("model").GetString());
        Assert.Equal("Bearer key-of-" + model, asked.Authorization);
        Assert.Empty(left.Requests);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_asked_nowhere()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Replies("""{"role":"assistant","content":"words"}"""));
        using var models = Models(stub, stub);

        var answer = await models.AskAsync(ModelQuestions.Plain with { Model = "huge" }, CancellationToken.None);

        Assert.Equal((ModelOutcome.Unavailable, "There is no model 'huge'.", (ModelUsage?)null), (answer.Outcome, answer.Error, answer.Usage));
        Assert.Empty(stub.Requests);
    }

    [Fact]
    public async Task Each_has_the_companys_name_and_its_own_price_and_place()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Replies("""{"role":"assistant","content":"words"}"""));
        using var models = Models(stub, stub);

        Assert.Equal([new ModelInfo("default", false, false, 2.5m, 10m), new ModelInfo("fast", false, true, 0, 0)], models.Models.AsEnumerable());
    }

    private static NamedModels Models(ChatStub first, ChatStub second) => new(
    [
        ("default", ChatModelClient.Of(new ModelOptions(first.Url, "big") { Key = "key-of-big", InputPrice = 2.5m, OutputPrice = 10m, Retries = 0 }, TimeProvider.System)),
        ("fast", ChatModelClient.Of(new ModelOptions(second.Url, "small") { Key = "key-of-small", IsInside = true, Retries = 0 }, TimeProvider.System)),
    ]);
}
