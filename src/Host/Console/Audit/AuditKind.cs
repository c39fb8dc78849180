using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What can be looked for beside decisions: all of it stands in the company's stream.</summary>
internal static class AuditKind
{
    /// <summary>Each kind with the events that it means.</summary>
    private static readonly ImmutableDictionary<string, ImmutableHashSet<string>> Types = new Dictionary<string, ImmutableHashSet<string>>(StringComparer.Ordinal)
    {
        ["policy"] = [nameof(BundleActivated), nameof(ChangeProposed), nameof(ChangeCompared), nameof(ChangeDecided), nameof(ToolClassified), nameof(SourceListed)],
        ["stops"] = [nameof(Suspended), nameof(SuspensionLifted)],
        ["keys"] = [nameof(KeyCreated), nameof(KeyRevoked), nameof(PersonErased)],
        ["sign-ins"] = [nameof(SessionBegun), nameof(SessionEnded)],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Every kind, with what a page calls it.</summary>
    public static ImmutableArray<(string Kind, string Words)> All { get; } =
    [
        ("policy", "policy and tools: activations, changes, classifications"), ("stops", "stops: suspended, lifted"), ("keys", "keys and erasures"), ("sign-ins", "sign-ins"),
    ];

    /// <summary>Reads one; null for none. Throws for what is none.</summary>
    public static string? Read(string? text) => RequestText.Word("kind", text, [.. All.Select(k => k.Kind)]);

    /// <summary>Whether an event is of a kind.</summary>
    public static bool Has(string kind, StoredEvent stored) => Types[kind].Contains(stored.Type);
}
