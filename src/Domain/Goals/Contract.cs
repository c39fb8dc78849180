using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>What a goal means: agreed once, changed only with a signature. The plan below it may change.</summary>
/// <param name="Outcome">One sentence: what is true when the goal is reached.</param>
/// <param name="Constraints">What must not happen on the way.</param>
/// <param name="Acceptance">How "reached" is proved; all must hold. Deterministic checks come first.</param>
/// <param name="Deadline">UTC; null when the goal has none.</param>
/// <param name="Budget">What the whole workflow may cost; null leaves it to the company's budgets.</param>
public sealed record Contract(
    string Outcome,
    ImmutableArray<string> Constraints,
    ImmutableArray<AcceptanceCheck> Acceptance,
    DateTimeOffset? Deadline,
    Amounts? Budget)
{
    /// <summary>What all tasks of all its plans together may do; null leaves that to authority and to what agents have. A plan may change inside it and never beyond.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Grant? Grant { get; init; }

    /// <summary>What the playbook grants single tasks of it, and them alone, by their keys; null where it names none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<NamedGrant>? TaskGrants { get; init; }
}

/// <summary>One proof: a read-only tool call with a condition on its result, or a review in words.</summary>
/// <param name="Tool">The tool to call; null for a review.</param>
/// <param name="Args">The call's arguments, an object.</param>
/// <param name="Is">A <c>when</c> condition over <c>result</c> and <c>args</c>; null for a review.</param>
/// <param name="Review">What a reviewer must find true; null for a tool check.</param>
public sealed record AcceptanceCheck(string? Tool, JsonText Args, string? Is, string? Review);
