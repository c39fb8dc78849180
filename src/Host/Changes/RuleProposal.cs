using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A standing rule that somebody wants.</summary>
/// <param name="Rule">As it was drafted, an object.</param>
/// <param name="Author">Who wants it: a person's id.</param>
/// <param name="Via">How they said so.</param>
/// <param name="Reason">Why, in their words; null for none.</param>
/// <param name="Barred">People who may not confirm it beside its author.</param>
internal sealed record RuleProposal(JsonText Rule, string Author, string Via, string? Reason, ImmutableArray<string> Barred);
