namespace AiManager.Domain;

/// <summary>A condition's outcome and how it came about.</summary>
/// <param name="Observations">In the order they were made; what was never reached is not among them.</param>
public sealed record WhenTrace(WhenOutcome Outcome, IReadOnlyList<WhenObservation> Observations);

/// <summary>One comparison, test or flag: a part of a condition without <c>&amp;&amp;</c>, <c>||</c> and <c>!</c> of its own.</summary>
/// <param name="Condition">As its author wrote it.</param>
/// <param name="Seen">What it read, from left to right.</param>
/// <param name="IsDeciding">Whether the outcome of the whole rests on it.</param>
public sealed record WhenObservation(string Condition, IReadOnlyList<WhenSeen> Seen, WhenOutcome Outcome, bool IsDeciding);

/// <summary>What was read: <c>facts.total</c> = 420.</summary>
public sealed record WhenSeen(string Expression, WhenValue Value);
