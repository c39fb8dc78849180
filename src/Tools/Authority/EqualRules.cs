using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Rules that want one of certain values of a term.</summary>
internal sealed class EqualRules : RuleGroup
{
    private readonly WhenTerm _term;
    private readonly ImmutableArray<int> _all;
    private readonly FrozenDictionary<WhenValue, ImmutableArray<int>> _byValue;

    /// <param name="rules">Places of rules, each with what it needs of the one term; at least one.</param>
    public EqualRules(IReadOnlyList<(int Place, WhenNeed.OneOf Need)> rules)
    {
        _term = rules[0].Need.Term;
        _all = [.. rules.Select(r => r.Place)];
        _byValue = rules
            .SelectMany(r => r.Need.Values.Distinct().Select(v => (Value: v, r.Place)))
            .GroupBy(r => r.Value, r => r.Place)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <inheritdoc/>
    public override void Find(WhenFacts facts, List<int> found)
    {
        // A condition that cannot be judged counts against the call, so where the value says nothing every rule must be asked.
        var value = _term.Of(facts);
        if (value is not (WhenNumber or WhenText or WhenBoolean or WhenNull))
        {
            found.AddRange(_all.AsSpan());
        }
        else if (_byValue.TryGetValue(value, out var places))
        {
            found.AddRange(places.AsSpan());
        }
    }
}
