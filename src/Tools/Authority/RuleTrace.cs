using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What became of one rule in one decision.</summary>
public sealed class RuleTrace
{
    private readonly WhenExpression? _when;
    private readonly WhenFacts _facts;

    internal RuleTrace(PolicyRule rule, bool isMatch, string why, WhenFacts facts, bool isDoubtful = false) =>
        (Rule, Effect, IsShadow, IsMatch, Why, _when, _facts, IsDoubtful) = (rule.Id, rule.Effect, rule.IsShadow, isMatch, why, rule.When, facts, isDoubtful);

    /// <summary>The rule's id.</summary>
    public string Rule { get; }

    /// <summary>What it says when it matches.</summary>
    public Effect Effect { get; }

    /// <summary>Whether it is in shadow, and so does not count.</summary>
    public bool IsShadow { get; }

    /// <summary>Whether it matched.</summary>
    public bool IsMatch { get; }

    /// <summary>Why it matched or not, a sentence.</summary>
    public string Why { get; }

    /// <summary>Whether its condition could not be judged.</summary>
    public bool IsDoubtful { get; }

    /// <summary>What its condition saw; null when it has none. Worked out when asked for, because few decisions are ever looked at.</summary>
    public WhenTrace? Conditions => _when?.Explain(_facts);
}
