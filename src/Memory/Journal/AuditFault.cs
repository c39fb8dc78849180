namespace AiManager.Memory;

/// <summary>Something that is wrong, and with which event.</summary>
/// <param name="Words">In a sentence.</param>
/// <param name="Stream">The event's stream; null when it is about no stream.</param>
/// <param name="Seq">The event's seq; null when it is about no event.</param>
/// <param name="Position">The event's position; null when it is about no event, or about one that is gone.</param>
internal sealed record AuditFault(string Words, string? Stream = null, int? Seq = null, long? Position = null);
