namespace AiManager.Tools;

/// <summary>Something in a document that makes one operation unusable, or the whole of it when it is thrown while reading that.</summary>
internal sealed class OpenApiFault(string message) : Exception(message);
