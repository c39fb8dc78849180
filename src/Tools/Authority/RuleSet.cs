using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>The rules that can match one tool, sorted by when they have a say. Immutable.</summary>
internal sealed class RuleSet
{
    private readonly Lazy<RuleIndex> _denies;
    private readonly Lazy<RuleIndex> _others;
    private readonly Lazy<RuleIndex> _shadows;

    /// <param name="rules">In the file's order.</param>
    /// <param name="lists">What <c>lists</c> is to their conditions.</param>
    public RuleSet(ImmutableArray<PolicyRule> rules, WhenRecord lists)
    {
        All = rules;
        LooksBack = rules.Any(r => r.History is not null);

        // Made for the tools that are called, of which there are few: a company may have hundreds, and starts several times a day.
        _denies = new Lazy<RuleIndex>(() => new RuleIndex([.. rules.Where(r => r is { Effect: Effect.Deny, IsShadow: false })], lists));
        _others = new Lazy<RuleIndex>(() => new RuleIndex([.. rules.Where(r => r.Effect != Effect.Deny && !r.IsShadow)], lists));
        _shadows = new Lazy<RuleIndex>(() => new RuleIndex([.. rules.Where(r => r.IsShadow)], lists));
    }

    /// <summary>All of them, in the file's order.</summary>
    public ImmutableArray<PolicyRule> All { get; }

    /// <summary>Whether one of them asks what happened before.</summary>
    public bool LooksBack { get; }

    /// <summary>Those that nothing lifts.</summary>
    public RuleIndex Denies => _denies.Value;

    /// <summary>Those that have a say where nothing is denied.</summary>
    public RuleIndex Others => _others.Value;

    /// <summary>Those that only say what they would have said.</summary>
    public RuleIndex Shadows => _shadows.Value;
}
