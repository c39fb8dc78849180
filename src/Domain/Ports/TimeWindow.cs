namespace AiManager.Domain;

/// <summary>The time between two moments, of which the second is not of it; either may be open.</summary>
/// <param name="From">At or after; null for no bound.</param>
/// <param name="To">Before; null for no bound.</param>
public readonly record struct TimeWindow(DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>True when a moment lies within.</summary>
    public bool Holds(DateTimeOffset at) => (From is null || at >= From) && (To is null || at < To);
}
