namespace AiManager.Domain;

/// <summary>A proposed change of the configuration, and what became of it.</summary>
/// <param name="Proposed">As proposed.</param>
/// <param name="By">Who did.</param>
/// <param name="At">When, UTC.</param>
public sealed record ChangeState(ChangeProposed Proposed, Actor By, DateTimeOffset At)
{
    /// <summary>What became of it; null while it waits.</summary>
    public ChangeVerdict? Verdict { get; init; }

    /// <summary>Who decided; null while it waits.</summary>
    public Actor? DecidedBy { get; init; }

    /// <summary>When, UTC; null while it waits.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Their words; null for none.</summary>
    public PrivateText? Reason { get; init; }
}
