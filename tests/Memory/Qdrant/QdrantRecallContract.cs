namespace AiManager.Memory.Tests;

/// <summary>Recall whose vectors are in Qdrant, each request held against its own OpenAPI description.</summary>
public abstract class QdrantRecallContract : FarRecallContract
{
    private QdrantDouble _qdrant = null!;

    protected override string PlaceName => $"Qdrant at {_qdrant.Url.GetLeftPart(UriPartial.Authority)}, tenant acme";

    protected override string SaysDown => "answered 503.";

    protected override bool IsDown
    {
        set => _qdrant.Answers = value ? 503 : null;
    }

    protected override Task Holds
    {
        set => _qdrant.Holds = value;
    }

    protected override async Task StartAsync() => _qdrant = await QdrantDouble.StartAsync();

    protected override async Task EndAsync()
    {
        Assert.Empty(_qdrant.Faults);
        await _qdrant.DisposeAsync();
    }

    protected override VectorHome Home(double seconds = 60) => _qdrant.Home(seconds: seconds);

    private protected override IVectorPlace Other(string space = HashedEmbedding.Space) => new QdrantVectors(_qdrant.Home(), space);

    protected override Task DropAsync()
    {
        _qdrant.Collections.Clear();
        return Task.CompletedTask;
    }
}
