using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What the catalogue knows of one tool, whether or not it may run. Never the tool itself.</summary>
/// <param name="Name"><c>source.tool</c>.</param>
/// <param name="Source">Its source's name.</param>
/// <param name="Kind">Its source's kind.</param>
/// <param name="RemoteName">What the source calls it.</param>
/// <param name="Description">In its source's words: a claim, where the source is outside.</param>
/// <param name="Parameters">JSON Schema of its arguments.</param>
/// <param name="OutputSchema">JSON Schema of its structured result; null when it promises none.</param>
/// <param name="Claims">What its source says it is; never trusted where the source is outside.</param>
/// <param name="Digest">What a person classifies: SHA-256 of name, description, schemas and claims, hex.</param>
/// <param name="Standing">Whether it may run.</param>
/// <param name="Problem">Why it may not, and what to do; null when it may.</param>
/// <param name="Info">As it runs; null where it may not.</param>
public sealed record CatalogRecord(
    string Name,
    string Source,
    string Kind,
    string RemoteName,
    string Description,
    JsonText Parameters,
    JsonText? OutputSchema,
    ClaimedTraits Claims,
    string Digest,
    ToolStanding Standing,
    string? Problem,
    ToolInfo? Info)
{
    /// <summary>What whoever may classify it says in a terminal, behind the program's name; null where nothing but the files says what it is, or where it may run.</summary>
    public string? Remedy { get; init; }
}

/// <summary>Whether a tool may run.</summary>
public enum ToolStanding
{
    /// <summary>Somebody has said what it does: authority decides on each call.</summary>
    Classified,

    /// <summary>Nobody has said what it does, or not of the tool that it is now.</summary>
    Unclassified,

    /// <summary>It cannot be used whatever anybody says: its schema, its name.</summary>
    Unusable,

    /// <summary>A person said something of it, and its source does not list it.</summary>
    Missing,
}
