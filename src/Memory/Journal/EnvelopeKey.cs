namespace AiManager.Memory;

/// <summary>A person's key.</summary>
/// <param name="Kid">Its name, random: says nothing about whose it is.</param>
/// <param name="Person">Whose it is.</param>
/// <param name="Secret">32 bytes.</param>
internal sealed record EnvelopeKey(string Kid, string Person, ReadOnlyMemory<byte> Secret);
