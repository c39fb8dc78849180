using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What may be known about a tool by anybody who may see the catalogue. Never the tool itself.</summary>
/// <param name="Name"><c>source.tool</c>.</param>
/// <param name="Description">For models and people.</param>
/// <param name="Effect">What it does to the world.</param>
/// <param name="Parameters">JSON Schema of its arguments.</param>
/// <param name="Version">SHA-256 of its whole definition, hex: an approval is for this version and no other.</param>
/// <param name="Timeout">How long one call may take.</param>
public sealed record ToolInfo(string Name, string Description, EffectClass Effect, JsonText Parameters, string Version, TimeSpan Timeout)
{
    /// <summary>It changes nothing.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>It may destroy something.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>Doing it twice is as good as once, whether or not it stores keys.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>It reaches beyond the company.</summary>
    public bool IsOpenWorld { get; init; }

    /// <summary>Where the amount that it spends stands, such as <c>facts.total</c>; null when it spends none.</summary>
    public string? Money { get; init; }

    /// <summary>The read-only tool that shows what a call would do, for whoever is asked about it; null when there is none.</summary>
    public string? Preview { get; init; }

    /// <summary>The tool that takes its effect back; null when there is none.</summary>
    public string? Undo { get; init; }
}
