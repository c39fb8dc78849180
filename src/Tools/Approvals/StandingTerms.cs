namespace AiManager.Tools;

/// <summary>For how long, and how often, somebody who approves a call would approve others like it.</summary>
/// <param name="Until">UTC; null for the longest that can be asked for.</param>
/// <param name="Uses">How often; null for any number.</param>
public sealed record StandingTerms(DateTimeOffset? Until, long? Uses)
{
    /// <summary>The longest that can be asked for.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(30);
}
