using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>The rules of a policy, found at once when a tool is called.</summary>
/// <param name="All">Every rule, in the file's order.</param>
/// <param name="OfTool">For each tool of the catalogue, the rules that can match it, in the file's order.</param>
/// <param name="OfModels">The denies that can match a model, in the file's order.</param>
/// <param name="Lists">What <c>lists</c> is to a condition.</param>
internal sealed record PolicyRules(
    ImmutableArray<PolicyRule> All, FrozenDictionary<string, ImmutableArray<PolicyRule>> OfTool, ImmutableArray<PolicyRule> OfModels, WhenRecord Lists);
