using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Rules that want a term between two numbers. By least number, and over that a tree of the greatest: what holds a value is found without asking the rest.</summary>
internal sealed class RangeRules : RuleGroup
{
    private readonly WhenTerm _term;
    private readonly ImmutableArray<int> _places;
    private readonly ImmutableArray<decimal> _least;
    private readonly ImmutableArray<decimal> _most;

    /// <summary>For the middle of each part: the greatest number that any range of the part goes up to.</summary>
    private readonly decimal[] _reach;

    /// <param name="rules">Places of rules, each with what it needs of the one term; at least one.</param>
    public RangeRules(IReadOnlyList<(int Place, WhenNeed.Between Need)> rules)
    {
        var ordered = rules.OrderBy(r => r.Need.Least).ToList();
        _term = rules[0].Need.Term;
        _places = [.. ordered.Select(r => r.Place)];
        _least = [.. ordered.Select(r => r.Need.Least)];
        _most = [.. ordered.Select(r => r.Need.Most)];
        _reach = new decimal[ordered.Count];
        Reach(0, ordered.Count);
    }

    /// <inheritdoc/>
    public override void Find(WhenFacts facts, List<int> found)
    {
        if (_term.Of(facts) is WhenNumber { Value: var value })
        {
            Find(value, 0, _places.Length, found);
        }
        else
        {
            // What is no number has no place in an order: each condition errs, and counts against the call.
            found.AddRange(_places.AsSpan());
        }
    }

    private decimal Reach(int first, int end)
    {
        if (first == end)
        {
            return decimal.MinValue;
        }

        var middle = (first + end) / 2;
        return _reach[middle] = Math.Max(_most[middle], Math.Max(Reach(first, middle), Reach(middle + 1, end)));
    }

    private void Find(decimal value, int first, int end, List<int> found)
    {
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (_reach[middle] < value)
            {
                return;
            }

            Find(value, first, middle, found);
            if (_least[middle] > value)
            {
                return;
            }

            if (value <= _most[middle])
            {
                found.Add(_places[middle]);
            }

            first = middle + 1;
        }
    }
}
