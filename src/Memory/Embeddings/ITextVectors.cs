namespace AiManager.Memory;

/// <summary>How texts become vectors, all of one space.</summary>
internal interface ITextVectors : IDisposable
{
    /// <summary>The space: two vectors of which one is of another must never be compared.</summary>
    string Space { get; }

    /// <summary>True when nobody is asked for them: they are made where a text is written down.</summary>
    bool IsAtHand { get; }

    /// <summary>Two texts about different things are this much alike.</summary>
    float Chance { get; }

    /// <summary>Says how many numbers the vectors have that are stored already; from then on no others are taken.</summary>
    void Know(int dimensions);

    /// <summary>Vectors of texts that are stored, in their order, each of length 1 or all zeros. Throws <see cref="EmbeddingException"/>.</summary>
    Task<IReadOnlyList<float[]>> OfTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>The vector of a question. Throws <see cref="EmbeddingException"/>.</summary>
    /// <param name="question">Its words.</param>
    /// <param name="rarity">How rare a word is among what is stored, for those that weigh them; 0 leaves it out.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<float[]> OfQuestionAsync(string question, Func<string, float> rarity, CancellationToken cancellationToken);
}

/// <summary>Texts could not be made into vectors. The message is for people, and says no secret and none of the texts.</summary>
/// <param name="message">Why.</param>
/// <param name="isRefusal">True when the same texts would be refused again; false when another try may go well.</param>
/// <param name="cause">What happened.</param>
internal sealed class EmbeddingException(string message, bool isRefusal = false, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when the same texts would be refused again.</summary>
    public bool IsRefusal => isRefusal;
}
