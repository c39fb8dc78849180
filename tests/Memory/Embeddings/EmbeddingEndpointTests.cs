namespace AiManager.Memory.Tests;

public sealed class EmbeddingEndpointTests : IAsyncLifetime
{
    private EmbeddingDouble _model = null!;

    public async Task InitializeAsync() => _model = await EmbeddingDouble.StartAsync();

    public async Task DisposeAsync() => await _model.DisposeAsync();

    [Fact]
    public async Task Vectors_come_back_in_the_order_of_their_texts_as_numbers_or_in_Base64()
    {
        using var endpoint = Endpoint();
        var written = await endpoint.GenerateAsync(["The press leaks", "Pallets", "half \ud83d a pallet"]);
        _model.IsBinary = true;
        var binary = await endpoint.GenerateAsync(["The press leaks", "Pallets", "half \ud83d a pallet"]);
        Assert.Equal([64, 64, 64], written.Select(e => e.Vector.Length));
        Assert.Equal(written.Select(e => e.Vector.ToArray()), binary.Select(e => e.Vector.ToArray()));
        Assert.NotEqual(written[0].Vector.ToArray(), written[1].Vector.ToArray());
        Assert.Equal("Bearer open sesame", _model.Requests.First().Authorization);
        Assert.False(_model.Requests.First().Body.TryGetProperty("dimensions", out _));
    }

    [Fact]
    public async Task As_many_numbers_are_asked_for_as_are_wanted()
    {
        using var texts = new ModelVectors(Endpoint(), "minilm", 16);
        Assert.Equal("minilm/16", texts.Space);
        Assert.Equal(16, (await texts.OfTextsAsync(["Pallets"], CancellationToken.None))[0].Length);
        Assert.Equal(16, _model.Requests.First().Body.GetProperty("dimensions").GetInt32());
    }

    [Theory]
    [InlineData(401, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(307, false)]
    [InlineData(400, true)]
    [InlineData(413, true)]
    public async Task A_fault_says_whether_the_same_texts_would_fail_again_and_neither_key_nor_text(int status, bool isRefusal)
    {
        _model.Fails = (0, status);
        using var endpoint = Endpoint();
        var fault = await Assert.ThrowsAsync<EmbeddingException>(() => endpoint.GenerateAsync(["The press leaks"]));
        Assert.Equal(isRefusal, fault.IsRefusal);
        Assert.Contains($"answered {status}", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("press", fault.ToString(), StringComparison.Ordinal);
        Assert.Single(_model.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"embedding":"not base64!"}]}""")]
    [InlineData("""{"data":[{"embedding":[1,"two"]}]}""")]
    [InlineData("""{"data":[{"index":7,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"embedding":[0,0]}]}""")]
    [InlineData("""{"data":[{"embedding":[]}]}""")]
    [InlineData("""{"data":[{"embedding":[1e39]}]}""")]
    public async Task What_is_no_vector_is_not_taken_for_one(string says)
    {
        _model.Says = says;
        using var texts = new ModelVectors(Endpoint(), "minilm", null);
        await Assert.ThrowsAsync<EmbeddingException>(() => texts.OfTextsAsync(["The press leaks"], CancellationToken.None));
    }

    [Fact]
    public async Task Nobody_there_and_nobody_answering_are_told_apart()
    {
        using var nobody = new EmbeddingEndpoint(new EmbeddingOptions(new Uri("http://127.0.0.1:1/v1"), "minilm"));
        Assert.EndsWith("cannot be reached.", (await Assert.ThrowsAsync<EmbeddingException>(() => nobody.GenerateAsync(["a"]))).Message, StringComparison.Ordinal);
        _model.Holds = new TaskCompletionSource().Task;
        using var silent = new EmbeddingEndpoint(new EmbeddingOptions(_model.Url, "minilm") { Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.EndsWith("has not answered within 0.1 s.", (await Assert.ThrowsAsync<EmbeddingException>(() => silent.GenerateAsync(["a"]))).Message, StringComparison.Ordinal);
    }

    private EmbeddingEndpoint Endpoint() => new(_model.Options().Embeddings!);
}
