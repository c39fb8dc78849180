using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Several models, each behind a name of the company's own: an agent's question goes to the one that it names.</summary>
public sealed class NamedModels : IModelClient, IDisposable
{
    private readonly ImmutableArray<(string Name, ChatModelClient Client)> _models;

    /// <summary>Takes the clients over; they are disposed with it.</summary>
    /// <param name="models">Names as in <c>company.yaml</c>, each once; the default one first.</param>
    public NamedModels(ImmutableArray<(string Name, ChatModelClient Client)> models)
    {
        ArgumentOutOfRangeException.ThrowIfZero(models.Length);
        _models = models;
        Models = [.. models.Select(m => m.Client.Models[0] with { Name = m.Name })];
    }

    /// <inheritdoc/>
    public ImmutableArray<ModelInfo> Models { get; }

    /// <inheritdoc/>
    public Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var client = _models.FirstOrDefault(m => m.Name == question.Model).Client ?? (question.Model == AgentProfile.UsualModel ? _models[0].Client : null);
        return client is not null
            ? client.AskAsync(question, cancellationToken)
            : Task.FromResult(new ModelAnswer(ModelOutcome.Unavailable, null, [], null, $"There is no model '{question.Model}'."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, client) in _models)
        {
            client.Dispose();
        }
    }
}
