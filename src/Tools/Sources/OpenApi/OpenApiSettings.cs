using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>What the company says of an OpenAPI source.</summary>
/// <param name="Name">Of the source.</param>
/// <param name="BaseUrl">Where every call goes.</param>
/// <param name="KeyHeader">The header in which the service takes an idempotency key; null when it stores none.</param>
/// <param name="KeyedOperations">Those for which it stores keys; empty for all that write.</param>
/// <param name="MostBytes">Longest reply.</param>
internal sealed record OpenApiSettings(
    string Name, Uri BaseUrl, string? KeyHeader, ImmutableArray<string> KeyedOperations, int MostBytes)
{
    /// <summary>Longest reply unless the company says otherwise.</summary>
    public const int DefaultMostBytes = 8 * 1024 * 1024;

    /// <summary>True when sending <paramref name="operation"/> again under its key cannot do it twice.</summary>
    public bool StoresKeyOf(OpenApiOperation operation) =>
        KeyHeader is not null && (KeyedOperations.IsEmpty ? !operation.ClaimsReadOnly : KeyedOperations.Contains(operation.Name));
}
