using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>
/// Words that a person typed. In the journal they are an envelope under that person's key (AES-256-GCM), so that destroying
/// the key erases them while the chain still verifies; in a session they are clear.
/// </summary>
/// <param name="Person">Whose words: an id of <c>people.yaml</c>, or <c>system</c> for words that name nobody.</param>
/// <param name="Clear">The words; null while sealed, and for ever once the key is destroyed.</param>
/// <param name="Kid">Which key seals them; null while clear.</param>
/// <param name="Nonce">12 bytes, base64.</param>
/// <param name="Ciphertext">The sealed UTF-8 bytes followed by the 16-byte tag, base64.</param>
public sealed record PrivateText(
    string Person,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Clear = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kid = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Nonce = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Ciphertext = null)
{
    /// <summary>What a reader sees in place of words whose key is gone.</summary>
    public const string Erased = "[erased]";

    /// <summary>The words, or <see cref="Erased"/>.</summary>
    [JsonIgnore]
    public string Words => Clear ?? Erased;

    /// <summary>True when only the ciphertext is here.</summary>
    [JsonIgnore]
    public bool IsSealed => Ciphertext is not null && Clear is null;
}

/// <summary>An event with one text that must be sealed before it is stored.</summary>
public interface ICarryPrivateText
{
    /// <summary>The text, or null when this event has none.</summary>
    PrivateText? Private { get; }

    /// <summary>The same event with the text sealed or opened.</summary>
    WorkflowEvent WithPrivate(PrivateText text);
}
