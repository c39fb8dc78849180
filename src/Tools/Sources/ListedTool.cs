using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A tool as its source tells of it. All of it is a claim of somebody outside: nothing of it grants anything.</summary>
/// <param name="RemoteName">What the source calls it.</param>
/// <param name="Description">In the source's words; empty when it says nothing.</param>
/// <param name="InputSchema">JSON Schema of its arguments, as the source has it.</param>
/// <param name="OutputSchema">JSON Schema of its structured result; null when it promises none.</param>
/// <param name="Claims">What it says of itself.</param>
internal sealed record ListedTool(string RemoteName, string Description, JsonText InputSchema, JsonText? OutputSchema, ClaimedTraits Claims)
{
    /// <summary>UTF-8 bytes or characters of a schema or a description. What is longer would fill a prompt by itself, whoever wrote it, and is not kept either.</summary>
    public const int LongestText = 32 * 1024;

    private string? _digest;

    /// <summary>Why it cannot be used, in its source's judgement; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The <see cref="Problem"/> of a tool one part of which is longer than <see cref="LongestText"/>.</summary>
    public static string TooLong(string part) => $"Its {part} is longer than {LongestText / 1024} KB.";

    /// <summary>What else of it decides what a call does, such as the method and the path that it is sent with; empty when there is nothing else.</summary>
    public string Wire { get; init; } = string.Empty;

    /// <summary>
    /// SHA-256 over name, description, schemas, claims and wire, hex: what a person classifies and what an approval is for is this and nothing else.
    /// </summary>
    public string Digest => _digest ??= CanonicalJson.Digest(
        RemoteName, Description, CanonicalJson.Of(InputSchema).Text, OutputSchema is { } output ? CanonicalJson.Of(output).Text : string.Empty, Claims.ToString(), Wire);
}

/// <summary>What a source says a tool is, in MCP's terms. Shown to whoever classifies it, and never trusted.</summary>
/// <param name="ReadOnly">It changes nothing; null when it does not say.</param>
/// <param name="Destructive">It may destroy something; null when it does not say.</param>
/// <param name="Idempotent">Twice is as good as once; null when it does not say.</param>
/// <param name="OpenWorld">It reaches beyond the source; null when it does not say.</param>
/// <param name="Effect">Its class, where the source knows our classes; null otherwise.</param>
public sealed record ClaimedTraits(bool? ReadOnly = null, bool? Destructive = null, bool? Idempotent = null, bool? OpenWorld = null, EffectClass? Effect = null)
{
    /// <summary>It says nothing.</summary>
    public static ClaimedTraits None { get; } = new();
}
