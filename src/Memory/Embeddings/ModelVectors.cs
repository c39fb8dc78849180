using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace AiManager.Memory;

/// <summary>
/// Vectors that a model makes. Whatever it gives is checked before it is believed: as many vectors as texts, all of as many numbers as those before, and numbers.
/// </summary>
/// <param name="generator">Asks the model; disposed with this.</param>
/// <param name="model">Its name.</param>
/// <param name="dimensions">How many numbers are asked for; null for as many as it gives.</param>
internal sealed class ModelVectors(IEmbeddingGenerator<string, Embedding<float>> generator, string model, int? dimensions) : ITextVectors
{
    private readonly Lock _gate = new();
    private readonly int? _wanted = dimensions;
    private int? _known = dimensions;

    /// <inheritdoc/>
    public string Space { get; } = dimensions is { } said ? $"{model}/{said}" : model;

    /// <inheritdoc/>
    public bool IsAtHand => false;

    /// <inheritdoc/>
    public float Chance => 0;

    /// <inheritdoc/>
    public void Know(int dimensions) => Settle(dimensions);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<float[]>> OfTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var given = await generator.GenerateAsync(texts, new EmbeddingGenerationOptions { Dimensions = _wanted }, cancellationToken);
        if (given.Count != texts.Count)
        {
            throw new EmbeddingException($"{model} gave {given.Count} vectors for {texts.Count} texts.");
        }

        return [.. given.Select(e => Checked(e.Vector.ToArray()))];
    }

    /// <inheritdoc/>
    public async Task<float[]> OfQuestionAsync(string question, Func<string, float> rarity, CancellationToken cancellationToken) =>
        (await OfTextsAsync([question], cancellationToken))[0];

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();

    private float[] Checked(float[] vector)
    {
        var known = Settle(vector.Length);
        if (vector.Length != known)
        {
            throw new EmbeddingException($"{model} gave {vector.Length} numbers where the vectors of {Space} have {known}. Say 'dimensions' in company.yaml to begin a space of its own.");
        }

        var length = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(length) || length == 0)
        {
            throw new EmbeddingException($"{model} gave a vector that is none.");
        }

        TensorPrimitives.Divide(vector, length, vector);
        return vector;
    }

    private int Settle(int dimensions)
    {
        lock (_gate)
        {
            return _known ??= dimensions;
        }
    }
}
