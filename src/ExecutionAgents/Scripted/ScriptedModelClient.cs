using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>The scripted model in this process, without a wire.</summary>
public sealed class ScriptedModelClient(ScriptedModel model) : IModelClient
{
    /// <inheritdoc/>
    public ImmutableArray<ModelInfo> Models { get; } = [Info];

    /// <summary>As endpoints are described, for what is built around one; nobody is there.</summary>
    internal static ModelOptions Options { get; } = new(new Uri("http://scripted.invalid/v1"), ScriptedModel.Name);

    /// <summary>What is known of it.</summary>
    internal static ModelInfo Info { get; } = new(ScriptedModel.Name, IsScripted: true, IsInside: true, InputPrice: 0, OutputPrice: 0);

    /// <summary>The same, recorded or played from a recording of it.</summary>
    public static ChatModelClient Of(ScriptedModel model, CassetteOptions cassette)
    {
        ArgumentNullException.ThrowIfNull(cassette);
        return new ChatModelClient(new CassetteChatClient(new ScriptedChatClient(model), cassette), Options, Info);
    }

    /// <inheritdoc/>
    public Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(model.Answer(question.Messages));
    }
}
