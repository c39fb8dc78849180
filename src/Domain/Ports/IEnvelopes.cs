using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Seals words under the key of the person who typed them (AES-256-GCM), and opens them again.</summary>
public interface IEnvelopes
{
    /// <summary>Seals; makes the person's key at first use. Text of <c>system</c> and text that is sealed already come back as they are.</summary>
    Task<PrivateText> SealAsync(PrivateText text, CancellationToken cancellationToken);

    /// <summary>Opens; when the key is gone the text stays sealed and reads as <see cref="PrivateText.Erased"/>.</summary>
    Task<PrivateText> OpenAsync(PrivateText text, CancellationToken cancellationToken);

    /// <summary>The same of several, in their order: each key is looked for once, all of them in one go.</summary>
    Task<ImmutableArray<PrivateText>> OpenEachAsync(ImmutableArray<PrivateText> texts, CancellationToken cancellationToken);

    /// <summary>Destroys a person's key: what was sealed with it cannot be read any more, by anybody. A later text gets a new key.</summary>
    Task EraseAsync(string person, CancellationToken cancellationToken);
}
