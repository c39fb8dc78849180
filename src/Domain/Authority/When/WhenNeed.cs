using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What must be so for a condition to hold. Where it is not, the condition is false, whatever the rest of it says and even where the rest cannot be judged; where it is,
/// nothing is said yet.
/// </summary>
public abstract record WhenNeed
{
    private WhenNeed(WhenTerm term) => Term = term;

    /// <summary>Whose value it is about.</summary>
    public WhenTerm Term { get; }

    /// <summary>The value is one of these. Says something only of a value that is itself a number, a text, true, false or null.</summary>
    /// <param name="Term">Whose value it is about.</param>
    /// <param name="Values">Numbers, texts, true, false and null; none when nothing will do.</param>
    public sealed record OneOf(WhenTerm Term, ImmutableArray<WhenValue> Values) : WhenNeed(Term);

    /// <summary>The value lies between these, both included. Says something only of a value that is a number.</summary>
    /// <param name="Term">Whose value it is about.</param>
    /// <param name="Least">At least this.</param>
    /// <param name="Most">At most this; below <paramref name="Least"/> when nothing will do.</param>
    public sealed record Between(WhenTerm Term, decimal Least, decimal Most) : WhenNeed(Term);
}
