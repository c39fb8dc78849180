using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Computes a tool's facts for a call as the gate does, as an object.</summary>
/// <exception cref="InvalidOperationException">They cannot be computed; the message says why.</exception>
internal delegate Task<JsonText> FactsProvider(string tool, JsonText args, CancellationToken cancellationToken);
