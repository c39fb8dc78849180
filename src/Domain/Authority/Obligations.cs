using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>What the rules that let a call through want done about it.</summary>
/// <param name="Redact">Fields of the result, by name and at any depth, that nobody gets to see: not the agent, and not the journal.</param>
/// <param name="Notify">Roles that are told of the decision; nobody waits for them.</param>
/// <param name="HoldSeconds">How long it waits after the decision before it is decided again and made; null for not at all.</param>
/// <param name="SecondLook">Roles of which a person looks at what came of it; nobody waits for them.</param>
public sealed record Obligations(
    ImmutableArray<string> Redact,
    ImmutableArray<string> Notify,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? HoldSeconds,
    ImmutableArray<string> SecondLook)
{
    /// <summary>Nothing is to be done.</summary>
    public static Obligations None { get; } = new([], [], null, []);

    /// <summary>True when nothing is to be done.</summary>
    [JsonIgnore]
    public bool IsNone => Redact.IsEmpty && Notify.IsEmpty && HoldSeconds is null && SecondLook.IsEmpty;

    /// <summary>All that any of <paramref name="all"/> wants: everything together, and the longest hold. In any order the same.</summary>
    public static Obligations Together(IReadOnlyCollection<Obligations> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return new Obligations(Union(all.Select(o => o.Redact)), Union(all.Select(o => o.Notify)), all.Max(o => o.HoldSeconds), Union(all.Select(o => o.SecondLook)));
    }

    private static ImmutableArray<string> Union(IEnumerable<ImmutableArray<string>> lists) =>
        [.. lists.SelectMany(l => l).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>What would have been said had the rules in shadow counted.</summary>
/// <param name="Effect">The verdict then.</param>
/// <param name="Rules">The rules in shadow that matched, by id, ordinal.</param>
public sealed record ShadowVerdict(Effect Effect, ImmutableArray<string> Rules);

/// <summary>One argument that rules changed.</summary>
/// <param name="Arg">Its path, such as <c>shipping.note</c>.</param>
/// <param name="Change">In words: <c>at most 100</c>.</param>
/// <param name="Rules">Which rules, by id, ordinal.</param>
public sealed record ArgumentChange(string Arg, string Change, ImmutableArray<string> Rules);

/// <summary>What the policy alone said of a call, before budgets: enough, with the events before it, to ask it again and compare.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The rules that it rests on, by id, ordinal.</param>
/// <param name="Now">The moment that conditions read as <c>now</c>, UTC.</param>
/// <param name="Request">SHA-256 over the canonical form of everything that the policy was asked with, hex.</param>
public sealed record PolicyVerdict(Effect Effect, ImmutableArray<string> Rules, DateTimeOffset Now, string Request)
{
    /// <summary>What the arguments that were decided on last are made of, by name. Null where nothing follows that, and in journals from before it was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Labels { get; init; }

    /// <summary>The same of the arguments as they were wanted, where rules changed them; null where they did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? LabelsBefore { get; init; }

    /// <summary>
    /// Seq of the last event of the stream that was known when it was decided: of several calls that are decided side by side each has its own past, whatever stands between
    /// in the journal. Null in journals from before it was told.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Known { get; init; }
}
