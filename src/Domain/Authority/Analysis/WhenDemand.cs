namespace AiManager.Domain;

/// <summary>What must come of a condition.</summary>
public enum WhenWanted
{
    /// <summary>It holds: an <c>allow</c> matches.</summary>
    True,

    /// <summary>It does not hold: a <c>deny</c> or <c>ask</c> does not match.</summary>
    False,

    /// <summary>It holds or errs: a <c>deny</c> or <c>ask</c> matches.</summary>
    NotFalse,

    /// <summary>It does not hold or errs: an <c>allow</c> does not match.</summary>
    NotTrue,
}

/// <summary>What is asked of one call: which conditions hold of it and which do not.</summary>
public abstract record WhenDemand
{
    private WhenDemand() { }

    /// <summary>Every call meets it.</summary>
    public static WhenDemand Always { get; } = new All([]);

    /// <summary>No call meets it.</summary>
    public static WhenDemand Never { get; } = new Any([]);

    /// <summary>All parts are met; with none, it always is.</summary>
    public sealed record All(IReadOnlyList<WhenDemand> Parts) : WhenDemand;

    /// <summary>At least one part is met; with none, it never is.</summary>
    public sealed record Any(IReadOnlyList<WhenDemand> Parts) : WhenDemand;

    /// <summary>The condition comes out as wanted.</summary>
    public sealed record Of(WhenExpression Condition, WhenWanted Wanted) : WhenDemand;

    /// <summary>Something that no call tells, such as what happened before it. The same <paramref name="What"/> comes out alike for the same call.</summary>
    public sealed record Riddle(string What, WhenWanted Wanted) : WhenDemand;

    /// <summary>Whether a call meets it, by evaluating; a riddle is never met.</summary>
    public bool IsMetBy(WhenFacts facts) => this switch
    {
        All all => all.Parts.All(part => part.IsMetBy(facts)),
        Any any => any.Parts.Any(part => part.IsMetBy(facts)),
        Of one => (one.Condition.Evaluate(facts), one.Wanted) switch
        {
            (WhenOutcome.True, var wanted) => wanted is WhenWanted.True or WhenWanted.NotFalse,
            (WhenOutcome.False, var wanted) => wanted is WhenWanted.False or WhenWanted.NotTrue,
            (_, var wanted) => wanted is WhenWanted.NotFalse or WhenWanted.NotTrue,
        },
        _ => false,
    };
}
