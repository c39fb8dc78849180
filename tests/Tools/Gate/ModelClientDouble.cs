using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>Models that answer as a test says: <c>big</c>, the default, and <c>small</c>.</summary>
internal sealed class ModelClientDouble(Func<ModelQuestion, ModelAnswer> answers, (decimal InputPrice, decimal OutputPrice) prices = default, bool isInside = false) : IModelClient
{
    private readonly Lock _gate = new();

    public List<ModelQuestion> Asked { get; } = [];

    public ImmutableArray<ModelInfo> Models { get; } =
        [new ModelInfo("big", IsScripted: false, isInside, prices.InputPrice, prices.OutputPrice), new ModelInfo("small", IsScripted: false, isInside, 0, 0)];

    public Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Asked.Add(question);
        }

        return Task.FromResult(answers(question));
    }
}
