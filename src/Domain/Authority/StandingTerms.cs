namespace AiManager.Domain;

/// <summary>For how long, and how often, somebody who approves a call would approve others like it.</summary>
/// <param name="Until">UTC; null for the longest that can be asked for.</param>
/// <param name="Uses">How often; null for any number.</param>
public sealed record StandingTerms(DateTimeOffset? Until, long? Uses)
{
    /// <summary>The longest that can be asked for.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(30);

    /// <summary>What both would agree to: the earlier end, the fewer uses.</summary>
    public StandingTerms Meet(StandingTerms other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new StandingTerms(
            Until is null || other.Until < Until ? other.Until : Until,
            Uses is null || other.Uses < Uses ? other.Uses : Uses);
    }
}
