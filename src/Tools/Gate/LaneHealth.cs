namespace AiManager.Tools;

/// <summary>How a tool has been doing on this host since it started.</summary>
/// <param name="Condition">In one word.</param>
/// <param name="FailuresInARow">Calls that failed since the last one that did not; 0 when that was the last.</param>
/// <param name="LastError">In words that hold no secret; null when there was none.</param>
/// <param name="LastErrorAt">When; null when there was none.</param>
/// <param name="LastSuccessAt">When it last did what it was asked; null when it never did.</param>
/// <param name="RestsUntil">Until when it is left alone; null when it is not.</param>
public sealed record LaneHealth(
    LaneCondition Condition, int FailuresInARow, string? LastError, DateTimeOffset? LastErrorAt, DateTimeOffset? LastSuccessAt, DateTimeOffset? RestsUntil)
{
    /// <summary>Nobody has called it yet.</summary>
    public static LaneHealth Untried { get; } = new(LaneCondition.Untried, 0, null, null, null, null);
}

/// <summary>A tool's health in one word.</summary>
public enum LaneCondition
{
    /// <summary>Nobody has called it yet.</summary>
    Untried,

    /// <summary>The last call did what it was asked, or was refused for what it asked.</summary>
    Well,

    /// <summary>The last call failed for reasons of the tool's own.</summary>
    Failing,

    /// <summary>It failed again and again and is left alone for a while.</summary>
    Resting,
}
