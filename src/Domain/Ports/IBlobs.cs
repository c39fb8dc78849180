namespace AiManager.Domain;

/// <summary>Large values, named by their content.</summary>
public interface IBlobs
{
    /// <summary>Keeps bytes and answers <c>sha256-</c> and 64 hex digits when they are on disk. Keeping the same bytes twice is harmless.</summary>
    Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The bytes of a digest; null when they are not here.</summary>
    Task<ReadOnlyMemory<byte>?> GetAsync(string digest, CancellationToken cancellationToken);
}
