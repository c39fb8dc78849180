namespace AiManager.Tools;

/// <summary>How a source of tools is.</summary>
/// <param name="Condition">Whether it answers.</param>
/// <param name="LastError">What went wrong last; null when nothing has since it last answered.</param>
/// <param name="Since">Since when it is so; null when it was never tried.</param>
internal sealed record SourceState(SourceCondition Condition, string? LastError = null, DateTimeOffset? Since = null)
{
    /// <summary>Nobody has asked it yet.</summary>
    public static SourceState Untried { get; } = new(SourceCondition.Untried);
}

/// <summary>Whether a source answers.</summary>
internal enum SourceCondition
{
    /// <summary>Nobody has asked it yet.</summary>
    Untried,

    /// <summary>It answered when it was last asked.</summary>
    Up,

    /// <summary>It did not. What it listed before is still known; a call tries it anew, with a growing pause between tries.</summary>
    Down,
}
