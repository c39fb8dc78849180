namespace AiManager.Memory;

/// <summary>The offline default: <see cref="HashedEmbedding"/>. What is stored holds how often words are there; how rare they are weighs the question.</summary>
internal sealed class HashedVectors : ITextVectors
{
    /// <inheritdoc/>
    public string Space => HashedEmbedding.Space;

    /// <inheritdoc/>
    public bool IsAtHand => true;

    /// <inheritdoc/>
    public float Chance => HashedEmbedding.Chance;

    /// <inheritdoc/>
    public void Know(int dimensions)
    {
        // The space's name says how many there are.
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<float[]>> OfTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<float[]>>([.. texts.Select(HashedEmbedding.OfText)]);

    /// <inheritdoc/>
    public Task<float[]> OfQuestionAsync(string question, Func<string, float> rarity, CancellationToken cancellationToken) =>
        Task.FromResult(HashedEmbedding.OfQuestion([.. RecallWords.Of(question)], rarity));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Holds nothing.
    }
}
