namespace AiManager.Domain;

/// <summary>Which calls are looked at: what is known of all of them, and what the rest may be.</summary>
public sealed class WhenGround
{
    /// <summary>What is the same for all: <see cref="WhenFacts.Tool"/>, <see cref="WhenFacts.Agent"/> and <see cref="WhenFacts.Lists"/>; and a moment for examples.</summary>
    public required WhenFacts Known { get; init; }

    /// <summary>What arguments look like.</summary>
    public required WhenType Args { get; init; }

    /// <summary>What facts look like.</summary>
    public required WhenType Facts { get; init; }

    /// <summary>What more is known of fields, by path as conditions write it: <c>args.supplier</c>.</summary>
    public IReadOnlyDictionary<string, WhenBounds> Bounds { get; init; } = new Dictionary<string, WhenBounds>();
}

/// <summary>What is known of a field beside its type.</summary>
/// <param name="IsCertain">It is there whenever what holds it is.</param>
/// <param name="IsWhole">It is a whole number, if a number.</param>
/// <param name="Least">It is no number below this; null for no bound.</param>
/// <param name="Most">It is no number above this; null for no bound.</param>
/// <param name="Choices">It is one of these texts, numbers, flags or null; null when it may be anything.</param>
public sealed record WhenBounds(bool IsCertain, bool IsWhole = false, decimal? Least = null, decimal? Most = null, IReadOnlyList<WhenValue>? Choices = null);

/// <summary>Whether there is a call that meets a demand.</summary>
public abstract record WhenAnswer
{
    private WhenAnswer() { }

    /// <summary>There is, and this is one: it was evaluated.</summary>
    public sealed record Yes(WhenFacts Example) : WhenAnswer;

    /// <summary>There is none.</summary>
    public sealed record No : WhenAnswer;

    /// <param name="Reason">What stands in the way, a phrase for people.</param>
    public sealed record Unknown(string Reason) : WhenAnswer;
}
