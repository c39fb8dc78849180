using System.Text.Json;

namespace AiManager.Tools;

/// <summary>A read that the gate makes for itself, on a connection that cannot write: a fact, a precondition.</summary>
internal interface IFactQuery
{
    /// <summary>The first column of the only row; null when there is no row. Throws <see cref="FactException"/> for everything else.</summary>
    Task<JsonElement?> ReadAsync(JsonElement args, CancellationToken cancellationToken);
}

/// <summary>A fact or a precondition cannot be read. The gate turns it into a deny.</summary>
internal sealed class FactException(string message, Exception? cause = null) : Exception(message, cause);
