using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>The scripted model in this process, without a wire.</summary>
public sealed class ScriptedModelClient(ScriptedModel model) : IModelClient
{
    /// <inheritdoc/>
    public ImmutableArray<ModelInfo> Models { get; } = [new ModelInfo(ScriptedModel.Name, IsScripted: true, IsInside: true, InputPrice: 0, OutputPrice: 0)];

    /// <inheritdoc/>
    public Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(model.Answer(question.Messages));
    }
}
